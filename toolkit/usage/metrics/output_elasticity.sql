-- Slope of log merged requests on log tokens between developers who have both; people without either are left out. How
-- many have both is not known where no merged requests were recorded. Tokens are taken as multiples of their mean, which
-- changes no slope: the logarithms of large numbers that are nearly alike would be told apart by their last digits alone.
WITH counted AS (
    SELECT
        merged_prs,
        CASE WHEN merged_prs > 0 AND tokens > 0 THEN ln(merged_prs) END AS log_prs,
        CASE
            WHEN merged_prs > 0 AND tokens > 0 THEN ln(CAST(tokens AS DOUBLE) / avg(CAST(tokens AS DOUBLE)) OVER ())
        END AS log_tokens
    FROM developer
)
SELECT
    CASE WHEN count(merged_prs) > 0 THEN count(log_prs) END AS n_developers,
    CASE WHEN min(log_tokens) < max(log_tokens) THEN regr_slope(log_prs, log_tokens) END AS elasticity,
    CASE
        WHEN min(log_tokens) < max(log_tokens) AND min(log_prs) < max(log_prs) THEN regr_r2(log_prs, log_tokens)
    END AS explained_share
FROM counted
