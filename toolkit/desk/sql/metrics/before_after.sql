-- A developer-week before an incentive began, under it, and after it ended: means over all developers.
SELECT
    incentive.id AS incentive,
    CASE
        WHEN outcome.week_start_on < incentive.from_on THEN 'before'
        WHEN incentive.until_on IS NULL OR outcome.week_start_on < incentive.until_on THEN 'during'
        ELSE 'after'
    END AS phase,
    min(outcome.week_start_on) AS first_week_on, count(activity_week.user_id) / count(*) AS active_share,
    coalesce(sum(activity_week.tokens), 0) / count(*) AS mean_token_per_developer,
    coalesce(sum(activity_week.cost_nanousd), 0) / 1000000000 / count(*) AS mean_usd_per_developer,
    sum(outcome.merged_prs) / count(*) AS mean_pr_per_developer,
    sum(outcome.review_hours) / count(*) AS mean_hour_per_developer
FROM outcome
CROSS JOIN incentive
LEFT JOIN activity_week
    ON activity_week.user_id = outcome.user_id AND activity_week.week_start_on = outcome.week_start_on
GROUP BY 1, 2
ORDER BY 1, 3
