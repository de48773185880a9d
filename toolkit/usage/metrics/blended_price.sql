-- What a token of any type cost on average, and what part of the tokens was read from a cache, by week.
SELECT
    week_start_on, sum(cost_nanousd) / sum(tokens) / 1000000000 AS blended_usd_per_token,
    sum(cache_read_tokens) / sum(tokens) AS cache_read_share
FROM activity_week
GROUP BY week_start_on
ORDER BY week_start_on
