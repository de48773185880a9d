-- From which week an incentive of a feed holds, counted from 1, and in which week it is gone.
SELECT
    id, 1 + (from_on - start.day_on) // 7 AS n_from_week, 1 + (until_on - start.day_on) // 7 AS n_until_week
FROM incentive
CROSS JOIN (SELECT min(week_start_on) AS day_on FROM outcome) AS start
ORDER BY id
