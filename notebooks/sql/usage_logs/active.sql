-- Share of the developers of a usage log who used any tool, by week counted from 1.
WITH used AS (
    SELECT DISTINCT user_id, week_start_on FROM activity_day
)
SELECT
    dense_rank() OVER (ORDER BY outcome.week_start_on NULLS LAST) AS n_week,
    CAST(count(used.user_id) AS DOUBLE) / count(*) AS active_share
FROM outcome
LEFT JOIN used ON used.user_id = outcome.user_id AND used.week_start_on = outcome.week_start_on
GROUP BY outcome.week_start_on
ORDER BY n_week NULLS LAST
