-- Which article's claims end at which document outside the articles, and how many distinct ones: a row for each pair.
WITH ends AS (
    SELECT told.key, told.claim, told.source AS article, figure_origins.source
    FROM figures AS told
    JOIN figure_origins ON figure_origins.key = told.key
    WHERE list_contains($articles, told.source) AND NOT list_contains($articles, figure_origins.source)
),
counted AS (
    SELECT source, count(DISTINCT claim) AS claims FROM ends GROUP BY source
)
SELECT
    sources.id,
    sources.publisher,
    sources.published,
    article.publisher AS article,
    count(DISTINCT ends.claim) AS n_claims,
    list_sort(list(DISTINCT ends.key)) AS keys
FROM ends
JOIN sources ON sources.id = ends.source
JOIN sources AS article ON article.id = ends.article
JOIN counted ON counted.source = ends.source
GROUP BY sources.id, sources.publisher, sources.published, ends.article, article.publisher, counted.claims
ORDER BY counted.claims DESC, sources.published, sources.id, list_position($articles, ends.article)
