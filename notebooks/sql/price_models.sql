-- List prices of models that could be bought in March and April of 2026, short prompts, dearest first.
WITH models AS (
    SELECT * FROM (VALUES
        ('claude_opus_4_6', 'Claude Opus 4.6'), ('claude_sonnet_4_5', 'Claude Sonnet 4.5'),
        ('claude_haiku_4_5', 'Claude Haiku 4.5'), ('gpt_5_4', 'GPT-5.4'), ('gpt_5_2', 'GPT-5.2'),
        ('gemini_3_1_pro', 'Gemini 3.1 Pro')
    ) AS named (id, model)
),
priced AS (
    SELECT models.model, input.key AS input_key, output.key AS output_key, input.low AS input_low,
        output.low AS output_low, claims.entity AS company
    FROM models
    JOIN figures AS input ON input.claim = 'prices.' || models.id || '_input'
    JOIN figures AS output ON output.claim = 'prices.' || models.id || '_output'
    JOIN claims ON claims.id = input.claim
    WHERE input.source = 'simonwillison-llm-prices' AND output.source = 'simonwillison-llm-prices'
)
SELECT
    model,
    company,
    input_low AS input_usd_per_token,
    output_low AS output_usd_per_token,
    [input_key, output_key] AS keys,
    [input_key] AS keys_input_usd_per_token,
    [output_key] AS keys_output_usd_per_token
FROM priced
ORDER BY input_low + output_low DESC, model
