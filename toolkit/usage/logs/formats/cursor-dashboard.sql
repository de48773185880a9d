-- title: Cursor usage, CSV of the dashboard
-- tool: cursor
-- versions: the headers of 2025 (Date, Model, ..., Cost to you, or Date, Kind, Model, ...) to that of 2026-09 (Date, User, Cloud Agent ID, ...)
-- source: headers and rows of exports in junhoyeo/tokscale@a496cca5f703, packages/core/src/sessions/cursor.rs
-- recognise: json_exists(line, '$."Input (w/o Cache Write)"') AND json_exists(line, '$."Cache Read"') AND json_exists(line, '$."Output Tokens"')
-- whole files: yes
-- A row is a request. "Input (w/ Cache Write)" is what was written to the cache, beside the other input, as the total shows; where
-- the total shows that it has the other input in it, it is taken off. A cost in words (Included, Free) is none that is known.
-- Keys are those of the answers of the interface, so that an event of both counts once.
WITH said AS (
    SELECT
        source_file, source_line, utc(line->>'$.Date') AS moment, nullif(line->>'$.User', '') AS who, line->>'$.Model' AS model,
        lower(coalesce(line->>'$.Kind', '')) AS kind, coalesce(line->>'$."Cloud Agent ID"', '') || coalesce(line->>'$."Automation ID"', '')
            AS automation, json_exists(line, '$."Cloud Agent ID"') AS says_automation,
        nullif(line->>'$."Input (w/ Cache Write)"', '') AS written_said, nullif(line->>'$."Input (w/o Cache Write)"', '') AS input_said,
        nullif(line->>'$."Cache Read"', '') AS read_said, nullif(line->>'$."Output Tokens"', '') AS output_said,
        nullif(line->>'$."Total Tokens"', '') AS total_said, trim(coalesce(line->>'$.Cost', ''), '$ ') AS cost
    FROM line
),
counted AS (
    SELECT
        *, count_of(input_said) AS input, count_of(coalesce(written_said, CASE WHEN input_said IS NOT NULL THEN '0' END)) AS with_writes,
        count_of(coalesce(read_said, CASE WHEN input_said IS NOT NULL THEN '0' END)) AS cache_read, count_of(output_said) AS output,
        count_of(total_said) AS total, with_writes + input + cache_read + output AS added,
        coalesce(with_writes >= input AND with_writes > 0 AND total <> added AND total = with_writes + cache_read + output, false) AS inside,
        with_writes - CASE WHEN inside THEN input ELSE 0 END AS cache_creation,
        row_number() OVER (PARTITION BY source_file, moment, who, model ORDER BY source_line) AS place
    FROM said
    WHERE model IS NOT NULL
)
SELECT
    source_file, source_line, concat_ws(' ', epoch_ms(moment), coalesce(who, ''), model, place) AS dedup_key, moment AS time_utc, who AS "user",
    model AS "gen_ai.request.model", 'cursor' AS "gen_ai.agent.name",
    input + cache_read + cache_creation AS "gen_ai.usage.input_tokens", input AS "usage.uncached_input_tokens",
    cache_read AS "gen_ai.usage.cache_read.input_tokens", cache_creation AS "gen_ai.usage.cache_creation.input_tokens",
    output AS "gen_ai.usage.output_tokens", CASE WHEN input IS NULL THEN 'unknown' ELSE 'all_types' END AS token_definition,
    CAST(try_cast(replace(cost, ',', '') AS DECIMAL(18, 9)) AS VARCHAR) AS cost_usd,
    CASE WHEN says_automation THEN automation <> '' END AS is_headless, contains(kind, 'error') AS is_error,
    CASE WHEN contains(kind, 'error') THEN 'an error, whose tokens nobody paid for'
        WHEN NOT inside AND least(total, added) >= 0 AND total <> added THEN 'parts that do not add up to the total that is said' END AS remark
FROM counted
