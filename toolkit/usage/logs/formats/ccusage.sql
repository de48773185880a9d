-- title: ccusage reports, JSON
-- versions: ccusage 15 to 20.0.24 with --json: daily, weekly, monthly, session, blocks, session --id, --instances, and of one agent
-- source: ryoppippi/ccusage@5816e640e882
-- recognise: json_exists(line, '$.totals.inputTokens') OR json_exists(line, '$.blocks[0].tokenCounts') OR (json_exists(line, '$.entries[0].cacheReadTokens') AND json_exists(line, '$.sessionId')) OR (json_exists(line, '$.data[0].inputTokens') AND json_exists(line, '$.summary'))
-- A row is a span and a model, where the models add up to the span; else the span. Input is without cached input, unless the
-- total shows otherwise. A report is of one person, whose file it is: later ones of the same spans replace it where they have
-- more. Spans follow the reporter's clock and are taken as UTC. Costs are ccusage's own sums; where single requests cost 0 and
-- their session does not, they are not known. Reports by model and by project hold the same use: of one span one counts. So do those
-- of one agent and of all, which nothing in older ones tells apart: read one.
WITH listed AS (
    SELECT source_file, source_line, line, kind.grain, CAST(NULL AS VARCHAR) AS project, json_extract(line, kind.path) AS entries
    FROM line CROSS JOIN (VALUES
        ('day', '$.daily'), ('week', '$.weekly'), ('month', '$.monthly'), ('session', '$.session'), ('session', '$.sessions'),
        ('block', '$.blocks'), ('request', '$.entries')) AS kind (grain, path)
    UNION ALL
    SELECT
        source_file, source_line, line, CASE line->>'$.type' WHEN 'daily' THEN 'day' WHEN 'weekly' THEN 'week'
            WHEN 'monthly' THEN 'month' WHEN 'session' THEN 'session' WHEN 'blocks' THEN 'block' END,
        NULL, json_extract(line, '$.data')
    FROM line
    UNION ALL
    SELECT
        source_file, source_line, line, 'day', unnest(json_keys(line, '$.projects')), unnest(json_extract(line, '$.projects.*'))
    FROM line
    WHERE json_type(line, '$.projects') = 'OBJECT'
),
entry AS (
    SELECT
        source_file, source_line, line->>'$.sessionId' AS session_id, line->>'$.totalCost' AS whole_cost, grain, project, unnest(indexes_of(entries, '$')) AS e,
        unnest(json_extract(entries, '$[*]')) AS entry
    FROM listed
    WHERE json_type(entries) = 'ARRAY' AND grain IS NOT NULL
),
said AS (
    SELECT
        *, CASE WHEN json_type(entry, '$.models') = 'OBJECT' THEN json_keys(entry, '$.models')
            ELSE from_json(coalesce(json_extract(entry, '$.modelsUsed'), json_extract(entry, '$.models')), '["VARCHAR"]') END AS models,
        from_json(entry, '{
            "date": "VARCHAR", "week": "VARCHAR", "month": "VARCHAR", "period": "VARCHAR", "sessionId": "VARCHAR",
            "startTime": "VARCHAR", "timestamp": "VARCHAR", "firstActivity": "VARCHAR", "lastActivity": "VARCHAR",
            "metadata": {"agents": ["VARCHAR"], "lastActivity": "VARCHAR"}, "agent": "VARCHAR", "projectPath": "VARCHAR",
            "isGap": "VARCHAR", "entries": "VARCHAR", "model": "VARCHAR", "inputTokens": "VARCHAR", "outputTokens": "VARCHAR",
            "cacheCreationTokens": "VARCHAR", "cacheReadTokens": "VARCHAR", "cachedInputTokens": "VARCHAR",
            "reasoningOutputTokens": "VARCHAR", "totalTokens": "VARCHAR", "totalCost": "VARCHAR", "costUSD": "VARCHAR",
            "tokenCounts": {"inputTokens": "VARCHAR", "outputTokens": "VARCHAR", "cacheCreationInputTokens": "VARCHAR",
                "cacheReadInputTokens": "VARCHAR"},
            "modelBreakdowns": [{"modelName": "VARCHAR", "inputTokens": "VARCHAR", "outputTokens": "VARCHAR",
                "cacheCreationTokens": "VARCHAR", "cacheReadTokens": "VARCHAR", "cost": "VARCHAR"}]}') AS said
    FROM entry
),
summed AS (
    SELECT
        *, list_sum(list_transform(said.modelBreakdowns, lambda m: count_of(m.inputTokens) + count_of(m.outputTokens)
            + count_of(m.cacheCreationTokens) + count_of(m.cacheReadTokens))) = count_of(said.totalTokens) AS divides
    FROM said
    WHERE coalesce(said.isGap, 'false') <> 'true' AND coalesce(said.inputTokens, said.tokenCounts.inputTokens) IS NOT NULL
),
part AS (
    SELECT
        * EXCLUDE (entry), coalesce(divides, false) AS divided, unnest(CASE WHEN divides THEN said.modelBreakdowns ELSE [{
            'modelName': CASE WHEN len(models) = 1 THEN models[1] ELSE said.model END,
            'inputTokens': coalesce(said.inputTokens, said.tokenCounts.inputTokens),
            'outputTokens': coalesce(said.outputTokens, said.tokenCounts.outputTokens),
            'cacheCreationTokens': coalesce(said.cacheCreationTokens, said.tokenCounts.cacheCreationInputTokens),
            'cacheReadTokens': coalesce(said.cacheReadTokens, said.cachedInputTokens, said.tokenCounts.cacheReadInputTokens),
            'cost': CASE WHEN grain <> 'request' OR try_cast(said.costUSD AS DOUBLE) <> 0 OR coalesce(try_cast(whole_cost AS DOUBLE), 0) = 0
                THEN coalesce(said.totalCost, said.costUSD) END}] END) AS part
    FROM summed
),
counted AS (
    SELECT
        *, row_number() OVER (PARTITION BY source_file, source_line ORDER BY grain, project, e, part.modelName) AS record,
        count_of(part.inputTokens) AS input, count_of(part.cacheReadTokens) AS cache_read, count_of(part.outputTokens) AS output,
        count_of(part.cacheCreationTokens) AS cache_creation, CASE WHEN NOT divided THEN count_of(said.totalTokens) END AS total,
        CASE grain WHEN 'request' THEN said.timestamp WHEN 'block' THEN said.startTime
            WHEN 'session' THEN coalesce(said.firstActivity, said.lastActivity, said.metadata.lastActivity)
            ELSE coalesce(said.date, said.week, said.month, said.period) END AS moment,
        CASE WHEN len(said.metadata.agents) = 1 THEN said.metadata.agents[1] ELSE nullif(said.agent, 'all') END AS agent,
        CASE grain WHEN 'session' THEN coalesce(said.sessionId, said.period) WHEN 'request' THEN session_id END AS conversation
    FROM part
),
judged AS (
    SELECT
        *, coalesce(cache_read, 0) + coalesce(cache_creation, 0) AS cached,
        coalesce(total = input + output AND cache_read > 0, false) AS inside,
        coalesce(total NOT IN (input + output, input + output + coalesce(cache_read, 0) + coalesce(cache_creation, 0)), false) AS unclear,
        row_number() OVER (PARTITION BY source_file, source_line, grain, conversation, project, moment, part.modelName ORDER BY record)
            AS place
    FROM counted
)
SELECT
    source_file, source_line, record,
    concat_ws('|', owner, grain, coalesce(conversation, ''), coalesce(project, ''), CASE WHEN grain <> 'session' THEN moment END,
        coalesce(part.modelName, CAST(models AS VARCHAR), ''), CASE WHEN grain = 'request' THEN place END) AS dedup_key,
    CASE WHEN grain IN ('day', 'week', 'month') THEN concat_ws('|', owner, grain, moment) END AS replay_key,
    CASE WHEN grain IN ('day', 'week', 'month') THEN concat_ws(', ', CASE WHEN project IS NOT NULL THEN 'project' END,
        CASE WHEN part.modelName IS NOT NULL THEN 'model' END) END AS grouped_by,
    utc(CASE WHEN grain = 'month' THEN left(moment, 7) || '-01' ELSE moment END) AS time_utc, grain AS time_grain,
    CASE WHEN unclear THEN 'unknown' ELSE 'all_types' END AS token_definition, part.modelName AS "gen_ai.request.model",
    CASE agent WHEN 'claude' THEN 'claude-code' WHEN 'gemini' THEN 'gemini-cli' ELSE agent END AS "gen_ai.agent.name",
    conversation AS "gen_ai.conversation.id", input + CASE WHEN inside THEN 0 ELSE cached END AS "gen_ai.usage.input_tokens",
    CASE WHEN inside THEN input - cached ELSE input END AS "usage.uncached_input_tokens",
    cache_read AS "gen_ai.usage.cache_read.input_tokens", cache_creation AS "gen_ai.usage.cache_creation.input_tokens",
    output AS "gen_ai.usage.output_tokens",
    CASE WHEN NOT divided THEN count_of(said.reasoningOutputTokens) END AS "gen_ai.usage.reasoning.output_tokens",
    CASE WHEN grain = 'block' THEN count_of(said.entries) END AS requests, part.cost AS cost_usd,
    coalesce(project, said.projectPath) AS project,
    CASE WHEN unclear THEN 'parts that do not add up to the total that is said'
        WHEN project IS NOT NULL THEN 'by project: of reports of the same days by project and not one counts'
        WHEN grain NOT IN ('request', 'block') THEN 'a span of an unknown number of requests, which counts as one' END AS remark
FROM judged JOIN owner USING (source_file)
