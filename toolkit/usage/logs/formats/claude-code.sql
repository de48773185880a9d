-- title: Claude Code session transcripts
-- tool: claude-code
-- folders: projects .claude .config claude
-- versions: 1.0 to 2.1, JSON lines in ~/.claude/projects
-- source: ryoppippi/ccusage@5816e640e882 and uw-syfi/TraceLab@0b8a262ba696
-- recognise: json_exists(line, '$.sessionId') AND (json_exists(line, '$.message.role') OR json_exists(line, '$.uuid'))
-- parses lines with: _tokens"
-- One answer is several lines that repeat its usage, output growing: the one with most tokens is kept. Its key is the
-- provider's ids of answer and request, of the answer alone where a line has no requestId. A sub-agent's file may repeat
-- its parent's answers under other requests. input_tokens leave cached input out. A line that names tokens more often than it
-- has counts of its own may have its message, its usage or a count twice: its keys are looked at, and those of no other line.
WITH said AS MATERIALIZED (
    SELECT source_file, source_line, json_extract_string(line, [
        '$.timestamp', '$.sessionId', '$.requestId', '$.uuid', '$.cwd', '$.isSidechain', '$.isApiErrorMessage', '$.costUSD',
        '$.message.id', '$.message.model', '$.message.usage.input_tokens', '$.message.usage.output_tokens',
        '$.message.usage.cache_read_input_tokens', '$.message.usage.cache_creation_input_tokens',
        '$.message.usage.cache_creation.ephemeral_5m_input_tokens',
        '$.message.usage.cache_creation.ephemeral_1h_input_tokens']) AS said,
        CASE WHEN len(string_split(line, '_tokens"')) - 1 > list_count(said[11:16]) THEN key_twice_at(line, [
            '$', '$.message', '$.message.usage', '$.message.usage.cache_creation']) ELSE false END AS is_twice
    FROM line
    WHERE contains(line, '_tokens"')
),
counted AS (
    SELECT
        source_file, source_line, said[1] AS "timestamp", said[2] AS session, said[3] AS request, said[4] AS line_id,
        said[5] AS cwd, said[6] = 'true' AS is_sidechain, said[7] = 'true' AS is_error, said[8] AS cost,
        said[9] AS answer, said[10] AS model, count_of(said[11]) AS uncached, count_of(said[12]) AS output,
        count_of(said[13]) AS cache_read, coalesce(count_of(said[15]) + count_of(said[16]), count_of(said[14])) AS cache_creation,
        is_twice
    FROM said
)
SELECT
    source_file, source_line,
    coalesce(answer || ' ' || coalesce(request, ''), line_id) AS dedup_key, answer AS replay_key,
    utc("timestamp") AS time_utc, 'anthropic' AS "gen_ai.provider.name", model AS "gen_ai.request.model",
    'claude-code' AS "gen_ai.agent.name", session AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name",
    uncached + coalesce(cache_read, 0) + coalesce(cache_creation, 0) AS "gen_ai.usage.input_tokens",
    uncached AS "usage.uncached_input_tokens", coalesce(cache_read, 0) AS "gen_ai.usage.cache_read.input_tokens",
    coalesce(cache_creation, 0) AS "gen_ai.usage.cache_creation.input_tokens", output AS "gen_ai.usage.output_tokens",
    cost AS cost_usd, coalesce(is_sidechain, false) AS is_sidechain,
    coalesce(is_error, false) AS is_error, cwd AS project,
    CASE WHEN is_twice THEN 'a key twice in one object' END AS problem,
    CASE WHEN request IS NULL THEN 'no request id: answers are told apart by their own id alone' END AS remark
FROM counted
WHERE is_twice OR (uncached IS NOT NULL AND model IS DISTINCT FROM '<synthetic>')
