-- The answers of the invented log by how many lines each was written in: their tokens line by line, and once.
WITH line AS (
    SELECT
        message ->> '$.id' AS answer, requestid AS request, issidechain AS by_sub_agent,
        CAST(message ->> '$.usage.input_tokens' AS BIGINT)
        + CAST(message ->> '$.usage.cache_creation_input_tokens' AS BIGINT)
        + CAST(message ->> '$.usage.cache_read_input_tokens' AS BIGINT)
        + CAST(message ->> '$.usage.output_tokens' AS BIGINT) AS tokens
    FROM invented_session
    WHERE type = 'assistant'
),
answer AS (
    SELECT count(*) AS n_lines, sum(tokens) AS in_lines, max(tokens) AS once
    FROM line
    GROUP BY answer, request, by_sub_agent
)
SELECT
    n_lines, count(*) AS n_answers, CAST(sum(in_lines) AS BIGINT) AS lines_token,
    CAST(sum(once) AS BIGINT) AS answers_token
FROM answer
GROUP BY n_lines
ORDER BY n_lines
