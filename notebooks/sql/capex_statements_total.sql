-- The companies' statements on calendar 2026 added up as they stood on four days. In February only three had
-- given a figure; July stands twice, the second time with the leases that Microsoft's new measure leaves out.
WITH days AS (
    SELECT CAST(day AS DATE) AS by_on
    FROM (VALUES ('2026-02-28'), ('2026-04-30'), ('2026-05-12'), ('2026-07-31')) AS dates (day)
),
said AS (
    SELECT
        days.by_on, statement.entity, statement.key, statement.low, statement.high,
        row_number() OVER (
            PARTITION BY days.by_on, statement.entity ORDER BY statement.stated_on DESC
        ) AS newest_rank
    FROM days
    JOIN capex_guidance_2026 AS statement ON statement.stated_on <= days.by_on
    WHERE statement.speaker = 'company' AND statement.item = 'capex' AND statement.period = '2026'
),
parts AS (
    SELECT by_on, 'as stated' AS microsoft_measure, entity, key, low, high
    FROM said WHERE newest_rank = 1
    UNION ALL
    SELECT by_on, 'as in April', entity, key, low, high
    FROM said WHERE newest_rank = 1 AND by_on = DATE '2026-07-31'
    UNION ALL
    SELECT DATE '2026-07-31', 'as in April', entity, key, low, high
    FROM capex_guidance_2026 WHERE item = 'moved_to_operating_leases'
)
SELECT
    by_on,
    microsoft_measure,
    count(DISTINCT entity) AS n_companies,
    sum(low) AS capex_low_usd,
    sum(high) AS capex_high_usd,
    list_sort(list(key)) AS keys
FROM parts
GROUP BY by_on, microsoft_measure
ORDER BY by_on, microsoft_measure DESC
