-- The lines of one answer of the invented log: each repeats what the answer used so far.
SELECT
    uuid AS line, CAST(message ->> '$.usage.cache_read_input_tokens' AS BIGINT) AS reread_token,
    CAST(message ->> '$.usage.cache_creation_input_tokens' AS BIGINT) AS written_token,
    CAST(message ->> '$.usage.input_tokens' AS BIGINT) AS uncached_token,
    CAST(message ->> '$.usage.output_tokens' AS BIGINT) AS output_token
FROM invented_session
WHERE message ->> '$.id' = 'msg-005'
ORDER BY line
