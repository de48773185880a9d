-- Input prices of each company's successive models, as steps: a price holds until the day before the next is listed.
-- Lines end on 5 August 2026, the day of the list from which most of them are.
-- The record has a month for GPT-5 and only the year for Claude Opus 4.1; both are drawn from August 2025.
WITH models AS (
    SELECT line, model, CAST(listed AS DATE) AS listed_on, id FROM (VALUES
        ('Claude Opus', 'Claude Opus 4.1', '2025-08-01', 'claude_opus_4_1'),
        ('Claude Opus', 'Claude Opus 4.5', '2025-11-24', 'claude_opus_4_5'),
        ('Claude Opus', 'Claude Opus 5', '2026-07-24', 'claude_opus_5'),
        ('OpenAI GPT', 'GPT-5', '2025-08-01', 'gpt_5'),
        ('OpenAI GPT', 'GPT-5.1', '2025-11-13', 'gpt_5_1'),
        ('OpenAI GPT', 'GPT-5.2', '2025-12-11', 'gpt_5_2'),
        ('OpenAI GPT', 'GPT-5.4', '2026-03-05', 'gpt_5_4'),
        ('OpenAI GPT', 'GPT-5.5', '2026-04-23', 'gpt_5_5'),
        ('OpenAI GPT', 'GPT-5.6 Sol', '2026-06-26', 'gpt_5_6_sol'),
        ('Gemini Pro', 'Gemini 3 Pro', '2025-11-18', 'gemini_3_pro'),
        ('Gemini Pro', 'Gemini 3.1 Pro', '2026-02-19', 'gemini_3_1_pro')
    ) AS named (line, model, listed, id)
),
priced AS (
    SELECT models.*, figures.key, figures.low,
        coalesce(
            lead(listed_on) OVER (PARTITION BY line ORDER BY listed_on) - INTERVAL 1 DAY,
            DATE '2026-08-05'
        ) AS until_on
    FROM models
    JOIN figures ON figures.claim = 'prices.' || models.id || '_input'
)
SELECT
    line,
    model,
    unnest([listed_on, CAST(until_on AS DATE)]) AS day_on,
    low AS input_usd_per_token,
    [key] AS keys
FROM priced
ORDER BY line, day_on
