-- Days without any row between the log's first and last day (UTC): a weekend, a holiday, or a file that is missing.
WITH day AS (
    SELECT DISTINCT CAST(time_utc AS DATE) AS day_on
    FROM stored_event
),
beside AS (
    SELECT day_on, lead(day_on) OVER (ORDER BY day_on) AS next_on
    FROM day
)
SELECT
    CAST(day_on + INTERVAL 1 DAY AS DATE) AS first_on, CAST(next_on - INTERVAL 1 DAY AS DATE) AS last_on,
    next_on - day_on - 1 AS n_days
FROM beside
WHERE next_on - day_on > 1
ORDER BY day_on
