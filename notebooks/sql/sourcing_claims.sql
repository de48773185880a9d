-- Every distinct claim of the five articles: who tells it, at how many documents outside the five its chains end, and
-- what was changed on the way (a rounding that the words allow, and who is credited, do not count).
WITH told AS (
    SELECT figures.key, figures.source, figures.claim, figures.basis, sources.publisher
    FROM figures
    JOIN sources ON sources.id = figures.source
    WHERE list_contains($articles, figures.source)
),
ends AS (
    SELECT DISTINCT told.claim, sources.id, sources.publisher, sources.published
    FROM told
    JOIN figure_origins ON figure_origins.key = told.key
    JOIN sources ON sources.id = figure_origins.source
    WHERE NOT list_contains($articles, sources.id)
),
changed AS (
    SELECT
        mutations.claim, bool_and(mutations.holds) AS only_rounded,
        list_sort(list(DISTINCT mutations.field) FILTER (NOT mutations.holds)) AS fields
    FROM mutations
    JOIN told ON told.key = 'figure:' || mutations.told_by
    WHERE mutations.field <> 'attribution'
    GROUP BY mutations.claim
)
SELECT
    told.claim,
    claims.statement,
    count(DISTINCT told.source) AS n_articles,
    string_agg(DISTINCT told.publisher, ', ' ORDER BY told.publisher) AS articles,
    (SELECT count(*) FROM ends WHERE ends.claim = told.claim) AS n_origins,
    coalesce(
        (SELECT string_agg(publisher, ', ' ORDER BY published) FROM ends WHERE ends.claim = told.claim),
        string_agg(DISTINCT told.basis, ', ' ORDER BY told.basis)
    ) AS rests_on,
    CASE WHEN any_value(changed.only_rounded) THEN 'rounded'
        ELSE array_to_string(any_value(changed.fields), ', ') END AS changed,
    list_sort(list(told.key)) AS keys
FROM told
JOIN claims ON claims.id = told.claim
LEFT JOIN changed ON changed.claim = told.claim
GROUP BY told.claim, claims.statement
ORDER BY n_articles DESC, n_origins DESC, told.claim
