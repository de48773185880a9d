-- The weekly roll-up: one row a person and week, of those on the roster and of those with any use; what a person did
-- not have is NULL. Hours are decimals, so that sums are exact. uncached_tokens here are all tokens that were not read from a cache.
WITH used AS (
    SELECT
        user_id, week_start_on, CAST(sum(requests) AS BIGINT) AS requests, CAST(sum(tokens) AS BIGINT) AS tokens,
        CAST(sum(cache_read_tokens) AS BIGINT) AS cache_read_tokens,
        CAST(sum(tokens) - sum(cache_read_tokens) AS BIGINT) AS uncached_tokens,
        CAST(sum(cost_nanousd) AS BIGINT) AS cost_nanousd
    FROM activity_day
    GROUP BY user_id, week_start_on
)
SELECT
    coalesce(stored_outcome.user_id, used.user_id) AS user_id,
    coalesce(stored_outcome.week_start_on, used.week_start_on) AS week_start_on,
    team, merged_prs, CAST(review_hours AS DECIMAL(12, 2)) AS review_hours, requests, tokens, cache_read_tokens, uncached_tokens, cost_nanousd
FROM stored_outcome
FULL JOIN used ON used.user_id = stored_outcome.user_id AND used.week_start_on = stored_outcome.week_start_on
