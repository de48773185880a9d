-- title: OpenRouter activity
-- tool: openrouter
-- versions: the answer of /api/v1/activity as of 2026-09; a JSON text, JSON lines or CSV of its items
-- recognise: (json_exists(line, '$.model_permaslug') AND json_exists(line, '$.byok_usage_inference')) OR json_exists(line, '$.data[0].model_permaslug')
-- An item is a day of one model and endpoint, without any person. Prompt tokens have cached input in them, completion tokens
-- the reasoning. The cost is what OpenRouter charged; for use under keys of one's own that is its fee alone.
WITH item AS (
    SELECT source_file, source_line, unnest(indexes_of(line, '$.data')) + 1 AS record, unnest(json_extract(line, '$.data[*]')) AS item
    FROM line
    WHERE json_type(line, '$.data') = 'ARRAY'
    UNION ALL
    SELECT source_file, source_line, 1, line
    FROM line
    WHERE json_exists(line, '$.model_permaslug')
),
said AS (
    SELECT source_file, source_line, record, from_json(item, '{
        "date": "VARCHAR", "model": "VARCHAR", "model_permaslug": "VARCHAR", "endpoint_id": "VARCHAR", "provider_name": "VARCHAR",
        "workspace_id": "VARCHAR", "usage": "VARCHAR", "byok_usage_inference": "VARCHAR", "requests": "VARCHAR",
        "prompt_tokens": "VARCHAR", "completion_tokens": "VARCHAR", "reasoning_tokens": "VARCHAR"}') AS said
    FROM item
)
SELECT
    source_file, source_line, record,
    concat_ws(' ', said.date, said.model_permaslug, said.endpoint_id, said.provider_name, said.workspace_id) AS dedup_key,
    utc(said.date) AS time_utc, 'day' AS time_grain, 'unknown' AS user_kind, nullif(said.workspace_id, '') AS project,
    lower(said.provider_name) AS "gen_ai.provider.name", coalesce(said.model_permaslug, said.model) AS "gen_ai.request.model",
    'openrouter' AS "gen_ai.agent.name", count_of(said.requests) AS requests,
    count_of(said.prompt_tokens) AS "gen_ai.usage.input_tokens", count_of(said.completion_tokens) AS "gen_ai.usage.output_tokens",
    count_of(said.reasoning_tokens) AS "gen_ai.usage.reasoning.output_tokens", nullif(said.usage, '') AS cost_usd,
    CASE WHEN try_cast(said.byok_usage_inference AS DOUBLE) > 0
        THEN 'under keys of one''s own: what their provider charged is not in the cost' END AS remark
FROM said
WHERE said.date IS NOT NULL AND said.prompt_tokens IS NOT NULL
