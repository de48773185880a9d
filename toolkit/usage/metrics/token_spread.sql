-- How far the ninetieth hundredth of developers with any use stands above the median.
SELECT
    count(*) AS n_developers,
    CAST(percentile_cont(0.9) WITHIN GROUP (ORDER BY tokens) AS DOUBLE)
    / percentile_cont(0.5) WITHIN GROUP (ORDER BY tokens) AS p90_over_median_multiple
FROM developer
WHERE tokens > 0
