-- title: Gemini CLI telemetry
-- tool: gemini-cli
-- versions: the file of telemetry.outfile as written at the commit of its source: JSON texts one after another, or JSON lines
-- source: google-gemini/gemini-cli@24861fd7f506, docs/telemetry.md and packages/core/src/telemetry/file-exporters.ts
-- recognise: json_exists(line, '$.attributes."event.name"') AND starts_with(line->>'$.attributes."event.name"', 'gemini_cli.')
-- whole files: yes
-- lines with: gemini_cli\.api_response
-- An answer is an event; it has no id, so that session, moment, prompt and tokens tell it. Cached input is a part of input and
-- thoughts are beside output, unless the total that is said shows otherwise. The chats of the same sessions hold the same use.
WITH said AS (
    SELECT
        source_file, source_line, line->>'$.attributes."event.timestamp"' AS moment, line->>'$.attributes."session.id"' AS session_id,
        line->>'$.attributes.prompt_id' AS prompt, line->>'$.attributes."user.email"' AS email, line->>'$.attributes.model' AS model,
        try_cast(line->>'$.attributes.status_code' AS INTEGER) AS status, count_of(line->>'$.attributes.input_token_count') AS input,
        count_of(line->>'$.attributes.output_token_count') AS output, count_of(coalesce(line->>'$.attributes.tool_token_count', '0')) AS tool,
        count_of(coalesce(line->>'$.attributes.cached_content_token_count', '0')) AS cached,
        count_of(coalesce(line->>'$.attributes.thoughts_token_count', '0')) AS thoughts, count_of(line->>'$.attributes.total_token_count') AS total
    FROM line
    WHERE line->>'$.attributes."event.name"' = 'gemini_cli.api_response' AND json_exists(line, '$.attributes.input_token_count')
),
judged AS (
    SELECT
        *, coalesce(cached > input OR (cached > 0 AND total = input + cached + tool + output + thoughts), false) AS beside,
        coalesce(thoughts > 0 AND total = input + tool + output, false) AS inside,
        input + tool + CASE WHEN beside THEN cached ELSE 0 END AS all_input, output + CASE WHEN inside THEN 0 ELSE thoughts END AS all_output
    FROM said
)
SELECT
    source_file, source_line, concat_ws('|', coalesce(session_id, ''), moment, coalesce(prompt, ''), input, output, cached, thoughts) AS dedup_key,
    utc(moment) AS time_utc, email AS "user", 'google' AS "gen_ai.provider.name", model AS "gen_ai.request.model",
    'gemini-cli' AS "gen_ai.agent.name", session_id AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name",
    all_input AS "gen_ai.usage.input_tokens", all_input - cached AS "usage.uncached_input_tokens",
    cached AS "gen_ai.usage.cache_read.input_tokens", all_output AS "gen_ai.usage.output_tokens",
    thoughts AS "gen_ai.usage.reasoning.output_tokens", status >= 400 AS is_error,
    CASE WHEN all_input + all_output <> total THEN 'parts that do not add up to the total that is said' END AS remark
FROM judged
