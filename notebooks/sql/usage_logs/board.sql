-- Where each person of a synthetic usage log stands on boards that count different things; 1 is the first place.
WITH used AS (
    SELECT user_id, sum(tokens) AS tokens, sum(tokens - cache_read_tokens) AS new_tokens, sum(cost_nanousd) AS cost
    FROM activity_day
    GROUP BY user_id
),
merged AS (
    SELECT user_id, sum(merged_prs) AS merged_prs FROM outcome GROUP BY user_id
),
ranked AS (
    SELECT
        merged.user_id,
        rank() OVER (ORDER BY coalesce(used.tokens, 0) DESC) AS by_tokens,
        rank() OVER (ORDER BY coalesce(used.new_tokens, 0) DESC) AS by_new,
        rank() OVER (ORDER BY coalesce(used.cost, 0) DESC) AS by_cost,
        rank() OVER (ORDER BY merged.merged_prs DESC) AS by_merged
    FROM merged
    LEFT JOIN used ON used.user_id = merged.user_id
)
SELECT
    user_id, by_tokens AS tokens_rank, by_tokens AS n_tokens, by_new AS new_rank, by_new AS n_new,
    by_cost AS cost_rank, by_cost AS n_cost, by_merged AS merged_rank, by_merged AS n_merged
FROM ranked
ORDER BY n_tokens NULLS LAST, user_id NULLS LAST
