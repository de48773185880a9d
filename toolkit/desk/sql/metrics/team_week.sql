-- Tokens, cost, merged requests and review hours of each team and week.
SELECT
    team, week_start_on, count(*) AS n_developers, coalesce(sum(tokens), 0) AS tokens,
    coalesce(sum(cost_nanousd), 0) / 1000000000 AS cost_usd, sum(merged_prs) AS merged_pr,
    sum(review_hours) AS review_hours
FROM developer_week
GROUP BY team, week_start_on
ORDER BY team, week_start_on
