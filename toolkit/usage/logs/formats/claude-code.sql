-- title: Claude Code session transcripts
-- versions: 1.0 to 2.1, JSON lines in ~/.claude/projects
-- recognise: json_exists(line, '$.sessionId') AND (json_exists(line, '$.message.role') OR json_exists(line, '$.uuid'))
-- parses lines with: _tokens"
-- One answer is several lines that repeat its usage, output growing: the one with most tokens is kept. Its key is the
-- provider's ids of answer and request, of the answer alone where a line has no requestId. A sub-agent's file may repeat
-- its parent's answers under other requests. input_tokens leave cached input out.
WITH said AS MATERIALIZED (
    SELECT source_file, source_line, from_json(line, '{
        "timestamp": "VARCHAR", "sessionId": "VARCHAR", "requestId": "VARCHAR", "uuid": "VARCHAR", "cwd": "VARCHAR",
        "isSidechain": "VARCHAR", "isApiErrorMessage": "VARCHAR", "costUSD": "VARCHAR",
        "message": {"id": "VARCHAR", "model": "VARCHAR", "usage": {
            "input_tokens": "VARCHAR", "output_tokens": "VARCHAR", "cache_read_input_tokens": "VARCHAR",
            "cache_creation_input_tokens": "VARCHAR", "cache_creation": {
                "ephemeral_5m_input_tokens": "VARCHAR", "ephemeral_1h_input_tokens": "VARCHAR"}}}}') AS said
    FROM line
    WHERE contains(line, '_tokens"')
),
counted AS (
    SELECT
        source_file, source_line, said, said.message AS message, whole(said.message.usage.input_tokens) AS uncached,
        whole(said.message.usage.cache_read_input_tokens) AS cache_read,
        coalesce(
            whole(said.message.usage.cache_creation.ephemeral_5m_input_tokens)
            + whole(said.message.usage.cache_creation.ephemeral_1h_input_tokens),
            whole(said.message.usage.cache_creation_input_tokens)
        ) AS cache_creation,
        whole(said.message.usage.output_tokens) AS output
    FROM said
    WHERE said.message.usage.input_tokens IS NOT NULL AND said.message.model IS DISTINCT FROM '<synthetic>'
)
SELECT
    source_file, source_line,
    coalesce(message.id || ' ' || coalesce(said.requestId, ''), said.uuid) AS dedup_key, message.id AS replay_key,
    utc(said.timestamp) AS time_utc, 'anthropic' AS "gen_ai.provider.name", message.model AS "gen_ai.request.model",
    'claude-code' AS "gen_ai.agent.name", said.sessionId AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name",
    uncached + coalesce(cache_read, 0) + coalesce(cache_creation, 0) AS "gen_ai.usage.input_tokens",
    uncached AS "usage.uncached_input_tokens", coalesce(cache_read, 0) AS "gen_ai.usage.cache_read.input_tokens",
    coalesce(cache_creation, 0) AS "gen_ai.usage.cache_creation.input_tokens", output AS "gen_ai.usage.output_tokens",
    said.costUSD AS cost_usd, coalesce(said.isSidechain = 'true', false) AS is_sidechain,
    coalesce(said.isApiErrorMessage = 'true', false) AS is_error, said.cwd AS project,
    CASE WHEN said.requestId IS NULL THEN 'no request id: answers are told apart by their own id alone' END AS remark
FROM counted
