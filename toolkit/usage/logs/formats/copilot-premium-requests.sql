-- title: GitHub Copilot premium requests
-- tool: copilot
-- versions: CSV of the analytics page, to 2025-09 (Timestamp, User, ...), and the usage report since 2025-10 (date, username, ...)
-- recognise: (json_exists(line, '$."Requests Used"') AND json_exists(line, '$.Timestamp')) OR (json_exists(line, '$.sku') AND json_exists(line, '$.username') AND json_exists(line, '$.model') AND json_exists(line, '$.quantity'))
-- whole files: yes
-- The older report has a row a use, the newer one a row a day, person and model, with its net amount in dollars. What a
-- request counts as depends on its model, so it may be a part of one: then the row is one request. Rows that are alike are
-- told apart by their order. There are no tokens.
WITH said AS (
    SELECT
        source_file, source_line, coalesce(line->>'$.Timestamp', line->>'$.date') AS moment,
        coalesce(line->>'$.User', line->>'$.username') AS who, coalesce(line->>'$.Model', line->>'$.model') AS model,
        nullif(coalesce(line->>'$."Requests Used"', line->>'$.quantity'), '') AS used, nullif(line->>'$.net_amount', '') AS cost,
        concat_ws(' ', line->>'$.sku', line->>'$.organization', line->>'$.cost_center_name') AS bill,
        json_exists(line, '$.date') AS of_day
    FROM line
),
placed AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, moment, who, model, bill ORDER BY source_line) AS place,
        try_cast(used AS DECIMAL(18, 4)) AS amount
    FROM said
    WHERE moment IS NOT NULL AND used IS NOT NULL
)
SELECT
    source_file, source_line, concat_ws(' ', moment, who, model, bill, place) AS dedup_key, utc(moment) AS time_utc,
    CASE WHEN of_day THEN 'day' ELSE 'request' END AS time_grain, 'unknown' AS token_definition, nullif(who, '') AS "user",
    'github' AS "gen_ai.provider.name", nullif(model, '') AS "gen_ai.request.model", 'copilot' AS "gen_ai.agent.name",
    CASE WHEN amount = floor(amount) THEN count_of(CAST(CAST(floor(amount) AS BIGINT) AS VARCHAR)) WHEN amount > 0 THEN 1 ELSE count_of('') END
        AS requests,
    cost AS cost_usd, CASE WHEN amount <> floor(amount) THEN 'premium requests that count as a part of one' END AS remark
FROM placed
