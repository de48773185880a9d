-- Where each person of a synthetic feed stands on boards that count different things; 1 is the first place.
WITH used AS (
    SELECT user_id, sum(tokens) AS tokens, sum(tokens - cache_read_tokens) AS new_tokens, sum(cost_nanousd) AS cost
    FROM activity_day
    GROUP BY user_id
),
merged AS (
    SELECT user_id, sum(merged_prs) AS merged_prs FROM outcome GROUP BY user_id
)
SELECT
    merged.user_id,
    rank() OVER (ORDER BY coalesce(used.tokens, 0) DESC) AS tokens_rank, tokens_rank AS n_tokens,
    rank() OVER (ORDER BY coalesce(used.new_tokens, 0) DESC) AS new_rank, new_rank AS n_new,
    rank() OVER (ORDER BY coalesce(used.cost, 0) DESC) AS cost_rank, cost_rank AS n_cost,
    rank() OVER (ORDER BY merged.merged_prs DESC) AS merged_rank, merged_rank AS n_merged
FROM merged
LEFT JOIN used ON used.user_id = merged.user_id
ORDER BY n_tokens
