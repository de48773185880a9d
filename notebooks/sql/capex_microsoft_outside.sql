-- What others expected of Microsoft in February 2026, when it had given no figure for the calendar year.
SELECT
    stated_on,
    period,
    year_basis,
    counts,
    low AS capex_low_usd,
    high AS capex_high_usd,
    list_value(key) AS keys
FROM capex_guidance_2026
WHERE entity = 'Microsoft' AND speaker = 'outside' AND item = 'capex'
ORDER BY stated_on
