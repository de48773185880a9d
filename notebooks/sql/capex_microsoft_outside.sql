-- What others expected of Microsoft in February 2026, when it had given no figure for the calendar year: each
-- estimate, and all of them from the lowest to the highest.
WITH outside AS (
    SELECT key, stated_on, period, year_basis, counts, low_billion_usd, high_billion_usd
    FROM capex_guidance_2026
    WHERE entity = 'Microsoft' AND speaker = 'outside' AND item = 'capex'
),
estimates AS (
    SELECT 'one' AS estimates, * FROM outside
    UNION ALL
    SELECT 'all', key, NULL, NULL, NULL, NULL, low_billion_usd, high_billion_usd FROM outside
)
SELECT
    estimates,
    stated_on,
    period,
    year_basis,
    counts,
    CAST(min(low_billion_usd) * 1000000000 AS BIGINT) AS capex_low_usd,
    CAST(max(high_billion_usd) * 1000000000 AS BIGINT) AS capex_high_usd,
    list_sort(list(key)) AS keys
FROM estimates
GROUP BY estimates, stated_on, period, year_basis, counts
ORDER BY estimates DESC, stated_on
