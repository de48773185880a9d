-- title: Claude Code stats-cache.json
-- tool: claude-code
-- versions: 1 to 5; what a day's number holds is of its own version, dailyModelTokensVersion, in newer files
-- recognise: json_exists(line, '$.dailyModelTokens') AND json_exists(line, '$.modelUsage')
-- A row is a day and a model with one number, which was input and output to version 2 and is tokens of all types in version 5.
-- Where all days add up to one of the two in the file's own totals, that decides; else the version does. The number is not
-- divided: it stands as input. A person's caches of two days or versions say the same: the larger one counts.
WITH totals AS (
    SELECT
        source_file, source_line, json_extract(line, '$.dailyModelTokens') AS days,
        coalesce(line->>'$.dailyModelTokensVersion', line->>'$.version') AS version,
        list_sum(list_transform(json_extract_string(line, '$.modelUsage.*.inputTokens'), lambda n: count_of(n)))
            + list_sum(list_transform(json_extract_string(line, '$.modelUsage.*.outputTokens'), lambda n: count_of(n))) AS in_and_out,
        list_sum(list_transform(json_extract_string(line, '$.modelUsage.*.cacheReadInputTokens'), lambda n: count_of(n)))
            + list_sum(list_transform(json_extract_string(line, '$.modelUsage.*.cacheCreationInputTokens'), lambda n: count_of(n)))
            AS cached,
        list_sum(list_transform(json_extract_string(line, '$.dailyModelTokens[*].tokensByModel.*'), lambda n: count_of(n))) AS daily
    FROM line
    WHERE json_type(line, '$.dailyModelTokens') = 'ARRAY'
),
judged AS (
    SELECT
        *, CASE WHEN daily = in_and_out + cached THEN 'all_types' WHEN daily = in_and_out THEN 'input_output_only' END AS shown,
        CASE WHEN version = '5' THEN 'all_types' WHEN version IN ('1', '2') THEN 'input_output_only' ELSE 'unknown' END AS stated
    FROM totals
),
day AS (
    SELECT source_file, source_line, shown, stated, unnest(indexes_of(days, '$')) AS d, unnest(json_extract(days, '$[*]')) AS day
    FROM judged
),
model AS (
    SELECT
        source_file, source_line, shown, stated, d, day->>'$.date' AS day_on, unnest(json_keys(day, '$.tokensByModel')) AS model,
        unnest(json_extract_string(day, '$.tokensByModel.*')) AS tokens
    FROM day
    WHERE json_type(day, '$.tokensByModel') = 'OBJECT'
)
SELECT
    source_file, source_line, row_number() OVER (PARTITION BY source_file, source_line ORDER BY d, model) AS record,
    concat_ws('|', owner, day_on, model) AS dedup_key, utc(day_on) AS time_utc, 'day' AS time_grain,
    coalesce(shown, stated) AS token_definition, 'anthropic' AS "gen_ai.provider.name", model AS "gen_ai.request.model",
    'claude-code' AS "gen_ai.agent.name", count_of(coalesce(tokens, '')) AS "gen_ai.usage.input_tokens",
    CASE WHEN shown <> stated AND stated <> 'unknown' THEN 'a number that holds what the totals show, and not what the version says'
        WHEN shown IS NOT NULL THEN 'one number for all tokens of a day: what it holds is shown by the totals'
        WHEN stated = 'unknown' THEN 'one number for all tokens of a day: what it holds is not known'
        ELSE 'one number for all tokens of a day: what it holds is by the version' END AS remark
FROM model JOIN owner USING (source_file)
