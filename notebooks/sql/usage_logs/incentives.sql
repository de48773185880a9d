-- From which week an incentive of a usage log holds, counted from 1, and in which week of the usage log it is gone.
WITH week AS (
    SELECT DISTINCT week_start_on FROM outcome
)
SELECT
    id, count(CASE WHEN week_start_on <= from_on THEN 1 END) AS n_from_week,
    CASE WHEN max(week_start_on) >= until_on THEN count(CASE WHEN week_start_on <= until_on THEN 1 END) END AS n_until_week
FROM incentive
CROSS JOIN week
GROUP BY id, until_on
ORDER BY id NULLS LAST
