-- The weekly roll-up: one row a person and week, of those on the roster and of those with any use; what a person did
-- not have is NULL, and so are tokens and cost where those of a day are not known. Hours are decimals, so that sums are
-- exact. uncached_tokens here are all tokens that were not read from a cache.
WITH used AS (
    SELECT
        user_id, week_start_on, CAST(sum(requests) AS BIGINT) AS requests,
        CASE WHEN count(tokens) = count(*) THEN CAST(sum(tokens) AS BIGINT) END AS tokens,
        CAST(sum(cache_read_tokens) AS BIGINT) AS cache_read_tokens,
        CASE WHEN count(tokens) = count(*) THEN CAST(sum(tokens) - sum(cache_read_tokens) AS BIGINT) END AS uncached_tokens,
        CASE WHEN count(cost_nanousd) = count(*) THEN CAST(sum(cost_nanousd) AS BIGINT) END AS cost_nanousd
    FROM activity_day
    GROUP BY user_id, week_start_on
)
SELECT
    coalesce(stored_outcome.user_id, used.user_id) AS user_id,
    coalesce(stored_outcome.week_start_on, used.week_start_on) AS week_start_on,
    team, merged_prs, CAST(review_hours AS DECIMAL(12, 2)) AS review_hours, requests, tokens, cache_read_tokens, uncached_tokens, cost_nanousd
FROM stored_outcome
FULL JOIN used ON used.user_id = stored_outcome.user_id AND used.week_start_on = stored_outcome.week_start_on
