-- The contract of toolkit/usage/contract.py over a synthetic usage log: what its files leave out is computed here.
CREATE VIEW usage_event AS
SELECT
    synthetic, source_format, source_file, file_row_number + 1 AS source_line,
    md5(concat_ws(':', 'event', user_id, source_file, file_row_number)) AS dedup_key,
    time_utc, time_grain, tz_known, user_id, user_kind, "gen_ai.provider.name", "gen_ai.request.model",
    "gen_ai.agent.name", "gen_ai.conversation.id",
    concat('sim-', md5(concat_ws(':', 'response', user_id, source_file, file_row_number))) AS "gen_ai.response.id",
    "gen_ai.operation.name",
    CAST("gen_ai.usage.input_tokens" AS BIGINT) AS "gen_ai.usage.input_tokens",
    CAST("usage.uncached_input_tokens" AS BIGINT) AS "usage.uncached_input_tokens",
    CAST("gen_ai.usage.cache_read.input_tokens" AS BIGINT) AS "gen_ai.usage.cache_read.input_tokens",
    CAST("gen_ai.usage.cache_creation.input_tokens" AS BIGINT) AS "gen_ai.usage.cache_creation.input_tokens",
    CAST("gen_ai.usage.output_tokens" AS BIGINT) AS "gen_ai.usage.output_tokens",
    CAST("gen_ai.usage.reasoning.output_tokens" AS BIGINT) AS "gen_ai.usage.reasoning.output_tokens",
    token_definition, CAST(requests AS BIGINT) AS requests,
    CAST(
        CAST("usage.uncached_input_tokens" AS BIGINT) * price.uncached
        + CAST("gen_ai.usage.cache_read.input_tokens" AS BIGINT) * price.cache_read
        + CAST("gen_ai.usage.cache_creation.input_tokens" AS BIGINT) * price.cache_creation
        + CAST("gen_ai.usage.output_tokens" AS BIGINT) * price.output AS DECIMAL(18, 0)
    ) * CAST(0.000000001 AS DECIMAL(10, 9)) AS cost_usd,
    'list_price' AS cost_source, is_sidechain, is_headless, is_error, project
FROM stored_event
LEFT JOIN price
    ON price.model = stored_event."gen_ai.request.model"
    AND CAST(time_utc AS DATE) >= price.from_on
    AND (price.until_on IS NULL OR CAST(time_utc AS DATE) < price.until_on)
