-- Published totals for 2026 by day, with whose spending they count; the companies differ.
SELECT
    coalesce(sources.published, 'undated') AS published,
    sources.publisher AS publisher,
    figures.attributed_to AS attributed_to,
    claims.entity AS companies,
    figures.qualifier AS qualifier,
    CAST(figures.low AS BIGINT) AS total_low_usd,
    CAST(figures.high AS BIGINT) AS total_high_usd,
    list_value(figures.key) AS keys
FROM figures
JOIN claims ON claims.id = figures.claim
JOIN sources ON sources.id = figures.source
WHERE figures.claim LIKE 'capex.total_2026_%'
ORDER BY sources.published_on, publisher, total_low_usd
