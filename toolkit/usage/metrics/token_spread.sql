-- How far the ninetieth hundredth of developers with any use stands above the median, where their use
-- is known. It lies between two of them, by whole tenths of the way: Sail's percentile_cont cuts that way after six digits.
WITH placed AS (
    SELECT
        tokens, 10 * (row_number() OVER (ORDER BY tokens NULLS LAST) - 1) AS here, 9 * (count(*) OVER () - 1) AS sought
    FROM developer
    WHERE tokens > 0 OR tokens IS NULL
)
SELECT
    count(*) AS n_developers,
    CASE WHEN count(tokens) = count(*) THEN CAST(sum(
        CASE
            WHEN here <= sought AND sought < here + 10 THEN (here + 10 - sought) * tokens
            WHEN here - 10 < sought AND sought < here THEN (sought - here + 10) * tokens
            ELSE 0
        END
    ) AS DOUBLE) / 10 / nullif(median(tokens), 0) END AS p90_over_median_multiple
FROM placed
