-- The first $n_places of a board by tokens, and where the same people stand by other measures. Synthetic feeds only.
WITH ranked AS (
    SELECT
        user_id, tokens, uncached_tokens, CAST(cost_nanousd AS DOUBLE) / 1000000000 AS cost_usd,
        CASE WHEN tokens > 0 THEN CAST(merged_prs AS DOUBLE) / nullif(tokens, 0) END AS merged_pr_per_token,
        rank() OVER (ORDER BY tokens DESC) AS tokens_rank,
        rank() OVER (ORDER BY uncached_tokens DESC) AS uncached_rank,
        rank() OVER (ORDER BY cost_nanousd DESC) AS cost_rank,
        rank() OVER (
            ORDER BY CASE WHEN tokens > 0 THEN CAST(merged_prs AS DOUBLE) / nullif(tokens, 0) ELSE 0 END DESC NULLS LAST
        ) AS output_rank
    FROM developer
)
SELECT *
FROM ranked
WHERE tokens_rank <= $n_places
ORDER BY tokens_rank NULLS LAST, user_id NULLS LAST
