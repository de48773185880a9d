-- Half-years by each company's own measure, and what the second half of 2026 must bring if the statements of July
-- hold. Microsoft's July statement is on a narrower measure than its quarters. Amazon states no fourth quarter of
-- 2025 by its own measure: the year's operating cash flow less its free cash flow, less the first half.
WITH own AS (
    SELECT key, entity, calendar_period, amount FROM capex_history
    WHERE line = 'main' AND period_type = 'quarter' AND calendar_period BETWEEN '2025-Q1' AND '2026-Q2'
        AND ((entity = 'Alphabet' AND metric = 'capex_cash')
            OR (entity IN ('Amazon', 'Meta', 'Microsoft') AND metric = 'capex_company_defined'))
),
parts AS (
    SELECT '2026-H2' AS period, entity, key,
        low, high
    FROM capex_guidance_2026
    WHERE period = '2026' AND item = 'capex' AND speaker = 'company' AND results_round = '2026-Q2'
    UNION ALL
    SELECT '2026-H2', entity, '-' || key, -amount, -amount FROM own WHERE calendar_period LIKE '2026-Q%'
    UNION ALL
    SELECT '2026-H1', entity, key, amount, amount FROM own WHERE calendar_period LIKE '2026-Q%'
    UNION ALL
    SELECT '2025-H1', entity, key, amount, amount FROM own
    WHERE calendar_period IN ('2025-Q1', '2025-Q2')
    UNION ALL
    SELECT '2025-H2', entity, key, amount, amount FROM own
    WHERE entity <> 'Amazon' AND calendar_period IN ('2025-Q3', '2025-Q4')
    UNION ALL
    SELECT '2025-H2', entity, '-' || key, -amount, -amount FROM own
    WHERE entity = 'Amazon' AND calendar_period IN ('2025-Q1', '2025-Q2')
    UNION ALL
    SELECT '2025-H2', entity, CASE WHEN metric = 'free_cash_flow' THEN '-' || key ELSE key END,
        CASE WHEN metric = 'free_cash_flow' THEN -amount ELSE amount END,
        CASE WHEN metric = 'free_cash_flow' THEN -amount ELSE amount END
    FROM capex_history
    WHERE entity = 'Amazon' AND line = 'main' AND period_type = 'year' AND calendar_period = '2025'
        AND metric IN ('operating_cash_flow', 'free_cash_flow')
),
together AS (
    SELECT entity AS company, * FROM parts
    UNION ALL
    SELECT 'The four', * FROM parts
)
SELECT
    company,
    period,
    sum(low) AS capex_low_usd,
    sum(high) AS capex_high_usd,
    list_sort(list(key)) AS keys
FROM together
GROUP BY company, period
ORDER BY period, company
