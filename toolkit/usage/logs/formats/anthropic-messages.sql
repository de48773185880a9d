-- title: Anthropic messages usage report
-- versions: pages of GET /v1/organizations/usage_report/messages as of 2026-09, one JSON text a page, or its buckets alone
-- source: Anthropic's documentation of the Usage and Cost Admin API
-- recognise: (json_exists(line, '$.data[0].starting_at') AND len(json_extract(line, '$.data[*].results[*].uncached_input_tokens')) > 0) OR (json_exists(line, '$.starting_at') AND json_exists(line, '$.results[0].uncached_input_tokens'))
-- A row is a minute, an hour or a day, and what the report was grouped by: the rest is null. Input is without cached input.
-- What a bucket is grouped by shows in what its results name: two of one span that are grouped in two ways hold the same use.
WITH page AS (
    SELECT
        source_file, source_line, CASE WHEN json_type(line, '$.data') = 'ARRAY' THEN json_extract(line, '$.data')
            WHEN json_exists(line, '$.starting_at') THEN json_array(json(line)) END AS buckets
    FROM line
),
bucket AS (
    SELECT
        source_file, source_line, unnest(indexes_of(buckets, '$')) AS d,
        unnest(from_json(buckets, '[{
            "starting_at": "VARCHAR", "ending_at": "VARCHAR", "results": [{
                "uncached_input_tokens": "VARCHAR", "cache_read_input_tokens": "VARCHAR", "output_tokens": "VARCHAR",
                "cache_creation": {"ephemeral_1h_input_tokens": "VARCHAR", "ephemeral_5m_input_tokens": "VARCHAR"},
                "account_id": "VARCHAR", "api_key_id": "VARCHAR", "workspace_id": "VARCHAR", "service_account_id": "VARCHAR",
                "model": "VARCHAR", "service_tier": "VARCHAR", "context_window": "VARCHAR", "inference_geo": "VARCHAR",
                "speed": "VARCHAR"}]}]')) AS said
    FROM page
    WHERE buckets IS NOT NULL
),
result AS (
    SELECT
        source_file, source_line, d, utc(said.starting_at) AS starts, utc(said.ending_at) AS ends,
        unnest(range(len(said.results))) AS r, unnest(said.results) AS part
    FROM bucket
),
counted AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, source_line ORDER BY d, r) AS record,
        count_of(part.uncached_input_tokens) AS uncached, count_of(part.cache_read_input_tokens) AS cache_read,
        count_of(part.cache_creation.ephemeral_1h_input_tokens) AS one_hour,
        count_of(part.cache_creation.ephemeral_5m_input_tokens) AS five_minutes,
        concat_ws(', ', CASE WHEN count(part.account_id) OVER bucket > 0 THEN 'account' END,
            CASE WHEN count(part.service_account_id) OVER bucket > 0 THEN 'service account' END,
            CASE WHEN count(part.api_key_id) OVER bucket > 0 THEN 'key' END, CASE WHEN count(part.workspace_id) OVER bucket > 0 THEN 'workspace' END,
            CASE WHEN count(part.model) OVER bucket > 0 THEN 'model' END, CASE WHEN count(part.service_tier) OVER bucket > 0 THEN 'tier' END,
            CASE WHEN count(part.context_window) OVER bucket > 0 THEN 'window' END,
            CASE WHEN count(part.inference_geo) OVER bucket > 0 THEN 'place' END,
            CASE WHEN count(part.speed) OVER bucket > 0 THEN 'speed' END) AS grouped_by,
        CASE ends - starts WHEN INTERVAL 1 DAY THEN 'day' WHEN INTERVAL 1 HOUR THEN 'hour' WHEN INTERVAL 1 MINUTE THEN 'minute' END
            AS grain
    FROM result
    WHERE part IS NOT NULL
    WINDOW bucket AS (PARTITION BY source_file, source_line, d)
),
written AS (
    SELECT
        *, CASE WHEN one_hour IS NOT NULL OR five_minutes IS NOT NULL THEN coalesce(one_hour, 0) + coalesce(five_minutes, 0) END
            AS cache_creation
    FROM counted
)
SELECT
    source_file, source_line, record,
    concat_ws('|', starts, grain, coalesce(part.account_id, ''), coalesce(part.api_key_id, ''), coalesce(part.service_account_id, ''),
        coalesce(part.workspace_id, ''), coalesce(part.model, ''), coalesce(part.service_tier, ''),
        coalesce(part.context_window, ''), coalesce(part.inference_geo, ''), coalesce(part.speed, '')) AS dedup_key,
    concat_ws('|', starts, grain) AS replay_key, grouped_by,
    starts AS time_utc, coalesce(grain, 'day') AS time_grain,
    coalesce(part.account_id, part.service_account_id, part.api_key_id) AS "user",
    CASE WHEN part.account_id IS NOT NULL THEN 'person' WHEN part.service_account_id IS NOT NULL THEN 'service'
        WHEN part.api_key_id IS NOT NULL THEN 'key' ELSE 'unknown' END AS user_kind,
    'anthropic' AS "gen_ai.provider.name", part.model AS "gen_ai.request.model",
    uncached + coalesce(cache_read, 0) + coalesce(cache_creation, 0) AS "gen_ai.usage.input_tokens",
    uncached AS "usage.uncached_input_tokens", cache_read AS "gen_ai.usage.cache_read.input_tokens",
    cache_creation AS "gen_ai.usage.cache_creation.input_tokens", count_of(part.output_tokens) AS "gen_ai.usage.output_tokens",
    part.workspace_id AS project, CASE WHEN grain IS NULL THEN 'a span that is no minute, hour or day' END AS problem,
    'a span of an unknown number of requests, which counts as one; of reports of one span that are grouped otherwise one counts' AS remark
FROM written
