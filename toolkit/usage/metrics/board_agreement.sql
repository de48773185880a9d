-- How far boards of one population agree: rank correlation (NULL where all share a place), and the share of the first
-- tenth that both have. A board that is not known of everybody has no places, and both are NULL.
WITH known AS (
    SELECT
        count(tokens) = count(*) AS tokens_known, count(uncached_tokens) = count(*) AS uncached_known,
        count(cost_nanousd) = count(*) AS cost_known, count(tokens + merged_prs) = count(*) AS output_known
    FROM developer
),
placed AS (
    SELECT
        user_id, count(*) OVER () AS people,
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
),
pair AS (
    SELECT 'uncached tokens' AS board, people, tokens_rank, uncached_rank AS other_rank FROM placed
    UNION ALL
    SELECT 'cost' AS board, people, tokens_rank, cost_rank AS other_rank FROM placed
    UNION ALL
    SELECT 'merged requests per token' AS board, people, tokens_rank, output_rank AS other_rank FROM placed
)
SELECT
    board,
    CAST(covar_pop(tokens_rank, other_rank) AS DOUBLE)
    / nullif(stddev_pop(tokens_rank) * stddev_pop(other_rank), 0) AS rank_correlation,
    CAST(sum(
        CASE
            WHEN other_rank IS NULL THEN NULL
            WHEN 10 * (tokens_rank - 1) < people AND 10 * (other_rank - 1) < people THEN 1
            ELSE 0
        END
    ) AS DOUBLE)
    / nullif(sum(CASE WHEN 10 * (tokens_rank - 1) < people THEN 1 ELSE 0 END), 0) AS both_first_tenth_share
FROM pair
GROUP BY board
ORDER BY board NULLS LAST
