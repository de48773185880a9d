-- Cash capital expenditure, operating cash flow and revenue, by company and together: calendar
-- years, first halves, and the four quarters to June 2026. From calendar quarters; a filed year stands in where its
-- quarters are on another basis (Meta in 2022). Amazon's line is gross of incentives, Meta's net of proceeds.
WITH main AS (
    SELECT
        key, entity, metric, amount, period_type, calendar_period,
        substring(calendar_period, 1, 4) AS calendar_year,
        substring(calendar_period, 6, 2) AS part
    FROM capex_history
    WHERE metric IN ('capex_cash', 'operating_cash_flow', 'revenue') AND line = 'main'
        AND calendar_period >= '2019' AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
pieces AS (
    SELECT *, 1 AS n_quarters FROM main WHERE period_type = 'quarter'
    UNION ALL
    SELECT whole.*, 4 FROM main AS whole
    LEFT JOIN main AS quarter ON quarter.entity = whole.entity AND quarter.metric = whole.metric
        AND quarter.calendar_period = whole.calendar_year || '-Q1'
    WHERE whole.period_type = 'year' AND quarter.key IS NULL
),
periods AS (
    SELECT calendar_year AS period, 4 AS n_wanted, * FROM pieces
    UNION ALL
    SELECT calendar_year || '-H1', 2, * FROM pieces WHERE part IN ('Q1', 'Q2')
    UNION ALL
    SELECT 'year to 2026-06-30', 4, * FROM pieces
    WHERE calendar_period IN ('2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2')
),
together AS (
    SELECT entity AS company, 1 AS n_companies, * FROM periods
    UNION ALL
    SELECT 'The four', 4, * FROM periods
),
counted AS (
    SELECT *, sum(n_quarters) OVER (PARTITION BY company, period, metric) AS n_found FROM together
)
SELECT
    company,
    period,
    sum(CASE WHEN metric = 'capex_cash' THEN amount END) AS cash_usd,
    sum(CASE WHEN metric = 'operating_cash_flow' THEN amount END) AS operating_cash_flow_usd,
    sum(CASE WHEN metric = 'revenue' THEN amount END) AS revenue_usd,
    list_sort(list(key)) AS keys,
    list_sort(list(key) FILTER (WHERE metric = 'capex_cash')) AS keys_cash_usd,
    list_sort(list(key) FILTER (WHERE metric = 'operating_cash_flow')) AS keys_operating_cash_flow_usd,
    list_sort(list(key) FILTER (WHERE metric = 'revenue')) AS keys_revenue_usd
FROM counted
WHERE n_found = n_wanted * n_companies
GROUP BY company, period
HAVING count(DISTINCT metric) = 3
ORDER BY company, period
