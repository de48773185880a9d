-- Microsoft by its own measure: fiscal years, calendar 2025, and the second half of 2025.
WITH quarters AS (
    SELECT key, fiscal_period, calendar_period, amount
    FROM capex_history
    WHERE entity = 'Microsoft' AND metric = 'capex_company_defined' AND line = 'main'
        AND period_type = 'quarter'
),
periods AS (
    SELECT substring(fiscal_period, 1, 6) AS period, key, amount FROM quarters
    UNION ALL
    SELECT 'calendar 2025', key, amount FROM quarters WHERE calendar_period LIKE '2025-Q%'
    UNION ALL
    SELECT 'second half of 2025', key, amount FROM quarters
    WHERE calendar_period IN ('2025-Q3', '2025-Q4')
)
SELECT
    period,
    sum(amount) AS capex_usd,
    list_sort(list(key)) AS keys
FROM periods
GROUP BY period
ORDER BY period
