-- A developer-week before an incentive began, under it, and after it ended: means over all developers,
-- NULL where one's use is not known.
WITH by_week AS (
    SELECT
        week_start_on, count(*) AS people, count(requests) AS active, count(tokens) AS tokens_known,
        coalesce(sum(tokens), 0) AS tokens, count(cost_nanousd) AS cost_known, coalesce(sum(cost_nanousd), 0) AS cost_nanousd,
        sum(merged_prs) AS merged_prs, sum(review_hours) AS review_hours
    FROM developer_week
    GROUP BY week_start_on
)
SELECT
    incentive.id AS incentive,
    CASE
        WHEN by_week.week_start_on < incentive.from_on THEN 'before'
        WHEN incentive.until_on IS NULL OR by_week.week_start_on < incentive.until_on THEN 'during'
        ELSE 'after'
    END AS phase,
    min(by_week.week_start_on) AS first_week_on, CAST(sum(active) AS DOUBLE) / sum(people) AS active_share,
    CASE WHEN sum(tokens_known) = sum(active) THEN CAST(sum(tokens) AS DOUBLE) / sum(people) END AS mean_token_per_developer,
    CASE WHEN sum(cost_known) = sum(active) THEN CAST(sum(cost_nanousd) AS DOUBLE) / 1000000000 / sum(people) END
    AS mean_usd_per_developer,
    CAST(sum(merged_prs) AS DOUBLE) / sum(people) AS mean_pr_per_developer,
    CAST(sum(review_hours) AS DOUBLE) / sum(people) AS mean_hour_per_developer
FROM by_week
CROSS JOIN incentive
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 3 NULLS LAST
