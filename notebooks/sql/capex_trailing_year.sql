-- Four quarters to date, by company and together: cash capital expenditure, operating cash flow and revenue. Filed years stand in where there are no quarters to add up (before 2019; Meta in 2022, whose quarters
-- are on another basis); where there are neither, the value is empty.
WITH lines AS (
    SELECT
        key, entity, metric, amount, period_type, period_end, calendar_period
    FROM capex_history
    WHERE metric IN ('capex_cash', 'operating_cash_flow', 'revenue') AND line = 'main'
        AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
quarters AS (
    SELECT *,
        4 * CAST(substring(calendar_period, 1, 4) AS INTEGER)
            + CAST(substring(calendar_period, 7, 1) AS INTEGER) AS step
    FROM lines WHERE period_type = 'quarter'
),
rolled AS (
    SELECT last_one.entity, last_one.metric, last_one.period_end, each_one.key, each_one.amount
    FROM quarters AS last_one
    JOIN quarters AS each_one
        ON each_one.entity = last_one.entity AND each_one.metric = last_one.metric
        AND each_one.step BETWEEN last_one.step - 3 AND last_one.step
),
whole AS (
    SELECT entity, metric, period_end FROM rolled GROUP BY entity, metric, period_end HAVING count(*) = 4
),
parts AS (
    SELECT rolled.* FROM rolled
    JOIN whole ON whole.entity = rolled.entity AND whole.metric = rolled.metric
        AND whole.period_end = rolled.period_end
    UNION ALL
    SELECT years.entity, years.metric, years.period_end, years.key, years.amount FROM lines AS years
    LEFT JOIN whole ON whole.entity = years.entity AND whole.metric = years.metric
        AND whole.period_end = years.period_end
    WHERE years.period_type = 'year' AND whole.entity IS NULL
),
together AS (
    SELECT * FROM parts
    UNION ALL
    SELECT 'The four', parts.metric, parts.period_end, key, amount FROM parts
    JOIN (SELECT metric, period_end FROM parts
        GROUP BY metric, period_end HAVING count(DISTINCT entity) = 4) AS full_ones
        ON full_ones.metric = parts.metric AND full_ones.period_end = parts.period_end
)
SELECT
    entity AS company,
    period_end AS ends_on,
    sum(CASE WHEN metric = 'capex_cash' THEN amount END) AS cash_usd,
    sum(CASE WHEN metric = 'operating_cash_flow' THEN amount END) AS operating_cash_flow_usd,
    sum(CASE WHEN metric = 'revenue' THEN amount END) AS revenue_usd,
    list_sort(list(key)) AS keys,
    list_sort(list(key) FILTER (WHERE metric = 'capex_cash')) AS keys_cash_usd,
    list_sort(list(key) FILTER (WHERE metric = 'operating_cash_flow')) AS keys_operating_cash_flow_usd,
    list_sort(list(key) FILTER (WHERE metric = 'revenue')) AS keys_revenue_usd
FROM together
GROUP BY entity, period_end
ORDER BY company, ends_on
