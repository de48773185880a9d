-- Tokens, cost, merged requests and review hours of each team and week.
SELECT
    outcome.team, outcome.week_start_on, count(*) AS n_developers, coalesce(sum(activity_week.tokens), 0) AS tokens,
    coalesce(sum(activity_week.cost_nanousd), 0) / 1000000000 AS cost_usd, sum(outcome.merged_prs) AS merged_pr,
    sum(outcome.review_hours) AS review_hours
FROM outcome
LEFT JOIN activity_week
    ON activity_week.user_id = outcome.user_id AND activity_week.week_start_on = outcome.week_start_on
GROUP BY outcome.team, outcome.week_start_on
ORDER BY outcome.team, outcome.week_start_on
