-- Cash capital expenditure by calendar quarter and company, one basis throughout.
SELECT
    entity AS company,
    calendar_period,
    period_end AS ends_on,
    million_usd * 1000000 AS cash_usd,
    list_value(key) AS keys
FROM capex_history
WHERE metric = 'capex_cash' AND line = 'main' AND period_type = 'quarter'
    AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
ORDER BY company, calendar_period
