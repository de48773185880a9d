-- title: Cursor usage events
-- tool: cursor
-- versions: the answer of POST /teams/filtered-usage-events as of 2026-07, one JSON text a page, or its events alone
-- source: Cursor's documentation of the Admin API
-- recognise: (json_exists(line, '$.usageEvents[0].timestamp') AND json_exists(line, '$.usageEvents[0].model')) OR (json_exists(line, '$.tokenUsage') AND json_exists(line, '$.timestamp') AND json_exists(line, '$.model') AND json_exists(line, '$.kind'))
-- whole files: yes
-- Times are milliseconds as text, costs are cents. Input is without cached input. Pages may overlap: events of one moment,
-- person and model are told apart by their order in the page, or in the file where each line is an event.
WITH listed AS (
    SELECT
        source_file, source_line, CASE WHEN json_type(line, '$.usageEvents') = 'ARRAY' THEN json_extract(line, '$.usageEvents')
            WHEN json_exists(line, '$.timestamp') AND json_exists(line, '$.model') THEN json_array(json(line)) END AS events,
        CASE WHEN json_exists(line, '$.usageEvents') THEN source_line END AS page
    FROM line
),
event AS (
    SELECT
        source_file, source_line, page, unnest(indexes_of(events, '$')) + 1 AS record,
        unnest(from_json(events, '[{
            "timestamp": "VARCHAR", "model": "VARCHAR", "kind": "VARCHAR", "isHeadless": "VARCHAR", "userEmail": "VARCHAR",
            "userId": "VARCHAR", "cloudAgentId": "VARCHAR", "tokenUsage": {"inputTokens": "VARCHAR",
                "outputTokens": "VARCHAR", "cacheWriteTokens": "VARCHAR", "cacheReadTokens": "VARCHAR",
                "totalCents": "VARCHAR"}}]')) AS said
    FROM listed
    WHERE events IS NOT NULL
),
counted AS (
    SELECT
        *, count_of(coalesce(said.tokenUsage.inputTokens, CASE WHEN said.tokenUsage.outputTokens IS NOT NULL THEN '0' END)) AS input,
        count_of(coalesce(said.tokenUsage.cacheReadTokens, CASE WHEN said.tokenUsage IS NOT NULL THEN '0' END)) AS cache_read,
        count_of(coalesce(said.tokenUsage.cacheWriteTokens, CASE WHEN said.tokenUsage IS NOT NULL THEN '0' END)) AS cache_creation,
        coalesce(said.userEmail, said.userId) AS who,
        row_number() OVER (
            PARTITION BY source_file, page, said.timestamp, said.model, coalesce(said.userEmail, said.userId)
            ORDER BY source_line, record) AS place
    FROM event
)
SELECT
    source_file, source_line, record, concat_ws(' ', coalesce(said.timestamp, ''), coalesce(who, ''), said.model, place) AS dedup_key,
    utc_of_ms(said.timestamp) AS time_utc, who AS "user", said.model AS "gen_ai.request.model", 'cursor' AS "gen_ai.agent.name",
    input + cache_read + cache_creation AS "gen_ai.usage.input_tokens", input AS "usage.uncached_input_tokens",
    CASE WHEN input IS NOT NULL THEN cache_read END AS "gen_ai.usage.cache_read.input_tokens",
    CASE WHEN input IS NOT NULL THEN cache_creation END AS "gen_ai.usage.cache_creation.input_tokens",
    count_of(coalesce(said.tokenUsage.outputTokens, CASE WHEN input IS NOT NULL THEN '0' END)) AS "gen_ai.usage.output_tokens",
    CASE WHEN input IS NULL THEN 'unknown' ELSE 'all_types' END AS token_definition,
    CASE WHEN said.tokenUsage.totalCents IS NOT NULL
        THEN coalesce(CAST(try_cast(said.tokenUsage.totalCents AS DECIMAL(18, 9)) / 100 AS VARCHAR), 'none') END AS cost_usd,
    said.isHeadless = 'true' AS is_headless, contains(lower(coalesce(said.kind, '')), 'error') AS is_error,
    CASE WHEN contains(lower(said.kind), 'error') THEN 'an error, whose tokens nobody paid for' END AS remark
FROM counted
