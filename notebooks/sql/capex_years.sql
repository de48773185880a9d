-- Cash capital expenditure by fiscal year as filed, 2015 to 2025; Microsoft's years end on 30 June.
-- Amazon's first year on the gross line is 2016.
SELECT
    entity AS company,
    fiscal_period,
    CAST(substring(fiscal_period, 3, 4) AS INTEGER) AS fiscal_year,
    period_end AS ends_on,
    million_usd * 1000000 AS cash_usd,
    list_value(key) AS keys
FROM capex_history
WHERE metric = 'capex_cash' AND line = 'main' AND period_type = 'year'
    AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
ORDER BY company, fiscal_year
