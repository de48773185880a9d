-- title: Gemini CLI chats
-- tool: gemini-cli
-- folders: .gemini
-- versions: chats in ~/.gemini/tmp: a JSON text a session (to 2026-02), and JSON lines since
-- recognise: json_exists(line, '$.sessionId') AND json_exists(line, '$.projectHash')
-- whole files: yes
-- lines with: "tokens"|sessionId
-- A message is written again as it grows, and all of them when one changes: the message's id tells. What was rewound was
-- used. Cached input is a part of input and thoughts are beside output, unless the total that is said shows otherwise.
WITH said AS (
    SELECT
        source_file, source_line, line,
        first_value(line->>'$.sessionId' IGNORE NULLS) OVER file AS session_id,
        first_value(line->>'$.projectHash' IGNORE NULLS) OVER file AS project,
        first_value(line->>'$.kind' IGNORE NULLS) OVER file AS kind
    FROM line
    WINDOW file AS (PARTITION BY source_file ORDER BY source_line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
listed AS (
    SELECT
        *, CASE WHEN json_type(line, '$.messages') = 'ARRAY' THEN json_extract(line, '$.messages')
            WHEN json_type(line, '$."$set".messages') = 'ARRAY' THEN json_extract(line, '$."$set".messages')
            WHEN json_exists(line, '$.tokens') THEN json_array(json(line)) END AS messages
    FROM said
),
message AS (
    SELECT
        source_file, source_line, session_id, project, kind, unnest(indexes_of(messages, '$')) + 1 AS record,
        unnest(from_json(messages, '[{"id": "VARCHAR", "timestamp": "VARCHAR", "type": "VARCHAR", "model": "VARCHAR", "tokens": {
            "input": "VARCHAR", "output": "VARCHAR", "cached": "VARCHAR", "thoughts": "VARCHAR", "tool": "VARCHAR",
            "total": "VARCHAR"}}]')) AS said
    FROM listed
    WHERE messages IS NOT NULL
),
counted AS (
    SELECT
        *, count_of(said.tokens.input) AS input, count_of(coalesce(said.tokens.tool, '0')) AS tool,
        count_of(coalesce(said.tokens.cached, '0')) AS cached, count_of(said.tokens.output) AS output,
        count_of(coalesce(said.tokens.thoughts, '0')) AS thoughts, count_of(said.tokens.total) AS total
    FROM message
    WHERE said.tokens.input IS NOT NULL
),
judged AS (
    SELECT
        *, coalesce(cached > input OR (cached > 0 AND total = input + cached + tool + output + thoughts), false) AS beside,
        coalesce(thoughts > 0 AND total = input + tool + output, false) AS inside
    FROM counted
),
added AS (
    SELECT
        *, input + tool + CASE WHEN beside THEN cached ELSE 0 END AS all_input,
        output + CASE WHEN inside THEN 0 ELSE thoughts END AS all_output
    FROM judged
)
SELECT
    source_file, source_line, record, session_id || ' ' || said.id AS dedup_key, utc(said.timestamp) AS time_utc,
    'google' AS "gen_ai.provider.name", said.model AS "gen_ai.request.model", 'gemini-cli' AS "gen_ai.agent.name",
    session_id AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name", all_input AS "gen_ai.usage.input_tokens",
    all_input - cached AS "usage.uncached_input_tokens", cached AS "gen_ai.usage.cache_read.input_tokens",
    all_output AS "gen_ai.usage.output_tokens", thoughts AS "gen_ai.usage.reasoning.output_tokens", kind = 'subagent' AS is_sidechain,
    project, CASE WHEN all_input + all_output <> total THEN 'parts that do not add up to the total that is said' END AS remark
FROM added
