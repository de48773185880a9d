-- One row a team of the roster and week. Who has no use used none; what is not known of anybody's use is not known of
-- the team's.
SELECT
    team, week_start_on, count(*) AS developers,
    CASE WHEN count(tokens) = count(requests) THEN CAST(coalesce(sum(tokens), 0) AS BIGINT) END AS tokens,
    CASE WHEN count(cost_nanousd) = count(requests) THEN CAST(coalesce(sum(cost_nanousd), 0) AS BIGINT) END AS cost_nanousd,
    CAST(sum(merged_prs) AS BIGINT) AS merged_prs, sum(review_hours) AS review_hours
FROM stored_week
WHERE team IS NOT NULL
GROUP BY team, week_start_on
ORDER BY team NULLS LAST, week_start_on NULLS LAST
