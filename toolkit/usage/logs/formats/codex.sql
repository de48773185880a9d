-- title: OpenAI Codex session logs
-- versions: since 2025-09, when token counts came, to 0.114; JSON lines in ~/.codex/sessions
-- recognise: line->>'$.type' IN ('session_meta', 'turn_context', 'event_msg', 'response_item') AND json_exists(line, '$.payload')
-- whole files: yes
-- lines with: token_count|turn_context|session_meta
-- A token_count has the session's counter so far and the last step. A step is the difference of two counters, so that a
-- line that is missing costs nothing; where the counter begins, or begins again, it is the step as it is said. A line that
-- repeats the counter is a duplicate. A sub-agent's file begins with its parent's counts, all within one second.
-- Input has cached input in it, output has reasoning in it.
WITH said AS (
    SELECT source_file, source_line, from_json(line, '{
        "timestamp": "VARCHAR", "type": "VARCHAR", "payload": {
            "type": "VARCHAR", "id": "VARCHAR", "model": "VARCHAR", "cwd": "VARCHAR", "originator": "VARCHAR",
            "source": "VARCHAR", "info": {
                "total_token_usage": {"input_tokens": "VARCHAR", "cached_input_tokens": "VARCHAR",
                    "output_tokens": "VARCHAR", "reasoning_output_tokens": "VARCHAR", "total_tokens": "VARCHAR"},
                "last_token_usage": {"input_tokens": "VARCHAR", "cached_input_tokens": "VARCHAR",
                    "output_tokens": "VARCHAR", "reasoning_output_tokens": "VARCHAR"}}}}') AS said
    FROM line
),
placed AS (
    SELECT
        source_file, source_line, said, said.payload.info.total_token_usage AS total,
        said.payload.info.last_token_usage AS step, said.payload.type = 'token_count' AS counts,
        last_value(said.payload.model IGNORE NULLS) OVER so_far AS model,
        first_value(said.payload.id IGNORE NULLS) OVER file AS session_id,
        first_value(said.payload.cwd IGNORE NULLS) OVER file AS project,
        first_value(said.payload.originator IGNORE NULLS) OVER file AS originator,
        contains(coalesce(first_value(said.payload.source IGNORE NULLS) OVER file, ''), 'thread_spawn') AS spawned,
        min(said.timestamp) OVER file AS begun
    FROM said
    WINDOW
        so_far AS (PARTITION BY source_file ORDER BY source_line),
        file AS (PARTITION BY source_file ORDER BY source_line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),
counted AS (
    SELECT
        *, whole(total.input_tokens) AS input, whole(coalesce(total.cached_input_tokens, '0')) AS cached,
        whole(total.output_tokens) AS output, whole(coalesce(total.reasoning_output_tokens, '0')) AS reasoning,
        left(said.timestamp, 19) AS second, row_number() OVER file AS place,
        first_value(left(said.timestamp, 19)) OVER file AS first_second, lead(left(said.timestamp, 19)) OVER file AS next_second
    FROM placed
    WHERE counts AND (total.input_tokens IS NOT NULL OR step.input_tokens IS NOT NULL)
    WINDOW file AS (PARTITION BY source_file ORDER BY source_line)
),
beside AS (
    SELECT
        *, last_value(CASE WHEN input >= 0 AND output >= 0 THEN {'i': input, 'c': cached, 'o': output, 'r': reasoning} END
            IGNORE NULLS) OVER before AS last,
        spawned AND second = first_second AND first_value(next_second = first_second) OVER file AS replayed
    FROM counted
    WINDOW
        before AS (PARTITION BY source_file ORDER BY source_line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        file AS (PARTITION BY source_file ORDER BY source_line)
),
judged AS (
    SELECT
        *, last IS NULL OR input IS NULL AS begins, coalesce((input < last.i OR output < last.o) AND input >= 0 AND output >= 0, false) AS restarts
    FROM beside
),
stepped AS (
    SELECT
        *, sum(CAST(restarts AS INTEGER)) OVER (PARTITION BY source_file ORDER BY source_line) AS epoch,
        CASE WHEN begins OR restarts THEN coalesce(whole(step.input_tokens), input) ELSE input - last.i END AS step_input,
        CASE WHEN begins OR restarts THEN coalesce(whole(step.cached_input_tokens), cached) ELSE cached - last.c END AS step_cached,
        CASE WHEN begins OR restarts THEN coalesce(whole(step.output_tokens), output) ELSE output - last.o END AS step_output,
        CASE WHEN begins OR restarts THEN coalesce(whole(step.reasoning_output_tokens), reasoning)
            ELSE reasoning - last.r END AS step_reasoning
    FROM judged
)
SELECT
    source_file, source_line,
    concat_ws(' ', coalesce(session_id, begun), epoch, coalesce(input, source_line), cached, output, reasoning) AS dedup_key,
    utc(said.timestamp) AS time_utc, 'openai' AS "gen_ai.provider.name", model AS "gen_ai.request.model",
    'codex' AS "gen_ai.agent.name", coalesce(session_id, begun) AS "gen_ai.conversation.id", 'chat' AS "gen_ai.operation.name",
    step_input AS "gen_ai.usage.input_tokens", step_input - step_cached AS "usage.uncached_input_tokens",
    step_cached AS "gen_ai.usage.cache_read.input_tokens", step_output AS "gen_ai.usage.output_tokens",
    step_reasoning AS "gen_ai.usage.reasoning.output_tokens", spawned AS is_sidechain, originator = 'codex_exec' AS is_headless,
    project,
    CASE WHEN restarts THEN 'a counter that began again: the step is taken as the file says it'
        WHEN whole(total.total_tokens) <> input + output AND least(input, output) >= 0
            THEN 'parts that do not add up to the total that is said' END AS remark
FROM stepped
WHERE NOT coalesce(replayed, false)
