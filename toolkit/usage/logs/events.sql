-- Rows of a format, whole: what it does not say is NULL or the default, and `reason` says why a row cannot be an event.
-- What is filled in for said is the format's SELECT with a column for each of these names.
WITH row AS (
    SELECT * REPLACE (
        coalesce(record, 1) AS record, try_cast(time_utc AS TIMESTAMP) AS time_utc, coalesce(time_grain, 'request') AS time_grain,
        coalesce(token_definition, 'all_types') AS token_definition, coalesce(requests, 1) AS requests,
        try_cast(cost_usd AS DECIMAL(18, 9)) AS cost_usd
    ), cost_usd AS cost_said
    FROM ({said})
)
SELECT
    *, coalesce("gen_ai.usage.input_tokens", 0) + coalesce("gen_ai.usage.output_tokens", 0) AS total,
    CASE
        WHEN problem IS NOT NULL THEN problem
        WHEN dedup_key IS NULL THEN 'nothing tells it from others'
        WHEN time_utc IS NULL THEN 'no time that can be read'
        WHEN time_utc < TIMESTAMP '2018-01-01' THEN 'a time before there were such logs'
        WHEN time_utc > {latest} THEN 'a time in the future'
        WHEN least("gen_ai.usage.input_tokens", "usage.uncached_input_tokens", "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.output_tokens",
            "gen_ai.usage.reasoning.output_tokens", requests) < 0
            OR greatest("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", requests) > 1000000000000
            THEN 'a count that is no whole number from 0 to 10^12'
        WHEN cost_said IS NOT NULL AND cost_usd IS NULL THEN 'a cost that is no amount'
    END AS reason
FROM row
