-- Slope of log merged requests on log tokens between developers who have both; people without either are left out.
SELECT
    count(*) AS n_developers, regr_slope(ln(merged_prs), ln(tokens)) AS elasticity,
    regr_r2(ln(merged_prs), ln(tokens)) AS explained_share
FROM developer
WHERE merged_prs > 0 AND tokens > 0
