-- One row a person of the roster over the whole log, those without any use with it.
CREATE TABLE developer AS
WITH used AS (
    SELECT user_id, CAST(sum(tokens) AS BIGINT) AS tokens, CAST(sum(uncached_tokens) AS BIGINT) AS uncached_tokens,
        CAST(sum(cost_nanousd) AS BIGINT) AS cost_nanousd
    FROM activity_week
    GROUP BY user_id
),
done AS (
    SELECT user_id, max(team) AS team, count(*) AS weeks, sum(merged_prs) AS merged_prs, sum(review_hours) AS review_hours
    FROM outcome
    GROUP BY user_id
)
SELECT
    done.user_id, done.team, done.weeks, coalesce(used.tokens, 0) AS tokens,
    coalesce(used.uncached_tokens, 0) AS uncached_tokens, coalesce(used.cost_nanousd, 0) AS cost_nanousd,
    done.merged_prs, done.review_hours
FROM done
LEFT JOIN used ON used.user_id = done.user_id
