-- The roll-up by team and week, of those on the roster.
SELECT
    team, week_start_on, count(*) AS developers, CAST(coalesce(sum(tokens), 0) AS BIGINT) AS tokens,
    CAST(coalesce(sum(cost_nanousd), 0) AS BIGINT) AS cost_nanousd, CAST(sum(merged_prs) AS BIGINT) AS merged_prs,
    sum(review_hours) AS review_hours
FROM stored_week
WHERE team IS NOT NULL
GROUP BY team, week_start_on
