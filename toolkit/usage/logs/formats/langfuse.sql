-- title: Langfuse observations
-- tool: langfuse
-- versions: the export of observations or events as JSON, JSON lines or CSV, and pages of /api/public/observations, as of 2026-08; older ones that have `usage` alone
-- recognise: (json_exists(line, '$.traceId') AND json_exists(line, '$.startTime') AND (json_exists(line, '$.usageDetails') OR json_exists(line, '$.usage'))) OR (json_exists(line, '$.data[0].traceId') AND json_exists(line, '$.data[0].startTime'))
-- whole files: yes
-- Kinds of usage exclude each other: input is the sum of all whose name has `input` in it, cached or not, output likewise, with
-- its reasoning. Where none is cached, how much of the input is, is not said. What is no call of a model may repeat what its
-- calls used: it is an event only where its trace has no call. A cost of 0 without its details is none.
WITH item AS (
    SELECT source_file, source_line, unnest(indexes_of(line, '$.data')) + 1 AS record, unnest(json_extract(line, '$.data[*]')) AS item
    FROM line
    WHERE json_type(line, '$.data') = 'ARRAY'
    UNION ALL
    SELECT source_file, source_line, 1, line
    FROM line
    WHERE json_exists(line, '$.traceId')
),
said AS (
    SELECT source_file, source_line, record, from_json(item, '{
        "id": "VARCHAR", "traceId": "VARCHAR", "type": "VARCHAR", "startTime": "VARCHAR", "level": "VARCHAR", "userId": "VARCHAR",
        "sessionId": "VARCHAR", "projectId": "VARCHAR", "model": "VARCHAR", "providedModelName": "VARCHAR",
        "usageDetails": "VARCHAR", "costDetails": "VARCHAR", "totalCost": "VARCHAR", "calculatedTotalCost": "VARCHAR",
        "usage": {"input": "VARCHAR", "output": "VARCHAR", "total": "VARCHAR", "unit": "VARCHAR"}}') AS said
    FROM item
),
detailed AS (
    SELECT
        source_file, source_line, record, said,
        map_entries(from_json(CASE WHEN json_valid(said.usageDetails) THEN said.usageDetails END, '"MAP(VARCHAR, VARCHAR)"'))
            AS details,
        coalesce(nullif(said.usageDetails, ''), '{}') <> '{}' AS has_details,
        coalesce(said.usage.unit, 'TOKENS') = 'TOKENS' AS in_tokens
    FROM said
    WHERE said.id IS NOT NULL AND said.startTime IS NOT NULL
),
parted AS (
    SELECT
        *, list_filter(details, lambda one: contains(one.key, 'input')) AS of_input,
        list_filter(details, lambda one: contains(one.key, 'output')) AS of_output
    FROM detailed
),
kinds AS (
    SELECT
        *, list_filter(of_input, lambda one: contains(one.key, 'cach') AND (contains(one.key, 'creation') OR contains(one.key, 'write')))
            AS of_creation,
        list_filter(of_input, lambda one: contains(one.key, 'cach') AND NOT contains(one.key, 'creation')
            AND NOT contains(one.key, 'write')) AS of_read,
        list_filter(of_output, lambda one: contains(one.key, 'reasoning')) AS of_reasoning
    FROM parted
),
counted AS (
    SELECT
        * EXCLUDE (details),
        CASE WHEN has_details THEN list_sum(list_transform(of_input, lambda one: count_of(one.value)))
            WHEN in_tokens THEN count_of(said.usage.input) END AS input,
        CASE WHEN has_details THEN list_sum(list_transform(of_output, lambda one: count_of(one.value)))
            WHEN in_tokens THEN count_of(said.usage.output) END AS output,
        list_sum(list_transform(of_read, lambda one: count_of(one.value))) AS cache_read,
        list_sum(list_transform(of_creation, lambda one: count_of(one.value))) AS cache_creation,
        list_sum(list_transform(of_reasoning, lambda one: count_of(one.value))) AS reasoning,
        CASE WHEN has_details THEN list_filter(details, lambda one: one.key = 'total')[1].value
            WHEN in_tokens THEN said.usage.total END AS total_said,
        has_details AND details IS NULL AS unread, said.type IN ('GENERATION', 'EMBEDDING') AS is_call
    FROM kinds
),
used AS (
    SELECT *, bool_or(is_call) OVER (PARTITION BY source_file, said.traceId) AS has_calls
    FROM counted
    WHERE input IS NOT NULL OR output IS NOT NULL OR unread OR NOT in_tokens
)
SELECT
    source_file, source_line, record, said.id AS dedup_key, utc(trim(said.startTime, '"')) AS time_utc, nullif(said.userId, '') AS "user",
    coalesce(nullif(said.model, ''), nullif(said.providedModelName, '')) AS "gen_ai.request.model",
    'langfuse' AS "gen_ai.agent.name", coalesce(nullif(said.sessionId, ''), said.traceId) AS "gen_ai.conversation.id",
    CASE WHEN said.type = 'EMBEDDING' THEN 'embeddings' WHEN is_call THEN 'chat' END AS "gen_ai.operation.name",
    nullif(said.projectId, '') AS project, input AS "gen_ai.usage.input_tokens",
    CASE WHEN cache_read IS NOT NULL OR cache_creation IS NOT NULL
        THEN input - coalesce(cache_read, 0) - coalesce(cache_creation, 0) END AS "usage.uncached_input_tokens",
    cache_read AS "gen_ai.usage.cache_read.input_tokens", cache_creation AS "gen_ai.usage.cache_creation.input_tokens",
    output AS "gen_ai.usage.output_tokens", reasoning AS "gen_ai.usage.reasoning.output_tokens",
    CASE WHEN input IS NULL AND output IS NULL THEN 'unknown' ELSE 'all_types' END AS token_definition,
    CASE WHEN nullif(said.costDetails, '') <> '{}' OR try_cast(said.totalCost AS DOUBLE) <> 0 OR said.costDetails IS NULL
        THEN coalesce(nullif(said.totalCost, ''), nullif(said.calculatedTotalCost, '')) END AS cost_usd,
    said.level = 'ERROR' AS is_error,
    CASE WHEN unread THEN 'usage that cannot be read' END AS problem,
    CASE WHEN input IS NULL AND output IS NULL THEN 'usage in another unit than tokens'
        WHEN least(input, output) >= 0 AND count_of(total_said) <> coalesce(input, 0) + coalesce(output, 0) THEN 'a total that is not its input and output'
        WHEN NOT is_call THEN 'no call of a model, though it has tokens' END AS remark
FROM used
WHERE is_call OR (NOT has_calls AND coalesce(input, 0) + coalesce(output, 0) <> 0)
