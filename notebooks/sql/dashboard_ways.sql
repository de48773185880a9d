-- One log, four ways to count its tokens. A line of type assistant is a part of an answer and repeats what the answer
-- used so far: input, cached or not, and output, which grows from line to line.
WITH line AS (
    SELECT
        message ->> '$.id' AS answer, requestid AS request, issidechain AS by_sub_agent,
        CAST(message ->> '$.usage.input_tokens' AS BIGINT) AS uncached,
        CAST(message ->> '$.usage.cache_creation_input_tokens' AS BIGINT) AS written,
        CAST(message ->> '$.usage.cache_read_input_tokens' AS BIGINT) AS reread,
        CAST(message ->> '$.usage.output_tokens' AS BIGINT) AS output
    FROM invented_session
    WHERE type = 'assistant'
),
answer AS (  -- each answer once: of the lines that repeat it, the one with the most tokens
    SELECT
        by_sub_agent, max(uncached) AS uncached, max(written) AS written, max(reread) AS reread, max(output) AS output
    FROM line
    GROUP BY answer, request, by_sub_agent
),
counted AS (
    SELECT 1 AS place, 'every line' AS way, uncached, written, reread, output FROM line
    UNION ALL
    SELECT 2 AS place, 'each answer once' AS way, uncached, written, reread, output FROM answer
    UNION ALL
    SELECT 3 AS place, 'main agent alone' AS way, uncached, written, reread, output FROM answer WHERE NOT by_sub_agent
    UNION ALL
    SELECT 4 AS place, 'no cached input' AS way, uncached, 0 AS written, 0 AS reread, output FROM answer
)
SELECT
    way, count(*) AS n_counted, CAST(sum(reread) AS BIGINT) AS reread_token, CAST(sum(written) AS BIGINT) AS written_token,
    CAST(sum(uncached) AS BIGINT) AS uncached_token, CAST(sum(output) AS BIGINT) AS output_token,
    CAST(sum(reread + written + uncached + output) AS BIGINT) AS all_token
FROM counted
GROUP BY place, way
ORDER BY place
