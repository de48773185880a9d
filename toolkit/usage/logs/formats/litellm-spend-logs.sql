-- title: LiteLLM SpendLogs
-- tool: litellm
-- versions: the table LiteLLM_SpendLogs as of 2026-06; JSON lines, a JSON list or CSV
-- source: BerriAI/litellm@029f645f, schema.prisma
-- recognise: json_exists(line, '$.request_id') AND json_exists(line, '$.prompt_tokens') AND json_exists(line, '$.startTime')
-- Cached input is in metadata.usage_object, if anywhere, and a part of the prompt tokens, except where it is more than
-- they are. Where it is not said, what the prompt tokens hold is not known. `user` is often empty: then the end user, or
-- the key, is who it was.
WITH said AS (
    SELECT source_file, source_line, from_json(line, '{
        "request_id": "VARCHAR", "call_type": "VARCHAR", "api_key": "VARCHAR", "spend": "VARCHAR", "prompt_tokens": "VARCHAR",
        "completion_tokens": "VARCHAR", "total_tokens": "VARCHAR", "startTime": "VARCHAR", "model": "VARCHAR", "custom_llm_provider": "VARCHAR",
        "user": "VARCHAR", "end_user": "VARCHAR", "metadata": "VARCHAR", "session_id": "VARCHAR", "status": "VARCHAR",
        "cache_hit": "VARCHAR", "team_id": "VARCHAR"}') AS said
    FROM line
),
detailed AS (
    SELECT
        source_file, source_line, said,
        from_json(CASE WHEN json_valid(said.metadata) THEN said.metadata ELSE '{}' END, '{"usage_object": {
            "cache_read_input_tokens": "VARCHAR", "cache_creation_input_tokens": "VARCHAR",
            "prompt_tokens_details": {"cached_tokens": "VARCHAR"},
            "completion_tokens_details": {"reasoning_tokens": "VARCHAR"}}}').usage_object AS detail
    FROM said
    WHERE said.request_id IS NOT NULL AND said.prompt_tokens IS NOT NULL
),
counted AS (
    SELECT
        *, count_of(said.prompt_tokens) AS prompt,
        count_of(coalesce(detail.cache_read_input_tokens, detail.prompt_tokens_details.cached_tokens)) AS cache_read,
        count_of(detail.cache_creation_input_tokens) AS cache_creation
    FROM detailed
),
placed AS (
    SELECT
        *, cache_read IS NOT NULL OR cache_creation IS NOT NULL AS known,
        coalesce(cache_read, 0) + coalesce(cache_creation, 0) > prompt AS beside
    FROM counted
)
SELECT
    source_file, source_line, said.request_id AS dedup_key, utc(said.startTime) AS time_utc,
    coalesce(nullif(said.user, ''), nullif(said.end_user, ''), nullif(said.api_key, '')) AS "user",
    CASE WHEN coalesce(nullif(said.user, ''), nullif(said.end_user, '')) IS NULL AND nullif(said.api_key, '') IS NOT NULL
        THEN 'key' ELSE 'person' END AS user_kind,
    nullif(said.custom_llm_provider, '') AS "gen_ai.provider.name", nullif(said.model, '') AS "gen_ai.request.model",
    'litellm' AS "gen_ai.agent.name", nullif(said.session_id, '') AS "gen_ai.conversation.id",
    CASE WHEN contains(said.call_type, 'embedding') THEN 'embeddings' WHEN contains(said.call_type, 'text_completion')
        THEN 'text_completion' ELSE 'chat' END AS "gen_ai.operation.name",
    prompt + CASE WHEN beside THEN coalesce(cache_read, 0) + coalesce(cache_creation, 0) ELSE 0 END
        AS "gen_ai.usage.input_tokens",
    CASE WHEN beside THEN prompt WHEN known THEN prompt - coalesce(cache_read, 0) - coalesce(cache_creation, 0) END
        AS "usage.uncached_input_tokens",
    cache_read AS "gen_ai.usage.cache_read.input_tokens", cache_creation AS "gen_ai.usage.cache_creation.input_tokens",
    count_of(said.completion_tokens) AS "gen_ai.usage.output_tokens",
    count_of(detail.completion_tokens_details.reasoning_tokens) AS "gen_ai.usage.reasoning.output_tokens",
    CASE WHEN known THEN 'all_types' ELSE 'unknown' END AS token_definition, nullif(said.spend, '') AS cost_usd,
    said.status = 'failure' AS is_error, nullif(said.team_id, '') AS project,
    CASE WHEN lower(said.cache_hit) = 'true' THEN 'answered by the proxy from its own cache: no model used these tokens'
        WHEN count_of(said.total_tokens) <> prompt + count_of(said.completion_tokens) AND least(prompt, count_of(said.completion_tokens)) >= 0
            THEN 'parts that do not add up to the total that is said'
        WHEN NOT known THEN 'whether cached input is in the prompt tokens is not said' END AS remark
FROM placed
