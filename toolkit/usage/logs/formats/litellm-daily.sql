-- title: LiteLLM daily tables
-- tool: litellm
-- versions: LiteLLM_DailyUserSpend, DailyTeamSpend, DailyOrganizationSpend, DailyEndUserSpend, DailyTagSpend as of 2025-12; JSON lines, a JSON list or CSV
-- source: BerriAI/litellm@029f645f, schema.prisma
-- recognise: json_exists(line, '$.api_key') AND json_exists(line, '$.date') AND json_exists(line, '$.prompt_tokens') AND json_exists(line, '$.model_group') AND NOT json_exists(line, '$.request_id')
-- A row is a day of one key, model and user, team, organisation, end user or tag; a later copy of the table has more and is
-- the event. Each table holds the use of a day again, so that of one day one of them counts: that with most tokens. A request
-- with two tags is in two rows of its table, which therefore has no total. Cached input is a part of the prompt tokens,
-- except where it is more than they are; 0 of both is also what versions wrote that did not know it. The first tables, of
-- 2025-03, had neither requests nor cached input.
WITH said AS (
    SELECT source_file, source_line, from_json(line, '{
        "user_id": "VARCHAR", "team_id": "VARCHAR", "organization_id": "VARCHAR", "end_user_id": "VARCHAR", "tag": "VARCHAR",
        "date": "VARCHAR", "api_key": "VARCHAR", "model": "VARCHAR", "model_group": "VARCHAR", "custom_llm_provider": "VARCHAR",
        "endpoint": "VARCHAR", "mcp_namespaced_tool_name": "VARCHAR", "prompt_tokens": "VARCHAR",
        "completion_tokens": "VARCHAR", "cache_read_input_tokens": "VARCHAR", "cache_creation_input_tokens": "VARCHAR",
        "spend": "VARCHAR", "api_requests": "VARCHAR"}') AS said,
        CASE WHEN json_exists(line, '$.tag') THEN 'tag' WHEN json_exists(line, '$.team_id') THEN 'team'
            WHEN json_exists(line, '$.organization_id') THEN 'organisation'
            WHEN json_exists(line, '$.end_user_id') THEN 'end user' ELSE 'user' END AS of_table
    FROM line
),
counted AS (
    SELECT
        *, count_of(said.prompt_tokens) AS prompt, count_of(said.cache_read_input_tokens) AS cache_read,
        count_of(said.cache_creation_input_tokens) AS cache_creation,
        nullif(CASE of_table WHEN 'user' THEN said.user_id WHEN 'end user' THEN said.end_user_id END, '') AS person,
        nullif(said.api_key, '') AS of_key
    FROM said
    WHERE said.date IS NOT NULL AND said.prompt_tokens IS NOT NULL
),
placed AS (
    SELECT
        *, cache_read IS NOT NULL AS known, cache_read <> 0 OR cache_creation <> 0 AS parted,
        coalesce(cache_read, 0) + coalesce(cache_creation, 0) > prompt AS beside
    FROM counted
)
SELECT
    source_file, source_line,
    concat_ws(' ', of_table, said.date, person, said.team_id, said.organization_id, of_key, said.model, said.model_group,
        said.custom_llm_provider, said.endpoint, said.mcp_namespaced_tool_name) AS dedup_key,
    said.date AS replay_key, of_table AS grouped_by, utc(said.date) AS time_utc, 'day' AS time_grain, CASE WHEN known THEN 'all_types' ELSE 'unknown' END AS token_definition,
    coalesce(person, of_key) AS "user",
    CASE WHEN person IS NOT NULL THEN 'person' WHEN of_key IS NOT NULL THEN 'key' ELSE 'unknown' END AS user_kind,
    coalesce(nullif(said.team_id, ''), nullif(said.organization_id, '')) AS project,
    nullif(said.custom_llm_provider, '') AS "gen_ai.provider.name",
    coalesce(nullif(said.model, ''), nullif(said.model_group, '')) AS "gen_ai.request.model", 'litellm' AS "gen_ai.agent.name",
    count_of(nullif(said.api_requests, '')) AS requests,
    prompt + CASE WHEN beside THEN coalesce(cache_read, 0) + coalesce(cache_creation, 0) ELSE 0 END
        AS "gen_ai.usage.input_tokens",
    CASE WHEN beside THEN prompt WHEN parted THEN prompt - coalesce(cache_read, 0) - coalesce(cache_creation, 0) END
        AS "usage.uncached_input_tokens",
    CASE WHEN parted THEN cache_read END AS "gen_ai.usage.cache_read.input_tokens",
    CASE WHEN parted THEN cache_creation END AS "gen_ai.usage.cache_creation.input_tokens",
    count_of(said.completion_tokens) AS "gen_ai.usage.output_tokens", nullif(said.spend, '') AS cost_usd,
    CASE WHEN of_table = 'tag' THEN 'a sum by tag: a request with two tags is in two of them' END AS problem,
    CASE WHEN of_table = 'tag' THEN NULL
        WHEN nullif(said.api_requests, '') IS NULL THEN 'a day of an unknown number of requests, which counts as one'
        WHEN NOT known THEN 'whether cached input is in the prompt tokens is not said'
        ELSE 'a sum by ' || of_table || ': of the daily tables one counts a day' END AS remark
FROM placed
