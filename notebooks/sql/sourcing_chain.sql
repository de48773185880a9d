-- Who relies on whom for one claim (or for all that the articles tell, with '%'), from the articles down to the origins.
-- Capital spending is left out: it has a story of its own. Steps are counted from the origin, along the longest way.
WITH RECURSIVE told AS (
    SELECT DISTINCT claim FROM figures
    WHERE list_contains($articles, source) AND claim LIKE $claim AND NOT claim LIKE 'capex.%'
),
links AS (
    SELECT DISTINCT figures.source AS target, figure_links.relies_on AS source
    FROM figures
    JOIN told ON told.claim = figures.claim
    JOIN figure_links ON figure_links.key = figures.key
),
chain AS (
    SELECT unnest($articles) AS id
    UNION
    SELECT links.source FROM chain JOIN links ON links.target = chain.id
),
walks AS (
    SELECT id, 0 AS steps FROM chain WHERE id NOT IN (SELECT target FROM links)
    UNION
    SELECT links.target, walks.steps + 1 FROM walks JOIN links ON links.source = walks.id
)
SELECT
    'node' AS role,
    chain.id,
    sources.publisher,
    sources.published,
    max(walks.steps) AS n_steps,
    list_contains($articles, chain.id) AS is_article,
    NULL AS source,
    NULL AS target,
    (SELECT list_sort(list(key)) FROM figures JOIN told ON told.claim = figures.claim
        WHERE figures.source = chain.id) AS keys
FROM chain
JOIN sources ON sources.id = chain.id
JOIN walks ON walks.id = chain.id
GROUP BY chain.id, sources.publisher, sources.published
UNION ALL
SELECT 'edge', NULL, NULL, NULL, NULL, FALSE, links.source, links.target, NULL
FROM links
JOIN chain ON chain.id = links.target
ORDER BY role DESC, n_steps, published, id, source, target
