-- What Microsoft said with amounts, by the item: its figures for the calendar year, the part that is prices, the
-- leases that its new measure leaves out, and the quarter to September 2026.
SELECT
    stated_on,
    period,
    item,
    bound,
    CAST(low_billion_usd * 1000000000 AS BIGINT) AS capex_low_usd,
    CAST(high_billion_usd * 1000000000 AS BIGINT) AS capex_high_usd,
    list_value(key) AS keys
FROM capex_guidance_2026
WHERE entity = 'Microsoft' AND speaker = 'company' AND low_billion_usd IS NOT NULL
ORDER BY stated_on, period, item
