-- Forecasts for 2027 by whose spending they count. A forecast that is printed company by company is added up for the
-- four. Two articles that retell Tom's Hardware are left out, and an app that repeats the I/O Fund's consensus.
WITH printed AS (
    SELECT
        figures.source, figures.attributed_to, claims.entity AS companies, figures.bound,
        coalesce(figures.population, claims.entity) AS counted, figures.qualifier,
        figures.low, figures.high, figures.key
    FROM figures
    JOIN claims ON claims.id = figures.claim
    WHERE figures.claim LIKE 'capex.total_2027_%'
),
four AS (
    SELECT figures.* FROM figures
    LEFT JOIN printed ON printed.source = figures.source AND printed.companies NOT LIKE '%Oracle'
    WHERE figures.claim IN ('capex.amazon_2027', 'capex.alphabet_2027', 'capex.meta_2027', 'capex.microsoft_2027')
        AND printed.key IS NULL
),
added AS (
    SELECT
        source, attributed_to, 'Amazon, Alphabet, Meta and Microsoft' AS companies, CAST(NULL AS VARCHAR) AS bound,
        'four companies' AS counted, 'parts of the raised total, added up' AS qualifier,
        sum(low) AS low, sum(high) AS high, list_sort(list(key)) AS keys
    FROM four
    GROUP BY source, attributed_to
    HAVING count(DISTINCT claim) = 4
),
totals AS (
    SELECT source, attributed_to, companies, bound, counted, qualifier, low, high, list_value(key) AS keys FROM printed
    UNION ALL
    SELECT * FROM added
)
SELECT
    CASE
        WHEN totals.companies LIKE '%Oracle' THEN 'With Oracle'
        WHEN totals.companies LIKE 'Amazon%' THEN 'The four'
        WHEN totals.companies LIKE '%worldwide' THEN 'Worldwide'
        ELSE 'Not named'
    END AS whose,
    coalesce(totals.attributed_to, sources.publisher) AS forecaster,
    sources.publisher,
    sources.published,
    totals.counted,
    totals.qualifier,
    totals.bound,
    CAST(totals.low AS BIGINT) AS total_low_usd,
    CAST(totals.high AS BIGINT) AS total_high_usd,
    totals.keys
FROM totals
JOIN sources ON sources.id = totals.source
WHERE sources.publisher NOT IN ('AI Wire News', 'gentic.news', 'BullrunIQ')
ORDER BY total_low_usd, forecaster
