-- One row an event of one grain and one meaning of tokens: the only ones that these columns have.
CREATE VIEW {name} AS
SELECT
    user_id, time_utc, "gen_ai.agent.name" AS agent, "gen_ai.provider.name" AS provider,
    "gen_ai.request.model" AS model, "gen_ai.conversation.id" AS session_id, is_headless, requests,
    "gen_ai.usage.input_tokens" AS input_tokens, "usage.uncached_input_tokens" AS uncached_tokens,
    "gen_ai.usage.cache_read.input_tokens" AS cache_read_tokens,
    "gen_ai.usage.cache_creation.input_tokens" AS cache_creation_tokens, "gen_ai.usage.output_tokens" AS output_tokens,
    "gen_ai.usage.reasoning.output_tokens" AS reasoning_tokens,
    coalesce(
        "gen_ai.usage.input_tokens" + "gen_ai.usage.output_tokens", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
    ) AS tokens, cost_usd, is_sidechain, is_error, project
FROM usage_event
WHERE {grain}
