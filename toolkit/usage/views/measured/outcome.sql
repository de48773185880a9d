-- A log without a roster: everybody with any event of the rolled-up grain, in each week that has one. What they did is not known.
SELECT
    false AS synthetic, user_id, 'everybody in the log' AS team, week_start_on, CAST(NULL AS INTEGER) AS merged_prs,
    CAST(NULL AS DOUBLE) AS review_hours, CAST(NULL AS INTEGER) AS reverts, CAST(NULL AS INTEGER) AS incidents
FROM (SELECT DISTINCT user_id FROM {people}) AS person
CROSS JOIN ({weeks}) AS week
