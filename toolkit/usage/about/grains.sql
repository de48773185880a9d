-- The grains of time and definitions of a token that the log's rows have. No total may span two of these rows.
SELECT
    time_grain, token_definition, count(*) AS n_rows, sum(requests) AS n_requests,
    sum("gen_ai.usage.input_tokens") AS input_token, sum("gen_ai.usage.output_tokens") AS output_token
FROM stored_event
GROUP BY time_grain, token_definition
ORDER BY time_grain, token_definition
