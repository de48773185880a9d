-- title: GitHub Copilot usage metrics, by user and day
-- tool: copilot
-- versions: the users' report of the Copilot usage metrics API as of 2026-07; JSON lines
-- recognise: json_exists(line, '$.user_login') AND json_exists(line, '$.day') AND json_exists(line, '$.user_initiated_interaction_count')
-- A row is a person and a day; a later report of the same day replaces it where it has more. Tokens are those of the command
-- line alone, and whether cached input is in them is not said. Requests are what a person asked for in any product.
WITH said AS (
    SELECT source_file, source_line, from_json(line, '{
        "day": "VARCHAR", "user_id": "VARCHAR", "user_login": "VARCHAR", "user_initiated_interaction_count": "VARCHAR",
        "totals_by_cli": {"token_usage": {"prompt_tokens_sum": "VARCHAR", "output_tokens_sum": "VARCHAR"}}}') AS said
    FROM line
)
SELECT
    source_file, source_line, said.day || ' ' || coalesce(said.user_id, said.user_login) AS dedup_key,
    utc(said.day) AS time_utc, 'day' AS time_grain, 'unknown' AS token_definition,
    coalesce(said.user_login, said.user_id) AS "user", 'github' AS "gen_ai.provider.name", 'copilot' AS "gen_ai.agent.name",
    count_of(said.user_initiated_interaction_count) AS requests,
    count_of(said.totals_by_cli.token_usage.prompt_tokens_sum) AS "gen_ai.usage.input_tokens",
    count_of(said.totals_by_cli.token_usage.output_tokens_sum) AS "gen_ai.usage.output_tokens",
    CASE WHEN said.totals_by_cli.token_usage IS NOT NULL THEN 'tokens of the command line alone' END AS remark
FROM said
WHERE said.day IS NOT NULL AND said.user_initiated_interaction_count IS NOT NULL
