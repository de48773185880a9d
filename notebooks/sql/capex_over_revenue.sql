-- Cash capital expenditure of the four over their revenue: calendar years, first halves, the four quarters to
-- June 2026. From calendar quarters; a year row stands in where its quarters are on another basis
-- (Meta in 2022).
WITH main AS (
    SELECT key, entity, metric, million_usd, period_type, calendar_period,
        substring(calendar_period, 1, 4) AS calendar_year,
        substring(calendar_period, 6, 2) AS part
    FROM capex_history
    WHERE metric IN ('capex_cash', 'revenue') AND line = 'main'
        AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
pieces AS (
    SELECT *, 1 AS n_quarters FROM main WHERE period_type = 'quarter'
    UNION ALL
    SELECT whole.*, 4 AS n_quarters FROM main AS whole
    LEFT JOIN main AS quarter ON quarter.entity = whole.entity AND quarter.metric = whole.metric
        AND quarter.calendar_period = whole.calendar_year || '-Q1'
    WHERE whole.period_type = 'year' AND whole.calendar_year IS NOT NULL AND quarter.key IS NULL
),
periods AS (
    SELECT calendar_year AS period, 16 AS n_wanted, * FROM pieces
    UNION ALL
    SELECT calendar_year || '-H1', 8, * FROM pieces WHERE part IN ('Q1', 'Q2')
    UNION ALL
    SELECT 'year to 2026-06-30', 16, * FROM pieces
    WHERE calendar_period IN ('2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2')
)
SELECT
    period,
    sum(CASE WHEN metric = 'capex_cash' THEN million_usd ELSE 0 END)
        / CAST(sum(CASE WHEN metric = 'revenue' THEN million_usd ELSE 0 END) AS DOUBLE) AS capex_share,
    list_sort(list(key)) AS keys
FROM periods
GROUP BY period, n_wanted
HAVING sum(CASE WHEN metric = 'capex_cash' THEN n_quarters ELSE 0 END) = n_wanted
    AND sum(CASE WHEN metric = 'revenue' THEN n_quarters ELSE 0 END) = n_wanted
ORDER BY period
