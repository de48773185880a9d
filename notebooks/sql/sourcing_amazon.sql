-- The claims on padding at Amazon, over all readings that we hold: who states them, on how many origins they rest, and how
-- many publishers those are.
SELECT
    figures.claim,
    count(DISTINCT figures.source) AS n_sources,
    (SELECT count(*) FROM origins WHERE origins.claim = figures.claim) AS n_origins,
    (SELECT count(DISTINCT sources.publisher) FROM origins
        JOIN sources ON sources.id = origins.source
        WHERE origins.claim = figures.claim) AS n_publishers,
    list_sort(list(figures.key)) AS keys,
    list_sort(list(figures.key)) AS keys_n_sources,
    (SELECT list_sort(list(first.key)) FROM origins
        JOIN figures AS first ON first.source = origins.source AND first.claim = origins.claim
        WHERE origins.claim = figures.claim) AS keys_n_origins,
    (SELECT list_sort(list(first.key)) FROM origins
        JOIN figures AS first ON first.source = origins.source AND first.claim = origins.claim
        WHERE origins.claim = figures.claim) AS keys_n_publishers
FROM figures
WHERE figures.claim IN (
    'leaderboards.amazon_developer_target', 'leaderboards.amazon_needless_tasks', 'leaderboards.kirorank_gaming'
)
GROUP BY figures.claim
ORDER BY figures.claim
