-- Single quarters, by company and together: cash capital expenditure, operating cash flow and revenue. Empty where the quarter is on no common basis (Meta in 2022).
WITH quarters AS (
    SELECT key, entity, metric, amount, calendar_period, period_end
    FROM capex_history
    WHERE metric IN ('capex_cash', 'operating_cash_flow', 'revenue') AND line = 'main'
        AND period_type = 'quarter' AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
together AS (
    SELECT * FROM quarters
    UNION ALL
    SELECT key, 'The four', quarters.metric, amount, calendar_period, quarters.period_end FROM quarters
    JOIN (
        SELECT metric, period_end FROM quarters GROUP BY metric, period_end HAVING count(DISTINCT entity) = 4
    ) AS full_ones ON full_ones.metric = quarters.metric AND full_ones.period_end = quarters.period_end
)
SELECT
    entity AS company,
    calendar_period,
    period_end AS ends_on,
    sum(CASE WHEN metric = 'capex_cash' THEN amount END) AS cash_usd,
    sum(CASE WHEN metric = 'operating_cash_flow' THEN amount END) AS operating_cash_flow_usd,
    sum(CASE WHEN metric = 'revenue' THEN amount END) AS revenue_usd,
    list_sort(list(key)) AS keys,
    list_sort(list(key) FILTER (WHERE metric = 'capex_cash')) AS keys_cash_usd,
    list_sort(list(key) FILTER (WHERE metric = 'operating_cash_flow')) AS keys_operating_cash_flow_usd,
    list_sort(list(key) FILTER (WHERE metric = 'revenue')) AS keys_revenue_usd
FROM together
GROUP BY entity, calendar_period, period_end
ORDER BY company, ends_on
