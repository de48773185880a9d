-- title: OpenTelemetry GenAI spans, OTLP JSON
-- tool: opentelemetry
-- versions: semantic-conventions-genai, schema gen-ai/1.42.0 (2026-06, in development), and the names before 1.37; JSON lines or a JSON text
-- recognise: json_exists(line, '$.resourceSpans[0].scopeSpans') AND contains(line, 'gen_ai.usage.')
-- whole files: yes
-- lines with: gen_ai\.usage\.
-- Calls of a model are events. The span of an agent may repeat what its calls used: it is one only where its trace has no
-- call. Cached input is a part of input, except where it is more than it. What one layer and another say of one answer is
-- told by its id.
WITH resource AS (
    SELECT source_file, source_line, unnest(indexes_of(line, '$.resourceSpans')) AS r,
        unnest(json_extract(line, '$.resourceSpans[*]')) AS resource
    FROM line
    WHERE json_type(line, '$.resourceSpans') = 'ARRAY'
),
scope AS (
    SELECT source_file, source_line, r, json_extract(resource, '$.resource.attributes') AS shared,
        unnest(indexes_of(resource, '$.scopeSpans')) AS s, unnest(json_extract(resource, '$.scopeSpans[*]')) AS scope
    FROM resource
    WHERE json_type(resource, '$.scopeSpans') = 'ARRAY'
),
span AS (
    SELECT source_file, source_line, r, s, shared, unnest(indexes_of(scope, '$.spans')) AS p,
        unnest(json_extract(scope, '$.spans[*]')) AS span
    FROM scope
    WHERE json_type(scope, '$.spans') = 'ARRAY'
),
attributed AS (
    SELECT
        source_file, source_line, r, s, p, span,
        from_json(span, '{"traceId": "VARCHAR", "spanId": "VARCHAR", "startTimeUnixNano": "VARCHAR", "status": {"code": "VARCHAR"}}')
            AS said,
        list_transform(
            list_concat(
                from_json(json_extract(span, '$.attributes'), '[{"key": "VARCHAR", "value": {"stringValue": "VARCHAR",
                    "intValue": "VARCHAR", "doubleValue": "VARCHAR"}}]'),
                from_json(shared, '[{"key": "VARCHAR", "value": {"stringValue": "VARCHAR", "intValue": "VARCHAR",
                    "doubleValue": "VARCHAR"}}]')),
            lambda a: {'key': a.key, 'value': coalesce(a.value.intValue, a.value.stringValue, a.value.doubleValue)}) AS has
    FROM span
),
named AS (
    SELECT
        source_file, source_line, row_number() OVER (PARTITION BY source_file, source_line ORDER BY r, s, p) AS record, said,
        list_filter(has, lambda a: a.key IN ('gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'))[1].value AS input,
        list_filter(has, lambda a: a.key IN ('gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'))[1].value AS output,
        list_filter(has, lambda a: a.key IN ('gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens'))[1].value
            AS cache_read,
        list_filter(has, lambda a: a.key IN ('gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens',
            'gen_ai.usage.cache_creation_input_tokens'))[1].value AS cache_creation,
        list_filter(has, lambda a: a.key IN ('gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'))[1].value
            AS reasoning,
        list_filter(has, lambda a: a.key = 'gen_ai.operation.name')[1].value AS operation,
        list_filter(has, lambda a: a.key IN ('gen_ai.provider.name', 'gen_ai.system'))[1].value AS provider,
        coalesce(list_filter(has, lambda a: a.key = 'gen_ai.request.model')[1].value,
            list_filter(has, lambda a: a.key = 'gen_ai.response.model')[1].value) AS model,
        list_filter(has, lambda a: a.key = 'gen_ai.response.id')[1].value AS response_id,
        list_filter(has, lambda a: a.key = 'gen_ai.conversation.id')[1].value AS conversation,
        list_filter(has, lambda a: a.key IN ('user.id', 'enduser.id', 'user.email'))[1].value AS who,
        list_filter(has, lambda a: a.key = 'service.name')[1].value AS service
    FROM attributed
),
counted AS (
    SELECT
        *, count_of(input) AS all_input, count_of(cache_read) AS reads, count_of(cache_creation) AS writes,
        coalesce(operation IN ('invoke_agent', 'create_agent', 'execute_tool'), false) AS of_agent
    FROM named
    WHERE input IS NOT NULL OR output IS NOT NULL
),
placed AS (
    SELECT
        *, of_agent AND bool_or(NOT of_agent) OVER (PARTITION BY source_file, said.traceId) AS repeats,
        coalesce(reads, 0) + coalesce(writes, 0) > all_input AS beside
    FROM counted
)
SELECT
    source_file, source_line, record, coalesce(response_id, said.traceId || ' ' || said.spanId) AS dedup_key,
    utc_of_ms(CAST(try_cast(said.startTimeUnixNano AS BIGINT) // 1000000 AS VARCHAR)) AS time_utc, who AS "user",
    provider AS "gen_ai.provider.name", model AS "gen_ai.request.model", 'opentelemetry' AS "gen_ai.agent.name",
    conversation AS "gen_ai.conversation.id", operation AS "gen_ai.operation.name",
    all_input + CASE WHEN beside THEN coalesce(reads, 0) + coalesce(writes, 0) ELSE 0 END AS "gen_ai.usage.input_tokens",
    CASE WHEN beside THEN all_input ELSE all_input - coalesce(reads, 0) - coalesce(writes, 0) END
        AS "usage.uncached_input_tokens",
    reads AS "gen_ai.usage.cache_read.input_tokens", writes AS "gen_ai.usage.cache_creation.input_tokens",
    count_of(output) AS "gen_ai.usage.output_tokens", count_of(reasoning) AS "gen_ai.usage.reasoning.output_tokens",
    coalesce(said.status.code IN ('2', 'STATUS_CODE_ERROR'), false) AS is_error, service AS project,
    CASE WHEN beside THEN 'cached input that is no part of input, as it should be' END AS remark
FROM placed
WHERE NOT coalesce(repeats, false)
