-- 2025 by each definition that can be filled for a company; `is_own` marks the one in which it speaks of 2026.
-- Amazon states no year by its own measure: operating cash flow less free cash flow stands for it. Microsoft files its
-- lease payments by fiscal year only.
WITH rows_2025 AS (
    SELECT key, entity, metric, period_type, amount FROM capex_history
    WHERE line = 'main' AND calendar_period LIKE '2025%' AND calendar_period <> '2025-H1'
        AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
cash AS (
    SELECT * FROM rows_2025 WHERE metric = 'capex_cash' AND period_type = 'quarter'
),
picked AS (
    SELECT 1 AS definition_order, 'cash' AS definition, entity = 'Alphabet' AS is_own, key, entity, amount
    FROM cash
    UNION ALL
    SELECT 2, 'cash less incentives', TRUE, CASE WHEN metric = 'free_cash_flow' THEN '-' || key ELSE key END, entity,
        CASE WHEN metric = 'free_cash_flow' THEN -amount ELSE amount END
    FROM rows_2025
    WHERE entity = 'Amazon' AND period_type = 'year' AND metric IN ('operating_cash_flow', 'free_cash_flow')
    UNION ALL
    SELECT 3, 'cash and lease principal', FALSE, key, entity, amount FROM cash
    WHERE entity IN ('Amazon', 'Alphabet')
    UNION ALL
    SELECT 3, 'cash and lease principal', FALSE, key, entity, amount FROM rows_2025
    WHERE entity IN ('Amazon', 'Alphabet') AND metric = 'finance_lease_principal' AND period_type = 'year'
    UNION ALL
    SELECT 3, 'cash and lease principal', TRUE, key, entity, amount FROM rows_2025
    WHERE entity = 'Meta' AND metric = 'capex_company_defined' AND period_type = 'quarter'
    UNION ALL
    SELECT 4, 'cash and leased assets', TRUE, key, entity, amount FROM rows_2025
    WHERE entity = 'Microsoft' AND metric = 'capex_company_defined' AND period_type = 'quarter'
)
SELECT
    entity AS company,
    definition,
    is_own,
    sum(amount) AS capex_usd,
    list_sort(list(key)) AS keys
FROM picked
GROUP BY entity, definition_order, definition, is_own
ORDER BY company, definition_order
