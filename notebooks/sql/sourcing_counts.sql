-- The five articles counted. A distinct claim is one entry of data/claims/ that at least one article states; an origin
-- is a document outside the five at which the chain of a reading ends; a claim is mutated where a reading differs from
-- the nearest source below that states it, in more than a rounding that its own words allow, or who is credited.
-- The keys of a count are the readings in which what is counted stands; those of the origins are the origins' own.
WITH told AS (
    SELECT key, source, claim, basis FROM figures WHERE list_contains($articles, source)
),
ends AS (
    SELECT told.claim, figure_origins.source AS origin
    FROM told
    JOIN figure_origins ON figure_origins.key = told.key
    WHERE NOT list_contains($articles, figure_origins.source)
),
changes AS (
    SELECT
        mutations.claim, bool_and(mutations.holds) AS only_rounded,
        list_distinct(list(told.key)) AS rounded_in,
        list_distinct(list(told.key) FILTER (NOT mutations.holds)) AS changed_in
    FROM mutations
    JOIN told ON told.key = 'figure:' || mutations.told_by
    WHERE mutations.field <> 'attribution'
    GROUP BY mutations.claim
),
claims_told AS (
    SELECT
        told.claim,
        list(told.key) AS readings,
        count(DISTINCT told.source) AS articles,
        (SELECT count(DISTINCT origin) FROM ends WHERE ends.claim = told.claim) AS origins,
        list_sort(list(DISTINCT told.basis) FILTER (told.basis IS NOT NULL)) AS bases
    FROM told
    GROUP BY told.claim
),
counted AS (
    SELECT
        readings, changes.rounded_in, changes.changed_in,
        articles > 1 AS is_shared,
        origins > 0 AS is_traced,
        origins = 1 AS is_single,
        origins > 1 AS is_several,
        origins = 0 AND list_contains(bases, 'no source found') AS is_no_source,
        origins = 0 AND bases = ['not traced'] AS is_not_traced,
        origins = 0 AND bases = ['own comment'] AS is_own_comment,
        coalesce(NOT changes.only_rounded, FALSE) AS is_mutated,
        coalesce(changes.only_rounded, FALSE) AS is_rounded
    FROM claims_told
    LEFT JOIN changes ON changes.claim = claims_told.claim
)
SELECT
    (SELECT count(DISTINCT source) FROM told) AS n_articles,
    (SELECT count(*) FROM told) AS n_readings,
    (SELECT count(DISTINCT origin) FROM ends) AS n_origins,
    count(*) AS n_claims,
    count(*) FILTER (is_shared) AS n_shared_claims,
    count(*) FILTER (is_traced) AS n_traced_claims,
    count(*) FILTER (is_single) AS n_single_origin_claims,
    count(*) FILTER (is_several) AS n_several_origin_claims,
    count(*) FILTER (is_no_source) AS n_no_source_claims,
    count(*) FILTER (is_not_traced) AS n_not_traced_claims,
    count(*) FILTER (is_own_comment) AS n_own_comment_claims,
    count(*) FILTER (is_mutated) AS n_mutated_claims,
    count(*) FILTER (is_rounded) AS n_rounded_claims,
    list_sort(flatten(list(readings))) AS keys,
    list_sort(flatten(list(readings))) AS keys_n_articles,
    list_sort(flatten(list(readings))) AS keys_n_claims,
    (SELECT list_sort(list(DISTINCT figures.key)) FROM ends
        JOIN figures ON figures.source = ends.origin AND figures.claim = ends.claim) AS keys_n_origins,
    list_sort(flatten(list(readings) FILTER (is_shared))) AS keys_n_shared_claims,
    list_sort(flatten(list(readings) FILTER (is_traced))) AS keys_n_traced_claims,
    list_sort(flatten(list(readings) FILTER (is_single))) AS keys_n_single_origin_claims,
    list_sort(flatten(list(readings) FILTER (is_several))) AS keys_n_several_origin_claims,
    list_sort(flatten(list(readings) FILTER (is_no_source))) AS keys_n_no_source_claims,
    list_sort(flatten(list(readings) FILTER (is_not_traced))) AS keys_n_not_traced_claims,
    list_sort(flatten(list(readings) FILTER (is_own_comment))) AS keys_n_own_comment_claims,
    list_sort(flatten(list(changed_in) FILTER (is_mutated))) AS keys_n_mutated_claims,
    list_sort(flatten(list(rounded_in) FILTER (is_rounded))) AS keys_n_rounded_claims
FROM counted
