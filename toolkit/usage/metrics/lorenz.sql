-- The Lorenz curve of tokens: share of all tokens that the lowest hundredths of developers hold together,
-- NULL where anybody's are not known.
WITH placed AS (
    SELECT
        tokens, row_number() OVER (ORDER BY tokens NULLS LAST, user_id NULLS LAST) AS place, count(*) OVER () AS people,
        sum(tokens) OVER (
            ORDER BY tokens NULLS LAST, user_id NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS up_to_here
    FROM developer
),
cut AS (
    SELECT ceil(CAST(100 * place AS DOUBLE) / people) AS hundredth, up_to_here FROM placed
),
whole AS (
    SELECT CASE WHEN count(tokens) = count(*) THEN sum(tokens) END AS tokens FROM developer
)
SELECT
    CAST(cut.hundredth AS DOUBLE) / 100 AS developer_share,
    CAST(max(cut.up_to_here) AS DOUBLE) / nullif(max(whole.tokens), 0) AS token_share
FROM cut
CROSS JOIN whole
GROUP BY cut.hundredth
ORDER BY 1 NULLS LAST
