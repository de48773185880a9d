-- title: OpenAI organization usage
-- versions: the answers of /v1/organization/usage/completions, embeddings and moderations as of 2026-08; one JSON text or line a page, or a bucket of it
-- source: OpenAI's reference of the organization usage API
-- recognise: (json_exists(line, '$.data[0].start_time') OR json_exists(line, '$.start_time') AND json_exists(line, '$.results')) AND contains(line, 'organization.usage.')
-- A result is one group of a minute, an hour or a day. Cached input, and input written to the cache, are a part of input. A
-- later answer for the same group has more and is the event. Who it was is there only where it was grouped by that, which
-- shows in what the results of a bucket name. A bucket of the same span that is grouped otherwise holds the same use again.
WITH page AS (
    SELECT
        source_file, source_line, CASE WHEN json_type(line, '$.data') = 'ARRAY' THEN json_extract(line, '$.data')
            WHEN json_exists(line, '$.start_time') THEN json_array(json(line)) END AS buckets
    FROM line
),
bucket AS (
    SELECT source_file, source_line, unnest(indexes_of(buckets, '$')) AS b, unnest(json_extract(buckets, '$[*]')) AS bucket
    FROM page
    WHERE buckets IS NOT NULL
),
result AS (
    SELECT
        source_file, source_line, b, bucket->>'$.start_time' AS start_time,
        try_cast(bucket->>'$.end_time' AS BIGINT) - try_cast(bucket->>'$.start_time' AS BIGINT) AS seconds,
        unnest(indexes_of(bucket, '$.results')) AS r,
        unnest(from_json(json_extract(bucket, '$.results'), '[{"object": "VARCHAR", "input_tokens": "VARCHAR",
            "input_cached_tokens": "VARCHAR", "input_cache_write_tokens": "VARCHAR", "input_uncached_tokens": "VARCHAR",
            "output_tokens": "VARCHAR", "num_model_requests": "VARCHAR", "project_id": "VARCHAR", "user_id": "VARCHAR",
            "api_key_id": "VARCHAR", "model": "VARCHAR", "batch": "VARCHAR", "service_tier": "VARCHAR"}]')) AS said
    FROM bucket
    WHERE json_type(bucket, '$.results') = 'ARRAY'
),
counted AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, source_line ORDER BY b, r) AS record,
        CASE WHEN seconds BETWEEN 1 AND 60 THEN 'minute' WHEN seconds BETWEEN 1 AND 3600 THEN 'hour'
            WHEN seconds BETWEEN 1 AND 86400 THEN 'day' END AS grain,
        count_of(said.input_tokens) AS input, count_of(said.input_cached_tokens) AS cache_read,
        count_of(said.input_cache_write_tokens) AS cache_creation,
        concat_ws(', ', CASE WHEN count(said.user_id) OVER bucket > 0 THEN 'user' END,
            CASE WHEN count(said.api_key_id) OVER bucket > 0 THEN 'key' END,
            CASE WHEN count(said.project_id) OVER bucket > 0 THEN 'project' END,
            CASE WHEN count(said.model) OVER bucket > 0 THEN 'model' END, CASE WHEN count(said.batch) OVER bucket > 0 THEN 'batch' END,
            CASE WHEN count(said.service_tier) OVER bucket > 0 THEN 'tier' END) AS grouped_by
    FROM result
    WHERE said.input_tokens IS NOT NULL
    WINDOW bucket AS (PARTITION BY source_file, source_line, b, said.object)
)
SELECT
    source_file, source_line, record,
    concat_ws('|', said.object, grain, start_time, coalesce(said.user_id, ''), coalesce(said.api_key_id, ''),
        coalesce(said.project_id, ''), coalesce(said.model, ''), coalesce(said.batch, ''), coalesce(said.service_tier, '')) AS dedup_key,
    concat_ws('|', said.object, grain, start_time) AS replay_key, grouped_by,
    utc_of_seconds(start_time) AS time_utc, grain AS time_grain, count_of(said.num_model_requests) AS requests,
    coalesce(said.user_id, said.api_key_id, said.project_id) AS "user",
    CASE WHEN said.user_id IS NOT NULL THEN 'person' WHEN said.api_key_id IS NOT NULL THEN 'key'
        WHEN said.project_id IS NOT NULL THEN 'service' ELSE 'unknown' END AS user_kind,
    said.project_id AS project, 'openai' AS "gen_ai.provider.name", said.model AS "gen_ai.request.model",
    CASE WHEN said.object = 'organization.usage.completions.result' THEN 'chat'
        WHEN said.object = 'organization.usage.embeddings.result' THEN 'embeddings' END AS "gen_ai.operation.name",
    input AS "gen_ai.usage.input_tokens",
    coalesce(count_of(said.input_uncached_tokens), input - cache_read - coalesce(cache_creation, 0)) AS "usage.uncached_input_tokens",
    cache_read AS "gen_ai.usage.cache_read.input_tokens", cache_creation AS "gen_ai.usage.cache_creation.input_tokens",
    count_of(said.output_tokens) AS "gen_ai.usage.output_tokens",
    CASE WHEN grain IS NULL THEN 'a span that is no minute, hour or day' END AS problem,
    CASE WHEN grouped_by = '' THEN 'not grouped' ELSE 'grouped by ' || grouped_by END
        || ': of answers for one span that are grouped otherwise one counts' AS remark
FROM counted
