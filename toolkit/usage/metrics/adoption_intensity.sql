-- By week: how many use the tools at all, and how much those who do use.
SELECT
    week_start_on, count(requests) / count(*) AS active_share, avg(tokens) AS mean_token_per_developer,
    median(tokens) AS median_token_per_developer
FROM developer_week
GROUP BY week_start_on
ORDER BY week_start_on
