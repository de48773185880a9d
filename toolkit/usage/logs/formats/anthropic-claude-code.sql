-- title: Anthropic Claude Code report
-- tool: claude-code
-- versions: pages of GET /v1/organizations/usage_report/claude_code as of 2026-09, one JSON text a page
-- recognise: json_exists(line, '$.data[0].actor.type') AND json_exists(line, '$.data[0].model_breakdown')
-- A row is a day, an actor, a model. Costs are estimates in cents. Input is without cached input. Who worked with an account
-- and with a key is two actors. How many requests a day had is not said.
WITH day AS (
    SELECT
        source_file, source_line, unnest(indexes_of(line, '$.data')) AS d,
        unnest(from_json(json_extract(line, '$.data'), '[{
            "date": "VARCHAR", "organization_id": "VARCHAR", "customer_type": "VARCHAR", "subscription_type": "VARCHAR",
            "terminal_type": "VARCHAR", "is_remote": "VARCHAR",
            "actor": {"type": "VARCHAR", "email_address": "VARCHAR", "api_key_name": "VARCHAR"},
            "model_breakdown": [{"model": "VARCHAR",
                "tokens": {"input": "VARCHAR", "output": "VARCHAR", "cache_read": "VARCHAR", "cache_creation": "VARCHAR"},
                "estimated_cost": {"amount": "VARCHAR", "currency": "VARCHAR"}}]}]')) AS said
    FROM line
    WHERE json_type(line, '$.data') = 'ARRAY'
),
part AS (
    SELECT source_file, source_line, d, said, unnest(range(len(said.model_breakdown))) AS m, unnest(said.model_breakdown) AS part
    FROM day
),
counted AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, source_line ORDER BY d, m) AS record,
        count_of(part.tokens.input) AS input, count_of(part.tokens.cache_read) AS cache_read,
        count_of(part.tokens.cache_creation) AS cache_creation, part.estimated_cost AS cost
    FROM part
    WHERE part IS NOT NULL
)
SELECT
    source_file, source_line, record,
    concat_ws('|', said.date, said.organization_id, coalesce(said.actor.email_address, ''), coalesce(said.actor.api_key_name, ''),
        said.customer_type, said.subscription_type, said.terminal_type, said.is_remote, part.model) AS dedup_key,
    utc(said.date) AS time_utc, 'day' AS time_grain, coalesce(said.actor.email_address, said.actor.api_key_name) AS "user",
    CASE said.actor.type WHEN 'user_actor' THEN 'person' WHEN 'api_actor' THEN 'key' ELSE 'unknown' END AS user_kind,
    'anthropic' AS "gen_ai.provider.name", part.model AS "gen_ai.request.model", 'claude-code' AS "gen_ai.agent.name",
    input + coalesce(cache_read, 0) + coalesce(cache_creation, 0) AS "gen_ai.usage.input_tokens",
    input AS "usage.uncached_input_tokens", cache_read AS "gen_ai.usage.cache_read.input_tokens",
    cache_creation AS "gen_ai.usage.cache_creation.input_tokens", count_of(part.tokens.output) AS "gen_ai.usage.output_tokens",
    CASE WHEN cost.amount IS NOT NULL AND coalesce(cost.currency, 'USD') = 'USD'
        THEN coalesce(CAST(try_cast(cost.amount AS DECIMAL(18, 9)) / 100 AS VARCHAR), 'none') END AS cost_usd,
    CASE WHEN cost.currency <> 'USD' THEN 'a cost that is not in US dollars is left out'
        ELSE 'a day of an unknown number of requests, which counts as one' END AS remark
FROM counted
