-- What a token of any type cost on average, and what part of the tokens was read from a cache, by week.
SELECT
    week_start_on, CAST(sum(cost_nanousd) AS DOUBLE) / nullif(sum(tokens), 0) / 1000000000 AS blended_usd_per_token,
    CAST(sum(cache_read_tokens) AS DOUBLE) / nullif(sum(tokens), 0) AS cache_read_share
FROM activity_week
GROUP BY week_start_on
ORDER BY week_start_on NULLS LAST
