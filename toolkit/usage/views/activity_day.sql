-- The daily roll-up: one row a person, day, tool and model; tokens of all types, cost in billionths of a dollar.
WITH counted AS (
    SELECT
        synthetic, user_id, CAST(time_utc AS DATE) AS day_on, agent, model, count(*) AS requests,
        count(CASE WHEN is_headless THEN 1 END) AS headless_requests, sum(uncached_tokens) AS uncached_tokens,
        sum(cache_read_tokens) AS cache_read_tokens, sum(cache_creation_tokens) AS cache_creation_tokens,
        sum(output_tokens) AS output_tokens
    FROM stored_request
    GROUP BY synthetic, user_id, CAST(time_utc AS DATE), agent, model
)
SELECT
    synthetic, user_id, day_on, CAST(date_trunc('week', day_on) AS DATE) AS week_start_on, agent,
    counted.model, requests, headless_requests, CAST(uncached_tokens AS BIGINT) AS uncached_tokens,
    CAST(cache_read_tokens AS BIGINT) AS cache_read_tokens, CAST(cache_creation_tokens AS BIGINT) AS cache_creation_tokens,
    CAST(output_tokens AS BIGINT) AS output_tokens,
    CAST(uncached_tokens + cache_read_tokens + cache_creation_tokens + output_tokens AS BIGINT) AS tokens,
    CAST(
        uncached_tokens * price.uncached + cache_read_tokens * price.cache_read
        + cache_creation_tokens * price.cache_creation + output_tokens * price.output AS BIGINT
    ) AS cost_nanousd
FROM counted
LEFT JOIN price
    ON price.model = counted.model AND day_on >= price.from_on AND (price.until_on IS NULL OR day_on < price.until_on)
