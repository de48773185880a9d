-- The first $n_places of a board by tokens, and where the same people stand by other measures. A
-- measure that is not known of everybody gives nobody a place. Synthetic usage logs only.
WITH known AS (
    SELECT
        count(tokens) = count(*) AS tokens_known, count(uncached_tokens) = count(*) AS uncached_known,
        count(cost_nanousd) = count(*) AS cost_known, count(tokens + merged_prs) = count(*) AS output_known
    FROM developer
),
ranked AS (
    SELECT
        user_id, tokens, uncached_tokens, CAST(cost_nanousd AS DOUBLE) / 1000000000 AS cost_usd,
        CASE WHEN tokens > 0 THEN CAST(merged_prs AS DOUBLE) / nullif(tokens, 0) END AS merged_pr_per_token,
        CASE WHEN tokens_known THEN rank() OVER (ORDER BY tokens DESC NULLS LAST) END AS tokens_rank,
        CASE WHEN uncached_known THEN rank() OVER (ORDER BY uncached_tokens DESC NULLS LAST) END AS uncached_rank,
        CASE WHEN cost_known THEN rank() OVER (ORDER BY cost_nanousd DESC NULLS LAST) END AS cost_rank,
        CASE
            WHEN output_known
                THEN rank() OVER (
                    ORDER BY CASE WHEN tokens > 0 THEN CAST(merged_prs AS DOUBLE) / nullif(tokens, 0) ELSE 0 END DESC NULLS LAST
                )
        END AS output_rank
    FROM developer
    CROSS JOIN known
)
SELECT *
FROM ranked
WHERE tokens_rank <= $n_places
ORDER BY tokens_rank NULLS LAST, user_id NULLS LAST
