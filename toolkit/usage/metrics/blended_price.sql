-- What a token of any type cost on average, and what part of the tokens was read from a cache, by week, where
-- it is known of all who used any.
SELECT
    week_start_on,
    CASE
        WHEN count(cost_nanousd + tokens) = count(*)
            THEN CAST(sum(cost_nanousd) AS DOUBLE) / nullif(sum(tokens), 0) / 1000000000
    END AS blended_usd_per_token,
    CASE WHEN count(cache_read_tokens + tokens) = count(*) THEN CAST(sum(cache_read_tokens) AS DOUBLE) / nullif(sum(tokens), 0) END
    AS cache_read_share
FROM activity_week
GROUP BY week_start_on
ORDER BY week_start_on NULLS LAST
