-- title: TraceLab rounds (uw-syfi/TraceLab, data under CC BY 4.0)
-- versions: sanitized rounds as its example and documentation had them at commit 0b8a262ba696; JSON lines
-- source: uw-syfi/TraceLab@0b8a262ba696
-- recognise: json_exists(line, '$.round_index') AND json_exists(line, '$.newly_append_tokens')
-- One round is one request. round_id is of several rounds, trace_key of one. Input is all input: prefix_tokens of it were
-- read from the cache. Of Claude's rounds the rest is known as written to the cache and new, of Codex's as new alone.
SELECT
    source_file, source_line,
    coalesce(line->>'$.trace_key', concat_ws(' ', line->>'$.session_id', line->>'$.round_index')) AS dedup_key,
    utc(line->>'$.timing_events[0].timestamp') AS time_utc,
    CASE line->>'$.provider' WHEN 'claude' THEN 'anthropic' WHEN 'codex' THEN 'openai' END AS "gen_ai.provider.name",
    line->>'$.model' AS "gen_ai.request.model",
    CASE line->>'$.provider' WHEN 'claude' THEN 'claude-code' WHEN 'codex' THEN 'codex' END AS "gen_ai.agent.name",
    line->>'$.session_id' AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name",
    line->>'$.user' AS "user", CASE WHEN line->>'$.user' IS NOT NULL THEN 'person' END AS user_kind,
    count_of(line->>'$.input_tokens_total') AS "gen_ai.usage.input_tokens",
    count_of(
        CASE line->>'$.provider' WHEN 'claude' THEN line->>'$.claude_uncached_input_tokens' ELSE line->>'$.newly_append_tokens' END
    ) AS "usage.uncached_input_tokens",
    count_of(line->>'$.prefix_tokens') AS "gen_ai.usage.cache_read.input_tokens",
    count_of(line->>'$.claude_cache_creation_input_tokens') AS "gen_ai.usage.cache_creation.input_tokens",
    count_of(line->>'$.output_tokens') AS "gen_ai.usage.output_tokens",
    count_of(line->>'$.reasoning_output_tokens') AS "gen_ai.usage.reasoning.output_tokens", line->>'$.project' AS project
FROM line
WHERE json_exists(line, '$.newly_append_tokens')
