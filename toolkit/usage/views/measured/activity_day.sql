-- The daily roll-up of a read log, of one grain and meaning of tokens: cost as it was reported. Tokens and
-- cost are NULL where a row has none: a sum without it would be taken for the whole.
SELECT
    synthetic, user_id, CAST(time_utc AS DATE) AS day_on, CAST(date_trunc('week', time_utc) AS DATE) AS week_start_on,
    agent, model, CAST(sum(requests) AS BIGINT) AS requests,
    CAST(sum(CASE WHEN is_headless THEN requests ELSE 0 END) AS BIGINT) AS headless_requests,
    CAST(sum(uncached_tokens) AS BIGINT) AS uncached_tokens, CAST(sum(cache_read_tokens) AS BIGINT) AS cache_read_tokens,
    CAST(sum(cache_creation_tokens) AS BIGINT) AS cache_creation_tokens,
    CAST(sum(output_tokens) AS BIGINT) AS output_tokens,
    CASE
        WHEN count(coalesce(input_tokens, output_tokens)) = count(*)
            THEN CAST(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) AS BIGINT)
    END AS tokens,
    CASE WHEN count(cost_usd) = count(*) THEN CAST(sum(cost_usd) * 1000000000 AS BIGINT) END AS cost_nanousd
FROM stored_request
GROUP BY
    synthetic, user_id, CAST(time_utc AS DATE), CAST(date_trunc('week', time_utc) AS DATE), agent, model
