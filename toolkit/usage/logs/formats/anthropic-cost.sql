-- title: Anthropic cost report
-- versions: pages of GET /v1/organizations/cost_report as of 2026-09, one JSON text a page
-- recognise: json_exists(line, '$.data[0].starting_at') AND len(json_extract(line, '$.data[*].results[*].amount')) > 0
-- A row is a day and what the report was grouped by. Amounts are cents, as text; costs of the priority tier are not in the
-- report. It has no tokens and no people. A day's rows that are alike are told apart by their order in the page.
-- Of two exports of one day the first that is read counts: take those of days that are over.
WITH bucket AS (
    SELECT
        source_file, source_line, unnest(places(line, '$.data')) AS d,
        unnest(from_json(json_extract(line, '$.data'), '[{
            "starting_at": "VARCHAR", "results": [{
                "amount": "VARCHAR", "currency": "VARCHAR", "cost_type": "VARCHAR", "description": "VARCHAR", "model": "VARCHAR",
                "token_type": "VARCHAR", "service_tier": "VARCHAR", "context_window": "VARCHAR", "inference_geo": "VARCHAR",
                "workspace_id": "VARCHAR"}]}]')) AS said
    FROM line
    WHERE json_type(line, '$.data') = 'ARRAY'
),
result AS (
    SELECT
        source_file, source_line, d, said.starting_at AS starts, unnest(range(len(said.results))) AS r, unnest(said.results) AS part
    FROM bucket
),
placed AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, source_line ORDER BY d, r) AS record,
        row_number() OVER (PARTITION BY source_file, source_line, starts, part ORDER BY r) AS place
    FROM result
    WHERE part IS NOT NULL
)
SELECT
    source_file, source_line, record,
    concat_ws('|', starts, coalesce(part.workspace_id, ''), coalesce(part.description, ''), coalesce(part.cost_type, ''),
        coalesce(part.model, ''), coalesce(part.token_type, ''), coalesce(part.service_tier, ''), coalesce(part.context_window, ''),
        coalesce(part.inference_geo, ''), place) AS dedup_key,
    utc(starts) AS time_utc, 'day' AS time_grain, 'unknown' AS token_definition, 'unknown' AS user_kind,
    'anthropic' AS "gen_ai.provider.name", part.model AS "gen_ai.request.model", part.workspace_id AS project,
    coalesce(CAST(try_cast(part.amount AS DECIMAL(18, 9)) / 100 AS VARCHAR), 'none') AS cost_usd,
    CASE WHEN part.currency <> 'USD' THEN 'an amount that is not in US dollars' END AS problem,
    'an amount without tokens, and of an unknown number of requests: it counts as one; reports grouped otherwise hold it again' AS remark
FROM placed
