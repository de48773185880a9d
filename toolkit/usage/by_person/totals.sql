-- What each person of the roster used and merged from a day on ($from_on), those without any use with them.
WITH used AS (
    SELECT
        user_id, count(DISTINCT week_start_on) AS active_weeks, sum(tokens) AS tokens,
        CASE WHEN count(cost_nanousd) = count(*) THEN sum(cost_nanousd) END AS cost_nanousd
    FROM activity_day
    WHERE week_start_on >= CAST($from_on AS DATE)
    GROUP BY user_id
),
done AS (
    SELECT user_id, count(*) AS weeks, sum(merged_prs) AS merged_prs, sum(review_hours) AS review_hours
    FROM outcome
    WHERE week_start_on >= CAST($from_on AS DATE)
    GROUP BY user_id
)
SELECT
    done.user_id, CAST(done.weeks AS DOUBLE) AS weeks, CAST(coalesce(used.active_weeks, 0) AS DOUBLE) AS active_weeks,
    CAST(coalesce(used.tokens, 0) AS DOUBLE) AS tokens,
    CASE WHEN used.user_id IS NULL THEN 0 ELSE used.cost_nanousd / 1000000000 END AS cost_usd,
    CAST(done.merged_prs AS DOUBLE) AS merged_prs, done.review_hours
FROM done
LEFT JOIN used ON used.user_id = done.user_id
ORDER BY done.user_id
