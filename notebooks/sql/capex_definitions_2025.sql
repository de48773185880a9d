-- 2025 by two definitions, company by company: the cash line, and what each company calls capital expenditure.
-- Amazon states no year by its own measure: operating cash flow less free cash flow stands for it.
-- Alphabet's is the cash line.
WITH picked AS (
    SELECT 'cash' AS definition, key, entity, million_usd
    FROM capex_history
    WHERE metric = 'capex_cash' AND line = 'main' AND period_type = 'quarter' AND calendar_period LIKE '2025-Q%'
    UNION ALL
    SELECT 'company-defined', key, entity,
        CASE WHEN metric = 'free_cash_flow' THEN -million_usd ELSE million_usd END
    FROM capex_history
    WHERE entity = 'Amazon' AND line = 'main' AND period_type = 'year' AND calendar_period = '2025'
        AND metric IN ('operating_cash_flow', 'free_cash_flow')
    UNION ALL
    SELECT 'company-defined', key, entity, million_usd
    FROM capex_history
    WHERE entity = 'Alphabet' AND metric = 'capex_cash' AND line = 'main' AND period_type = 'quarter'
        AND calendar_period LIKE '2025-Q%'
    UNION ALL
    SELECT 'company-defined', key, entity, million_usd
    FROM capex_history
    WHERE entity IN ('Meta', 'Microsoft') AND metric = 'capex_company_defined' AND line = 'main'
        AND period_type = 'quarter' AND calendar_period LIKE '2025-Q%'
)
SELECT
    entity AS company,
    definition,
    sum(million_usd) * 1000000 AS capex_usd,
    list_sort(list(key)) AS keys
FROM picked
WHERE entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
GROUP BY entity, definition
ORDER BY definition, company
