-- What the five changed, field by field, beside the nearest source below that states the claim; a rounding is a number
-- of which the article's own words still hold.
SELECT
    claims.statement AS claim,
    teller.publisher AS article,
    mutations.field,
    CASE WHEN mutations.holds THEN ', rounded' ELSE '' END AS rounded,
    source.publisher AS source,
    mutations.stated,
    mutations.told
FROM mutations
JOIN claims ON claims.id = mutations.claim
JOIN figures AS told ON told.key = 'figure:' || mutations.told_by
JOIN figures AS stated ON stated.key = 'figure:' || mutations.source
JOIN sources AS teller ON teller.id = told.source
JOIN sources AS source ON source.id = stated.source
WHERE list_contains($articles, told.source) AND mutations.field <> 'attribution'
ORDER BY mutations.claim, list_position($articles, told.source), mutations.told_by, mutations.field
