-- The claims that more than one of the five tells, by article: told as the nearest source below states it, or changed.
WITH told AS (
    SELECT figures.claim, figures.source, list(figures.key) AS keys
    FROM figures WHERE list_contains($articles, figures.source)
    GROUP BY figures.claim, figures.source
),
changes AS (
    SELECT told.claim, told.source, string_agg(DISTINCT mutations.field, ', ' ORDER BY mutations.field) AS fields
    FROM mutations
    JOIN figures AS told ON told.key = 'figure:' || mutations.told_by
    WHERE mutations.field <> 'attribution' AND NOT mutations.holds
    GROUP BY told.claim, told.source
),
shared AS (
    SELECT claim, count(*) AS articles FROM told GROUP BY claim HAVING count(*) > 1
)
SELECT
    told.claim,
    claims.statement,
    sources.publisher,
    CASE
        WHEN changes.claim IS NOT NULL THEN 'changed'
        WHEN NOT EXISTS (
            SELECT 1 FROM figures JOIN figure_links ON figure_links.key = figures.key
            WHERE list_contains(told.keys, figures.key)
        ) THEN 'unclear'
        ELSE 'kept'
    END AS state,
    changes.fields AS changed,
    len(told.keys) AS n_readings,
    list_sort(told.keys) AS keys
FROM told
JOIN shared ON shared.claim = told.claim
JOIN claims ON claims.id = told.claim
JOIN sources ON sources.id = told.source
LEFT JOIN changes ON changes.claim = told.claim AND changes.source = told.source
ORDER BY shared.articles DESC, told.claim, list_position($articles, told.source)
