-- How many people have any row, on how many days (UTC), and the first and last of these days.
SELECT
    count(DISTINCT CASE WHEN user_kind = 'person' THEN user_id END) AS n_people,
    count(DISTINCT CAST(time_utc AS DATE)) AS n_days, min(CAST(time_utc AS DATE)) AS first_on,
    max(CAST(time_utc AS DATE)) AS last_on
FROM stored_event
