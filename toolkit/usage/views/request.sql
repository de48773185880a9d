-- One row an event of one time grain and one meaning of tokens: the only ones that these columns have. Cost is as it was
-- reported, or else by the prices that are declared; NULL is what is not known.
SELECT
    user_id, {time} AS time_utc, agent, provider, event_row.model, session_id, is_headless, requests,
    CAST(input_tokens AS BIGINT) AS input_tokens, CAST(uncached_tokens AS BIGINT) AS uncached_tokens,
    CAST(cache_read_tokens AS BIGINT) AS cache_read_tokens, CAST(cache_creation_tokens AS BIGINT) AS cache_creation_tokens,
    CAST(output_tokens AS BIGINT) AS output_tokens, CAST(reasoning_tokens AS BIGINT) AS reasoning_tokens,
    CAST(coalesce(input_tokens + output_tokens, input_tokens, output_tokens) AS BIGINT) AS tokens,
    coalesce(
        cost_usd,
        CAST(
            CAST(
                CAST(uncached_tokens AS BIGINT) * price.uncached + CAST(cache_read_tokens AS BIGINT) * price.cache_read
                + CAST(cache_creation_tokens AS BIGINT) * price.cache_creation
                + CAST(output_tokens AS BIGINT) * price.output AS DECIMAL(18, 0)
            ) * CAST(0.000000001 AS DECIMAL(10, 9)) AS DECIMAL(18, 9)
        )
    ) AS cost_usd, is_sidechain, is_error, project
FROM event_row
LEFT JOIN price
    ON price.model = event_row.model AND CAST(time_utc AS DATE) >= price.from_on
    AND (price.until_on IS NULL OR CAST(time_utc AS DATE) < price.until_on)
WHERE {grain}
