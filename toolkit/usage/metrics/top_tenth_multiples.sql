-- The tenth with the most tokens: its mean tokens and merged requests as multiples of everybody's median and mean.
WITH placed AS (
    SELECT
        tokens, merged_prs, row_number() OVER (ORDER BY tokens DESC NULLS LAST, user_id NULLS LAST) AS place,
        count(*) OVER () AS people
    FROM developer
),
whole AS (
    SELECT
        CAST(sum(tokens) AS DOUBLE) / nullif(count(tokens), 0) AS mean_tokens, median(tokens) AS median_tokens,
        CAST(sum(merged_prs) AS DOUBLE) / nullif(count(merged_prs), 0) AS mean_prs, median(merged_prs) AS median_prs
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
    CAST(top.tokens AS DOUBLE) / nullif(whole.median_tokens, 0) AS tokens_over_median_multiple,
    CAST(top.tokens AS DOUBLE) / nullif(whole.mean_tokens, 0) AS tokens_over_mean_multiple,
    CAST(top.prs AS DOUBLE) / nullif(whole.median_prs, 0) AS merged_over_median_multiple,
    CAST(top.prs AS DOUBLE) / nullif(whole.mean_prs, 0) AS merged_over_mean_multiple
FROM top
CROSS JOIN whole
