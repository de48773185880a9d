-- Share of the developers who used any tool in a week, against a target ($target_share, 0 to 1).
SELECT
    outcome.week_start_on, count(*) AS n_developers, count(activity_week.user_id) AS n_active,
    count(activity_week.user_id) / count(*) AS active_share,
    count(activity_week.user_id) >= $target_share * count(*) AS target_met
FROM outcome
LEFT JOIN activity_week
    ON activity_week.user_id = outcome.user_id AND activity_week.week_start_on = outcome.week_start_on
GROUP BY outcome.week_start_on
ORDER BY outcome.week_start_on
