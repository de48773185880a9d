-- The events of a synthetic log in the columns of toolkit/usage/contract.py: what is the same in every row, and what
-- others add up to, is not in its files.
SELECT
    *,
    'synthetic' AS source_format, 'request' AS time_grain, TRUE AS tz_known, 'person' AS user_kind,
    "usage.uncached_input_tokens" + "gen_ai.usage.cache_read.input_tokens"
    + "gen_ai.usage.cache_creation.input_tokens" AS "gen_ai.usage.input_tokens",
    'all_types' AS token_definition, 1 AS requests
FROM {files}
