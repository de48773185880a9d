-- One row a person and week with any use. uncached_tokens here are all tokens that were not read from a cache.
CREATE TABLE activity_week AS
SELECT
    user_id, week_start_on, CAST(sum(requests) AS BIGINT) AS requests, CAST(sum(tokens) AS BIGINT) AS tokens,
    CAST(sum(cache_read_tokens) AS BIGINT) AS cache_read_tokens,
    CAST(sum(tokens) - sum(cache_read_tokens) AS BIGINT) AS uncached_tokens, CAST(sum(cost_nanousd) AS BIGINT) AS cost_nanousd
FROM activity_day
GROUP BY user_id, week_start_on
