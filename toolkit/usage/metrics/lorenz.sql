-- The Lorenz curve of tokens: share of all tokens that the lowest hundredths of developers hold together.
WITH placed AS (
    SELECT
        tokens, row_number() OVER (ORDER BY tokens, user_id) AS place, count(*) OVER () AS people,
        sum(tokens) OVER (ORDER BY tokens, user_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up_to_here
    FROM developer
)
SELECT ceil(100 * place / people) / 100 AS developer_share, max(up_to_here) / (SELECT sum(tokens) FROM developer) AS token_share
FROM placed
GROUP BY ceil(100 * place / people)
ORDER BY 1
