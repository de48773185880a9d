-- The tenth with the most tokens: its mean tokens and merged requests as multiples of everybody's median and mean.
WITH placed AS (
    SELECT tokens, merged_prs, row_number() OVER (ORDER BY tokens DESC, user_id) AS place, count(*) OVER () AS people
    FROM developer
),
whole AS (
    SELECT
        avg(tokens) AS mean_tokens, median(tokens) AS median_tokens,
        avg(merged_prs) AS mean_prs, median(merged_prs) AS median_prs
    FROM developer
),
top AS (
    SELECT avg(tokens) AS tokens, avg(merged_prs) AS prs
    FROM placed
    WHERE 10 * (place - 1) < people
)
SELECT
    top.tokens / nullif(whole.median_tokens, 0) AS tokens_over_median_multiple,
    top.tokens / nullif(whole.mean_tokens, 0) AS tokens_over_mean_multiple,
    top.prs / nullif(whole.median_prs, 0) AS merged_over_median_multiple,
    top.prs / nullif(whole.mean_prs, 0) AS merged_over_mean_multiple
FROM top
CROSS JOIN whole
