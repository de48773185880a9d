-- The five articles counted. A distinct claim is one entry of data/claims/ that at least one article states; an origin
-- is a document outside the five at which the chain of a reading ends; a claim is mutated where a reading differs from
-- the nearest source below that states it, in more than a rounding that its own words allow, or who is credited.
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
    SELECT mutations.claim, bool_and(mutations.holds) AS only_rounded
    FROM mutations
    JOIN told ON told.key = 'figure:' || mutations.told_by
    WHERE mutations.field <> 'attribution'
    GROUP BY mutations.claim
),
claims_told AS (
    SELECT
        claim,
        list(key) AS readings,
        count(DISTINCT source) AS articles,
        (SELECT count(DISTINCT origin) FROM ends WHERE ends.claim = told.claim) AS origins,
        list_sort(list(DISTINCT basis) FILTER (basis IS NOT NULL)) AS bases,
        (SELECT only_rounded FROM changes WHERE changes.claim = told.claim) AS only_rounded
    FROM told
    GROUP BY claim
),
counted AS (
    SELECT
        flatten(list(readings)) AS keys,
        count(*) AS claims,
        count(*) FILTER (articles > 1) AS shared,
        count(*) FILTER (origins > 0) AS traced,
        count(*) FILTER (origins = 1) AS single_origin,
        count(*) FILTER (origins > 1) AS several,
        count(*) FILTER (origins = 0 AND list_contains(bases, 'no source found')) AS no_source,
        count(*) FILTER (origins = 0 AND bases = ['not traced']) AS not_traced,
        count(*) FILTER (origins = 0 AND bases = ['own comment']) AS own_comment,
        count(*) FILTER (only_rounded = FALSE) AS mutated,
        count(*) FILTER (only_rounded) AS rounded
    FROM claims_told
)
SELECT
    (SELECT count(DISTINCT source) FROM told) AS n_articles,
    (SELECT count(*) FROM told) AS n_readings,
    (SELECT count(DISTINCT origin) FROM ends) AS n_origins,
    claims AS n_claims,
    shared AS n_shared_claims,
    traced AS n_traced_claims,
    single_origin AS n_single_origin_claims,
    several AS n_several_origin_claims,
    no_source AS n_no_source_claims,
    not_traced AS n_not_traced_claims,
    own_comment AS n_own_comment_claims,
    mutated AS n_mutated_claims,
    rounded AS n_rounded_claims,
    single_origin / claims AS single_origin_share,
    single_origin / traced AS single_of_traced_share,
    mutated / traced AS mutated_of_traced_share,
    list_sort(keys) AS keys
FROM counted
