-- Sessions by the week in which they began, where the log names them: how many, of how many developers, and the tokens
-- of the median one, NULL where those of any are not known.
WITH session AS (
    SELECT
        user_id, session_id, CAST(date_trunc('week', min(time_utc)) AS DATE) AS week_start_on,
        CASE WHEN count(tokens) = count(*) THEN sum(tokens) END AS tokens
    FROM request_all_types
    WHERE session_id IS NOT NULL
    GROUP BY user_id, session_id
)
SELECT
    week_start_on, count(DISTINCT user_id) AS n_developers, count(*) AS n_sessions,
    CASE WHEN count(tokens) = count(*) THEN median(tokens) END AS median_token_per_session
FROM session
GROUP BY week_start_on
ORDER BY week_start_on NULLS LAST
