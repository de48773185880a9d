-- By week: how many use the tools at all, and how much those who do use, where that is known of all of them.
SELECT
    week_start_on, CAST(count(requests) AS DOUBLE) / count(*) AS active_share,
    CASE WHEN count(tokens) = count(requests) THEN CAST(sum(tokens) AS DOUBLE) / nullif(count(tokens), 0) END
    AS mean_token_per_developer,
    CASE WHEN count(tokens) = count(requests) THEN median(tokens) END AS median_token_per_developer
FROM developer_week
GROUP BY week_start_on
ORDER BY week_start_on NULLS LAST
