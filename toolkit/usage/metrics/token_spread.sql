-- How far the ninetieth hundredth of developers with any use stands above the median.
SELECT count(*) AS n_developers, quantile_cont(tokens, 0.9) / quantile_cont(tokens, 0.5) AS p90_over_median_multiple
FROM developer
WHERE tokens > 0
