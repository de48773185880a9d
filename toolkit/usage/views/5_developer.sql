-- One row a person of the roster (all people in the outcomes) over the whole log, people without any use included.
SELECT
    user_id, max(team) AS team, count(*) AS weeks, CAST(coalesce(sum(tokens), 0) AS BIGINT) AS tokens,
    CAST(coalesce(sum(uncached_tokens), 0) AS BIGINT) AS uncached_tokens,
    CAST(coalesce(sum(cost_nanousd), 0) AS BIGINT) AS cost_nanousd,
    CAST(sum(merged_prs) AS BIGINT) AS merged_prs, sum(review_hours) AS review_hours
FROM developer_week
GROUP BY user_id
ORDER BY user_id NULLS LAST
