-- In how many distinct claims, and in how many articles, each kind of change stands; roundings are left out.
SELECT
    mutations.field,
    count(DISTINCT mutations.claim) AS n_claims,
    count(DISTINCT told.source) AS n_articles,
    list_sort(list(DISTINCT told.key)) AS keys,
    list_sort(list(DISTINCT told.key)) AS keys_n_claims,
    list_sort(list(DISTINCT told.key)) AS keys_n_articles
FROM mutations
JOIN figures AS told ON told.key = 'figure:' || mutations.told_by
WHERE list_contains($articles, told.source) AND mutations.field <> 'attribution' AND NOT mutations.holds
GROUP BY mutations.field
ORDER BY n_claims DESC, mutations.field
