-- One row a person and week with any use. uncached_tokens here are all tokens that were not read from a cache.
CREATE VIEW activity_week AS
SELECT
    user_id, week_start_on, sum(requests) AS requests, sum(tokens) AS tokens,
    sum(tokens) - sum(cache_read_tokens) AS uncached_tokens, sum(cost_nanousd) AS cost_nanousd
FROM activity_day
GROUP BY user_id, week_start_on
