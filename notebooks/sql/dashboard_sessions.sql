-- The sessions of the invented log, counted in four ways as in dashboard_ways.
WITH line AS (
    SELECT
        sessionid AS session, message ->> '$.id' AS answer, requestid AS request, issidechain AS by_sub_agent,
        CAST(message ->> '$.usage.input_tokens' AS BIGINT) + CAST(message ->> '$.usage.output_tokens' AS BIGINT) AS bare,
        CAST(message ->> '$.usage.cache_creation_input_tokens' AS BIGINT)
        + CAST(message ->> '$.usage.cache_read_input_tokens' AS BIGINT) AS cached
    FROM invented_session
    WHERE type = 'assistant'
),
answer AS (
    SELECT session, by_sub_agent, max(bare) AS bare, max(bare + cached) AS whole
    FROM line
    GROUP BY session, answer, request, by_sub_agent
),
counted AS (
    SELECT session, bare + cached AS lines, 0 AS answers, 0 AS alone, 0 AS bare FROM line
    UNION ALL
    SELECT session, 0 AS lines, whole AS answers, CASE WHEN by_sub_agent THEN 0 ELSE whole END AS alone, bare
    FROM answer
)
SELECT
    session, CAST(sum(lines) AS BIGINT) AS lines_token, CAST(sum(answers) AS BIGINT) AS answers_token,
    CAST(sum(alone) AS BIGINT) AS alone_token, CAST(sum(bare) AS BIGINT) AS bare_token
FROM counted
GROUP BY session
ORDER BY session
