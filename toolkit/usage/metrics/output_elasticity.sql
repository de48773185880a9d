-- Slope of log merged requests on log tokens between developers who have both; people without either are left out.
SELECT
    count(*) AS n_developers,
    CASE WHEN min(tokens) < max(tokens) THEN regr_slope(ln(merged_prs), ln(tokens)) END AS elasticity,
    CASE WHEN min(tokens) < max(tokens) AND min(merged_prs) < max(merged_prs) THEN regr_r2(ln(merged_prs), ln(tokens)) END
    AS explained_share
FROM developer
WHERE merged_prs > 0 AND tokens > 0
