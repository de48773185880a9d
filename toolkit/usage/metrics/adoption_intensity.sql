-- By week: how many use the tools at all, and how much those who do use.
SELECT
    week_start_on, CAST(count(requests) AS DOUBLE) / count(*) AS active_share,
    CAST(sum(tokens) AS DOUBLE) / nullif(count(tokens), 0) AS mean_token_per_developer, median(tokens) AS median_token_per_developer
FROM developer_week
GROUP BY week_start_on
ORDER BY week_start_on NULLS LAST
