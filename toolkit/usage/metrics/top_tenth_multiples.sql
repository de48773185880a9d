-- The tenth with the most tokens: its mean tokens and merged requests as multiples of everybody's median and mean.
-- NULL where anybody's are not known.
WITH placed AS (
    SELECT
        tokens, merged_prs, row_number() OVER (ORDER BY tokens DESC NULLS LAST, user_id NULLS LAST) AS place,
        count(*) OVER () AS people
    FROM developer
),
whole AS (
    SELECT
        CAST(sum(tokens) AS DOUBLE) / nullif(count(*), 0) AS mean_tokens, median(tokens) AS median_tokens,
        CAST(sum(merged_prs) AS DOUBLE) / nullif(count(*), 0) AS mean_prs, median(merged_prs) AS median_prs,
        count(tokens) = count(*) AS tokens_known, count(merged_prs) = count(*) AS prs_known
    FROM developer
),
top AS (
    SELECT
        CAST(sum(tokens) AS DOUBLE) / nullif(count(tokens), 0) AS tokens,
        CAST(sum(merged_prs) AS DOUBLE) / nullif(count(merged_prs), 0) AS prs
    FROM placed
    WHERE 10 * (place - 1) < people
)
SELECT
    CASE WHEN tokens_known THEN CAST(top.tokens AS DOUBLE) / nullif(median_tokens, 0) END AS tokens_over_median_multiple,
    CASE WHEN tokens_known THEN CAST(top.tokens AS DOUBLE) / nullif(mean_tokens, 0) END AS tokens_over_mean_multiple,
    CASE WHEN prs_known THEN CAST(top.prs AS DOUBLE) / nullif(median_prs, 0) END AS merged_over_median_multiple,
    CASE WHEN prs_known THEN CAST(top.prs AS DOUBLE) / nullif(mean_prs, 0) END AS merged_over_mean_multiple
FROM top
CROSS JOIN whole
