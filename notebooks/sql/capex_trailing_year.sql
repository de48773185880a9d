-- Cash capital expenditure of the four quarters that end with each quarter, by company and together.
-- A year row stands in where single quarters are on another basis; periods without either are left out.
WITH quarters AS (
    SELECT
        key, entity, million_usd, calendar_period,
        4 * CAST(substring(calendar_period, 1, 4) AS INTEGER)
            + CAST(substring(calendar_period, 7, 1) AS INTEGER) AS step
    FROM capex_history
    WHERE metric = 'capex_cash' AND line = 'main' AND period_type = 'quarter'
        AND entity IN ('Amazon', 'Alphabet', 'Meta', 'Microsoft')
),
rolled AS (
    SELECT last_one.entity, last_one.calendar_period AS quarter_end, each_one.key, each_one.million_usd
    FROM quarters AS last_one
    JOIN quarters AS each_one
        ON each_one.entity = last_one.entity AND each_one.step BETWEEN last_one.step - 3 AND last_one.step
),
whole AS (
    SELECT entity, quarter_end FROM rolled GROUP BY entity, quarter_end HAVING count(*) = 4
),
years AS (
    SELECT entity, calendar_period || '-Q4' AS quarter_end, key, million_usd
    FROM capex_history
    WHERE metric = 'capex_cash' AND line = 'main' AND period_type = 'year' AND calendar_period >= '2019'
        AND entity IN ('Amazon', 'Alphabet', 'Meta')
),
parts AS (
    SELECT rolled.* FROM rolled
    JOIN whole ON whole.entity = rolled.entity AND whole.quarter_end = rolled.quarter_end
    UNION ALL
    SELECT years.* FROM years
    LEFT JOIN whole ON whole.entity = years.entity AND whole.quarter_end = years.quarter_end
    WHERE whole.entity IS NULL
),
together AS (
    SELECT * FROM parts
    UNION ALL
    SELECT 'The four', quarter_end, key, million_usd FROM parts
    WHERE quarter_end IN (SELECT quarter_end FROM parts GROUP BY quarter_end HAVING count(DISTINCT entity) = 4)
)
SELECT
    entity AS company,
    quarter_end,
    sum(million_usd) * 1000000 AS trailing_year_usd,
    list_sort(list(key)) AS keys
FROM together
GROUP BY entity, quarter_end
ORDER BY company, quarter_end
