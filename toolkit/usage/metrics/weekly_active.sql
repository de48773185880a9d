-- Share of the developers who used any tool in a week, against a target ($target_share, 0 to 1).
SELECT
    week_start_on, count(*) AS n_developers, count(requests) AS n_active,
    CAST(count(requests) AS DOUBLE) / count(*) AS active_share,
    count(requests) >= $target_share * count(*) AS target_met
FROM developer_week
GROUP BY week_start_on
ORDER BY week_start_on NULLS LAST
