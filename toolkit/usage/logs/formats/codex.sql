-- title: OpenAI Codex session logs
-- tool: codex
-- folders: sessions .codex
-- versions: since 2025-09, when token counts came, to 0.114; JSON lines in ~/.codex/sessions
-- source: openai/codex, TokenUsageInfo in codex-rs/protocol/src/protocol.rs; ryoppippi/ccusage@5816e640e882, rust/crates/ccusage/src/adapter/codex
-- recognise: line->>'$.type' IN ('session_meta', 'turn_context', 'event_msg', 'response_item') AND json_exists(line, '$.payload')
-- whole files: yes
-- lines with: token_count|turn_context|session_meta
-- A token_count has a counter so far and the last step, which the tool has just added to it (TokenUsageInfo in codex-rs): so
-- each line says which counter it goes on from, whatever others the file has between. A step is the difference of these two.
-- Where the line before is missing it is that to the nearest counter that may be it; where there is none, the step as it is
-- said. A line that repeats a counter is a duplicate. A full context sets the counter to zero and uses nothing. The file of
-- a fork or a sub-agent begins with its parent's counts, each within a second of the one before.
-- Input has cached input in it, output has reasoning in it.
WITH said AS (
    SELECT source_file, source_line, from_json(line, '{
        "timestamp": "VARCHAR", "type": "VARCHAR", "payload": {
            "type": "VARCHAR", "id": "VARCHAR", "model": "VARCHAR", "cwd": "VARCHAR", "originator": "VARCHAR",
            "source": "VARCHAR", "forked_from_id": "VARCHAR", "info": {
                "total_token_usage": {"input_tokens": "VARCHAR", "cached_input_tokens": "VARCHAR",
                    "output_tokens": "VARCHAR", "reasoning_output_tokens": "VARCHAR", "total_tokens": "VARCHAR"},
                "last_token_usage": {"input_tokens": "VARCHAR", "output_tokens": "VARCHAR",
                    "cached_input_tokens": "VARCHAR", "reasoning_output_tokens": "VARCHAR"}}}}') AS said
    FROM line
),
placed AS (
    SELECT
        source_file, source_line, utc(said.timestamp) AS moment, said.payload.type = 'token_count' AS counts,
        said.payload.info.total_token_usage AS total, said.payload.info.last_token_usage AS last,
        last_value(said.payload.model IGNORE NULLS) OVER so_far AS model, last_value(said.payload.cwd IGNORE NULLS) OVER so_far AS project,
        first_value(CASE WHEN said.type = 'session_meta' THEN said.payload END IGNORE NULLS) OVER file AS own,
        last_value(CASE WHEN said.type = 'session_meta' THEN said.payload END IGNORE NULLS) OVER so_far AS latest,
        min(said.timestamp) OVER file AS begun
    FROM said
    WINDOW
        so_far AS (PARTITION BY source_file ORDER BY source_line),
        file AS (PARTITION BY source_file ORDER BY source_line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
counted AS (
    SELECT
        source_file, source_line, moment, model, project, own, begun, count_of(total.total_tokens) AS all_tokens,
        contains(coalesce(own.source, ''), 'thread_spawn') AS spawned, spawned OR own.forked_from_id IS NOT NULL AS has_parent,
        CASE WHEN has_parent THEN own ELSE coalesce(latest, own) END AS session,
        count_of(total.input_tokens) AS input, count_of(total.output_tokens) AS output,
        count_of(coalesce(total.cached_input_tokens, '0')) AS cached, count_of(coalesce(total.reasoning_output_tokens, '0')) AS reasoning,
        count_of(last.input_tokens) AS last_input, count_of(last.output_tokens) AS last_output,
        count_of(coalesce(last.cached_input_tokens, '0')) AS last_cached,
        count_of(coalesce(last.reasoning_output_tokens, '0')) AS last_reasoning,
        coalesce(least(input, output) >= 0 AND input IS NOT NULL AND output IS NOT NULL, false) AS is_counter,
        is_counter AND coalesce(least(last_input, last_output) >= 0 AND last_input IS NOT NULL AND last_output IS NOT NULL, false)
            AS says_step,
        input - CASE WHEN says_step THEN last_input ELSE 0 END AS from_input,
        output - CASE WHEN says_step THEN last_output ELSE 0 END AS from_output
    FROM placed
    WHERE counts AND (total.input_tokens IS NOT NULL OR last.input_tokens IS NOT NULL)
),
beside AS (
    SELECT
        *, coalesce(moment - lag(moment) OVER file < INTERVAL 1 SECOND, false) AS close, lag(input) OVER file AS input_above,
        lag(output) OVER file AS output_above, max(input) FILTER (WHERE is_counter) OVER above AS highest,
        is_counter AND row_number() OVER (
            PARTITION BY source_file, session.id, input, cached, output, reasoning ORDER BY source_line) > 1 AS repeats
    FROM counted
    WINDOW
        file AS (PARTITION BY source_file ORDER BY source_line),
        above AS (PARTITION BY source_file ORDER BY source_line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
copied AS (
    SELECT
        *, has_parent AND coalesce(count(*) FILTER (WHERE NOT close) OVER so_far <= 1, false)
            AND coalesce(first_value(moment) OVER so_far - utc(begun) < INTERVAL 1 SECOND OR nth_value(close, 2) OVER file, false) AS replayed
    FROM beside
    WINDOW
        so_far AS (PARTITION BY source_file ORDER BY source_line),
        file AS (PARTITION BY source_file ORDER BY source_line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
step AS (
    SELECT source_file, source_line, from_input AS input, from_output AS output
    FROM copied
    WHERE says_step AND NOT repeats AND last_input + last_output > 0
),
counter AS (  -- and the line that goes on from it
    SELECT
        copied.source_file, copied.source_line, {'input': copied.input, 'output': copied.output, 'cached': copied.cached,
            'reasoning': copied.reasoning, 'next_line': step.source_line} AS counter
    FROM copied ASOF LEFT JOIN step
        ON copied.source_file = step.source_file AND copied.input = step.input AND copied.output = step.output
        AND copied.source_line < step.source_line
    WHERE is_counter
),
known AS (
    SELECT copied.*, exact, near
    FROM copied
    LEFT JOIN (
        SELECT source_file, source_line, array_agg(counter) OVER (
            PARTITION BY source_file ORDER BY source_line ROWS BETWEEN 16 PRECEDING AND 1 PRECEDING) AS near
        FROM counter
    ) AS above ON copied.source_file = above.source_file AND copied.source_line = above.source_line
    ASOF LEFT JOIN (
        SELECT source_file, source_line, counter.input AS input, counter.output AS output, counter AS exact FROM counter
    ) AS before
        ON copied.source_file = before.source_file AND copied.from_input = before.input AND copied.from_output = before.output
        AND copied.source_line > before.source_line
),
judged AS (
    SELECT
        *, coalesce(exact, CASE WHEN from_input + from_output > 0 THEN list_sort(list_filter(near, lambda one: one.input <= from_input
            AND one.output <= from_output AND coalesce(one.next_line >= source_line, true)), 'DESC')[1] END) AS before,
        before IS NULL AND from_input + from_output > 0 AND says_step OR input IS NULL AS as_said
    FROM known
),
stepped AS (
    SELECT
        *, CASE WHEN repeats THEN 0 WHEN as_said THEN last_input ELSE input - coalesce(before.input, 0) END AS step_input,
        CASE WHEN repeats THEN 0 WHEN as_said THEN last_output ELSE output - coalesce(before.output, 0) END AS step_output,
        CASE WHEN repeats THEN 0 WHEN as_said THEN last_cached ELSE cached - coalesce(before.cached, 0) END AS step_cached,
        CASE WHEN repeats THEN 0 WHEN as_said THEN last_reasoning ELSE reasoning - coalesce(before.reasoning, 0) END AS step_reasoning
    FROM judged
)
SELECT
    source_file, source_line,
    concat_ws(' ', coalesce(session.id, begun), coalesce(input, source_line), cached, output, reasoning) AS dedup_key,
    moment AS time_utc, 'openai' AS "gen_ai.provider.name", model AS "gen_ai.request.model",
    'codex' AS "gen_ai.agent.name", coalesce(session.id, begun) AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name",
    step_input AS "gen_ai.usage.input_tokens", step_input - step_cached AS "usage.uncached_input_tokens",
    step_cached AS "gen_ai.usage.cache_read.input_tokens", step_output AS "gen_ai.usage.output_tokens",
    step_reasoning AS "gen_ai.usage.reasoning.output_tokens", spawned AS is_sidechain, session.originator = 'codex_exec' AS is_headless,
    project,
    CASE WHEN input IS NOT NULL AND output IS NULL THEN 'a counter without output'
        WHEN is_counter AND NOT says_step AND input < highest THEN 'a counter that falls and says no step' END AS problem,
    CASE WHEN repeats OR NOT is_counter THEN NULL
        WHEN all_tokens <> input + output THEN 'parts that do not add up to the total that is said'
        WHEN highest IS NULL THEN NULL
        WHEN before IS NULL THEN 'a counter that began again, or another session''s: the step is taken as the file says it'
        WHEN exact IS NULL AND says_step THEN 'a line is missing before: the step is the difference to the counter so far'
        WHEN (before.input, before.output) <> (input_above, output_above)
            THEN 'counters of several sessions in turn: the step is the one to the counter that it goes on from' END AS remark
FROM stepped
WHERE NOT replayed AND NOT coalesce(is_counter AND input + output = 0, false)
