-- What each company had last said of calendar 2026 by the end of February, April and July, and by 12 May.
WITH days AS (
    SELECT CAST(day AS DATE) AS by_on
    FROM (VALUES ('2026-02-28'), ('2026-04-30'), ('2026-05-12'), ('2026-07-31')) AS dates (day)
),
said AS (
    SELECT
        days.by_on, statement.entity, statement.stated_on, statement.measure, statement.counts,
        statement.key, statement.low, statement.high,
        row_number() OVER (
            PARTITION BY days.by_on, statement.entity ORDER BY statement.stated_on DESC
        ) AS newest_rank
    FROM days
    JOIN capex_guidance_2026 AS statement ON statement.stated_on <= days.by_on
    WHERE statement.speaker = 'company' AND statement.item = 'capex' AND statement.period = '2026'
)
SELECT
    by_on,
    entity AS company,
    stated_on,
    measure,
    counts,
    low AS capex_low_usd,
    high AS capex_high_usd,
    list_value(key) AS keys
FROM said
WHERE newest_rank = 1
ORDER BY by_on, company
