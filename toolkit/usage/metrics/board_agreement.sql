-- How far boards of one population agree: rank correlation (NULL where all share a place), and the share of the first
-- tenth that both have.
WITH placed AS (
    SELECT
        user_id, count(*) OVER () AS people,
        rank() OVER (ORDER BY tokens DESC) AS tokens_rank,
        rank() OVER (ORDER BY uncached_tokens DESC) AS uncached_rank,
        rank() OVER (ORDER BY cost_nanousd DESC) AS cost_rank,
        rank() OVER (
            ORDER BY CASE WHEN tokens > 0 THEN CAST(merged_prs AS DOUBLE) / nullif(tokens, 0) ELSE 0 END DESC NULLS LAST
        ) AS output_rank
    FROM developer
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
    CAST(sum(CASE WHEN 10 * (tokens_rank - 1) < people AND 10 * (other_rank - 1) < people THEN 1 ELSE 0 END) AS DOUBLE)
    / sum(CASE WHEN 10 * (tokens_rank - 1) < people THEN 1 ELSE 0 END) AS both_first_tenth_share
FROM pair
GROUP BY board
ORDER BY board NULLS LAST
