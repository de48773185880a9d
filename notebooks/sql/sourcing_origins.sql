-- The documents outside the five at which chains end: how many distinct claims end there, and how many nowhere else.
WITH ends AS (
    SELECT told.key, told.claim, figure_origins.source
    FROM figures AS told
    JOIN figure_origins ON figure_origins.key = told.key
    WHERE list_contains($articles, told.source) AND NOT list_contains($articles, figure_origins.source)
),
shared AS (
    SELECT claim FROM ends GROUP BY claim HAVING count(DISTINCT source) > 1
)
SELECT
    sources.id,
    sources.publisher,
    sources.published,
    count(DISTINCT ends.claim) AS n_claims,
    count(DISTINCT ends.claim) FILTER (ends.claim NOT IN (SELECT claim FROM shared)) AS n_alone_claims,
    list_sort(list(DISTINCT ends.key)) AS keys,
    list_sort(list(DISTINCT ends.key)) AS keys_n_claims,
    list_sort(list(DISTINCT ends.key) FILTER (ends.claim NOT IN (SELECT claim FROM shared))) AS keys_n_alone_claims
FROM ends
JOIN sources ON sources.id = ends.source
GROUP BY sources.id, sources.publisher, sources.published
ORDER BY n_claims DESC, sources.published, sources.id
