-- The daily roll-up of a read log, of one grain and meaning of tokens: cost as it was reported, NULL where a row has none.
SELECT
    synthetic, user_id, CAST(time_utc AS DATE) AS day_on, CAST(date_trunc('week', time_utc) AS DATE) AS week_start_on,
    "gen_ai.agent.name" AS agent, "gen_ai.request.model" AS model, CAST(sum(requests) AS BIGINT) AS requests,
    CAST(sum(CASE WHEN is_headless THEN requests ELSE 0 END) AS BIGINT) AS headless_requests,
    CAST(sum("usage.uncached_input_tokens") AS BIGINT) AS uncached_tokens,
    CAST(sum("gen_ai.usage.cache_read.input_tokens") AS BIGINT) AS cache_read_tokens,
    CAST(sum("gen_ai.usage.cache_creation.input_tokens") AS BIGINT) AS cache_creation_tokens,
    CAST(sum("gen_ai.usage.output_tokens") AS BIGINT) AS output_tokens,
    CAST(sum(coalesce("gen_ai.usage.input_tokens", 0) + coalesce("gen_ai.usage.output_tokens", 0)) AS BIGINT) AS tokens,
    CASE WHEN count(cost_usd) = count(*) THEN CAST(sum(cost_usd) * 1000000000 AS BIGINT) END AS cost_nanousd
FROM stored_event
WHERE {grain}
GROUP BY ALL
ORDER BY day_on, user_id, agent, model
