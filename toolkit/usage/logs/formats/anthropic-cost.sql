-- title: Anthropic cost report
-- versions: pages of GET /v1/organizations/cost_report as of 2026-09, one JSON text a page, or its buckets alone
-- source: Anthropic's documentation of the Usage and Cost Admin API
-- recognise: (json_exists(line, '$.data[0].starting_at') AND len(json_extract(line, '$.data[*].results[*].amount')) > 0) OR (json_exists(line, '$.starting_at') AND json_exists(line, '$.results[0].amount'))
-- A row is a day and what the report was grouped by. Amounts are cents, as text; costs of the priority tier are not in the
-- report. It has no tokens and no people. A day's rows that are alike are told apart by their order, the larger first.
-- Of two exports of one day the amount that is larger counts, as the day went on; of two that are grouped in two ways, which
-- shows in what the results of a day name, the larger one.
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
            "starting_at": "VARCHAR", "results": [{
                "amount": "VARCHAR", "currency": "VARCHAR", "cost_type": "VARCHAR", "description": "VARCHAR", "model": "VARCHAR",
                "token_type": "VARCHAR", "service_tier": "VARCHAR", "context_window": "VARCHAR", "inference_geo": "VARCHAR",
                "workspace_id": "VARCHAR"}]}]')) AS said
    FROM page
    WHERE buckets IS NOT NULL
),
result AS (
    SELECT
        source_file, source_line, d, utc(said.starting_at) AS starts, unnest(range(len(said.results))) AS r, unnest(said.results) AS part
    FROM bucket
),
named AS (
    SELECT
        *, concat_ws('|', starts, coalesce(part.workspace_id, ''), coalesce(part.description, ''), coalesce(part.cost_type, ''),
            coalesce(part.model, ''), coalesce(part.token_type, ''), coalesce(part.service_tier, ''),
            coalesce(part.context_window, ''), coalesce(part.inference_geo, '')) AS is_for
    FROM result
    WHERE part IS NOT NULL
),
placed AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, source_line ORDER BY d, r) AS record,
        row_number() OVER (
            PARTITION BY source_file, source_line, d, is_for ORDER BY try_cast(part.amount AS DECIMAL(18, 9)) DESC NULLS LAST, r) AS place,
        concat_ws(', ', CASE WHEN count(part.workspace_id) OVER bucket > 0 THEN 'workspace' END,
            CASE WHEN count(coalesce(part.description, part.cost_type)) OVER bucket > 0 THEN 'description' END) AS grouped_by
    FROM named
    WINDOW bucket AS (PARTITION BY source_file, source_line, d)
)
SELECT
    source_file, source_line, record, is_for || '|' || place AS dedup_key, CAST(starts AS VARCHAR) AS replay_key, grouped_by,
    starts AS time_utc, 'day' AS time_grain, 'unknown' AS token_definition, 'unknown' AS user_kind,
    'anthropic' AS "gen_ai.provider.name", part.model AS "gen_ai.request.model", part.workspace_id AS project,
    coalesce(CAST(try_cast(part.amount AS DECIMAL(18, 9)) / 100 AS VARCHAR), 'none') AS cost_usd,
    CASE WHEN part.currency <> 'USD' THEN 'an amount that is not in US dollars' END AS problem,
    'an amount without tokens, and of an unknown number of requests: it counts as one; of reports of one day that are grouped otherwise one counts' AS remark
FROM placed
