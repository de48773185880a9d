-- One row a person and week with any use.
SELECT user_id, week_start_on, requests, tokens, cache_read_tokens, uncached_tokens, cost_nanousd FROM rolled_week
WHERE requests IS NOT NULL
