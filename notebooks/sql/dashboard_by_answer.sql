-- Each answer of the main agent in the invented log, once: what it read, cached or not, and what it wrote. An answer's
-- lines have its name; the first answer of a session has the first names.
WITH line AS (
    SELECT
        sessionid AS session, message ->> '$.id' AS answer,
        CAST(message ->> '$.usage.input_tokens' AS BIGINT)
        + CAST(message ->> '$.usage.cache_creation_input_tokens' AS BIGINT)
        + CAST(message ->> '$.usage.cache_read_input_tokens' AS BIGINT) AS input,
        CAST(message ->> '$.usage.output_tokens' AS BIGINT) AS output
    FROM invented_session
    WHERE type = 'assistant' AND NOT issidechain
),
answer AS (
    SELECT session, answer, max(input) AS input, max(output) AS output
    FROM line
    GROUP BY session, answer
)
SELECT
    session, row_number() OVER (PARTITION BY session ORDER BY answer) AS n_answer, input AS input_token,
    output AS output_token
FROM answer
ORDER BY session, answer
