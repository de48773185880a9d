-- Tokens, cost, merged requests and review hours of each team and week.
SELECT
    team, week_start_on, developers AS n_developers, tokens, CAST(cost_nanousd AS DOUBLE) / 1000000000 AS cost_usd,
    merged_prs AS merged_pr, review_hours
FROM team_week
ORDER BY team NULLS LAST, week_start_on NULLS LAST
