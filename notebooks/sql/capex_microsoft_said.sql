-- What Microsoft said with amounts, by the item: its figures for the calendar year, the part that is prices, the
-- leases that its new measure leaves out, and the quarter to September 2026.
SELECT
    stated_on,
    period,
    item,
    bound,
    low AS capex_low_usd,
    high AS capex_high_usd,
    list_value(key) AS keys
FROM capex_guidance_2026
WHERE entity = 'Microsoft' AND speaker = 'company' AND low IS NOT NULL
ORDER BY stated_on, period, item
