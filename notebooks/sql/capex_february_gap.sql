-- What Microsoft would have to spend for each total published in February for the four to add up, given the
-- statements of the other three: their tops for the least, their bottoms for the most.
WITH three AS (
    SELECT key, low, high
    FROM capex_guidance_2026
    WHERE speaker = 'company' AND item = 'capex' AND period = '2026' AND results_round = '2025-Q4'
),
totals AS (
    SELECT figures.key, figures.low, figures.high, sources.publisher, sources.published
    FROM figures
    JOIN sources ON sources.id = figures.source
    WHERE figures.claim = 'capex.total_2026_four' AND sources.published LIKE '2026-02%'
),
parts AS (
    SELECT key AS total_key, publisher, published, key, low AS least, high AS most,
        low AS total_low, high AS total_high
    FROM totals
    UNION ALL
    SELECT totals.key, totals.publisher, totals.published, '-' || three.key,
        -three.high, -three.low, NULL, NULL
    FROM totals CROSS JOIN three
)
SELECT
    publisher,
    published,
    CAST(max(total_low) AS BIGINT) AS total_low_usd,
    CAST(max(total_high) AS BIGINT) AS total_high_usd,
    CAST(sum(least) AS BIGINT) AS microsoft_low_usd,
    CAST(sum(most) AS BIGINT) AS microsoft_high_usd,
    list_sort(list(key)) AS keys,
    list_value(total_key) AS keys_total_usd
FROM parts
GROUP BY total_key, publisher, published
ORDER BY total_low_usd, total_high_usd, published, publisher
