-- Published totals for 2026 and 2027 by day, with whose spending they count; the companies differ.
SELECT
    sources.published_on AS published_on,
    sources.published AS published,
    sources.publisher AS publisher,
    figures.attributed_to AS attributed_to,
    claims.entity AS companies,
    claims.period AS total_for,
    figures.population AS counted,
    figures.qualifier AS qualifier,
    CAST(figures.low AS BIGINT) AS total_low_usd,
    CAST(figures.high AS BIGINT) AS total_high_usd,
    list_value(figures.key) AS keys
FROM figures
JOIN claims ON claims.id = figures.claim
JOIN sources ON sources.id = figures.source
WHERE figures.claim LIKE 'capex.total_2026_%' OR figures.claim LIKE 'capex.total_2027_%'
ORDER BY total_for, published_on, publisher, total_low_usd
