-- One row a person of the roster (all people in the outcomes) over the whole log, people without any use included. What
-- is not known of a week's use is not known of the whole.
SELECT
    user_id, max(team) AS team, count(*) AS weeks,
    CASE WHEN count(tokens) = count(requests) THEN CAST(coalesce(sum(tokens), 0) AS BIGINT) END AS tokens,
    CASE WHEN count(uncached_tokens) = count(requests) THEN CAST(coalesce(sum(uncached_tokens), 0) AS BIGINT) END AS uncached_tokens,
    CASE WHEN count(cost_nanousd) = count(requests) THEN CAST(coalesce(sum(cost_nanousd), 0) AS BIGINT) END AS cost_nanousd,
    CAST(sum(merged_prs) AS BIGINT) AS merged_prs, sum(review_hours) AS review_hours
FROM developer_week
GROUP BY user_id
ORDER BY user_id NULLS LAST
