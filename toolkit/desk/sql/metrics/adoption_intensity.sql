-- By week: how many use the tools at all, and how much those who do use.
WITH roster AS (
    SELECT week_start_on, count(*) AS people
    FROM outcome
    GROUP BY week_start_on
)
SELECT
    roster.week_start_on, count(activity_week.user_id) / max(roster.people) AS active_share,
    avg(activity_week.tokens) AS mean_token_per_developer, median(activity_week.tokens) AS median_token_per_developer
FROM roster
LEFT JOIN activity_week ON activity_week.week_start_on = roster.week_start_on
GROUP BY roster.week_start_on
ORDER BY roster.week_start_on
