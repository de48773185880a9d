-- Cash capital expenditure over revenue by company: 2019, 2025, the first half of 2026 and the same half
-- a year earlier.
WITH quarters AS (
    SELECT
        key, entity, metric, million_usd,
        substring(calendar_period, 1, 4) AS calendar_year,
        substring(calendar_period, 6, 2) AS part
    FROM capex_history
    WHERE metric IN ('capex_cash', 'revenue') AND line = 'main' AND period_type = 'quarter'
        AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
periods AS (
    SELECT calendar_year AS period, * FROM quarters WHERE calendar_year IN ('2019', '2025')
    UNION ALL
    SELECT calendar_year || '-H1' AS period, * FROM quarters
    WHERE calendar_year IN ('2025', '2026') AND part IN ('Q1', 'Q2')
)
SELECT
    entity AS company,
    period,
    sum(CASE WHEN metric = 'capex_cash' THEN million_usd ELSE 0 END)
        / CAST(sum(CASE WHEN metric = 'revenue' THEN million_usd ELSE 0 END) AS DOUBLE) AS capex_share,
    list_sort(list(key)) AS keys
FROM periods
GROUP BY entity, period
ORDER BY period, company
