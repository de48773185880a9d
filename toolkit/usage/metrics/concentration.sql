-- How unequally tokens and merged requests are spread over developers, those with none with them; not of a
-- measure that is not known of everybody.
WITH measured AS (
    SELECT 'tokens' AS measure, user_id, tokens AS amount FROM developer
    UNION ALL
    SELECT 'merged requests' AS measure, user_id, merged_prs AS amount FROM developer
),
placed AS (
    SELECT
        measure, amount, row_number() OVER (PARTITION BY measure ORDER BY amount NULLS LAST, user_id NULLS LAST) AS place,
        count(*) OVER (PARTITION BY measure) AS people
    FROM measured
)
SELECT
    measure, count(*) AS n_developers,
    2 * sum(CAST(place AS DOUBLE) * amount) / (count(*) * nullif(sum(amount), 0))
    - CAST(count(*) + 1 AS DOUBLE) / count(*) AS gini,
    CAST(sum(CASE WHEN 100 * (people - place) < people THEN amount ELSE 0 END) AS DOUBLE)
    / nullif(sum(amount), 0) AS top_hundredth_share,
    CAST(sum(CASE WHEN 10 * (people - place) < people THEN amount ELSE 0 END) AS DOUBLE)
    / nullif(sum(amount), 0) AS top_tenth_share,
    CAST(sum(CASE WHEN 2 * place <= people THEN amount ELSE 0 END) AS DOUBLE)
    / nullif(sum(amount), 0) AS bottom_half_share
FROM placed
GROUP BY measure
HAVING sum(amount) > 0 AND count(amount) = count(*)
ORDER BY measure NULLS LAST
