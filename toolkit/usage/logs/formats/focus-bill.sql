-- title: FOCUS bill
-- versions: FOCUS 1.0 to 1.2; CSV or JSON lines, with columns of the provider's own or without
-- recognise: json_exists(line, '$.BilledCost') AND json_exists(line, '$.ChargePeriodStart') AND json_exists(line, '$.ServiceCategory')
-- whole files: yes
-- lines with: AI and Machine Learning
-- Of a cloud bill the lines of generative AI are events: those that count tokens, others of that service, and all of AI where
-- the bill has no finer word, as before 1.1. A line holds one kind of tokens, which its meter names; where it does not, the
-- line has its cost alone, as tokens may be a provider's own money. The cost is what is billed, with corrections and credits.
-- Lines have no id: what a line is for names it, and its place among those alike; another copy of the bill has the same ones.
-- A span of more than a day and at most 31 days is of the grain month.
WITH said AS (
    SELECT source_file, source_line, from_json(line, '{
        "BilledCost": "VARCHAR", "BillingAccountId": "VARCHAR", "BillingCurrency": "VARCHAR", "ChargeCategory": "VARCHAR",
        "ChargeClass": "VARCHAR", "ChargeDescription": "VARCHAR", "ChargePeriodStart": "VARCHAR", "ChargePeriodEnd": "VARCHAR",
        "ConsumedQuantity": "VARCHAR", "ConsumedUnit": "VARCHAR", "InvoiceId": "VARCHAR", "PricingCategory": "VARCHAR",
        "ProviderName": "VARCHAR", "RegionId": "VARCHAR", "ResourceId": "VARCHAR", "ServiceCategory": "VARCHAR",
        "ServiceName": "VARCHAR", "ServiceSubcategory": "VARCHAR", "SkuMeter": "VARCHAR", "SkuPriceDetails": "VARCHAR",
        "SkuPriceId": "VARCHAR", "SubAccountId": "VARCHAR", "Tags": "VARCHAR"}') AS said
    FROM line
),
of_ai AS (
    SELECT
        *, regexp_extract(lower(said.ConsumedUnit), '^([0-9,]{0,9}) *(k|m|thousand|million)? *tok(?:en)?s?$', ['number', 'size']) AS unit,
        coalesce(regexp_full_match(lower(said.ConsumedUnit), '[0-9,]{0,9} *(k|m|thousand|million)? *tok(en)?s?'), false) AS in_tokens,
        nullif(said.ConsumedQuantity, '') AS quantity_said,
        lower(concat_ws(' ', said.SkuMeter, said.SkuPriceDetails, said.ChargeDescription)) AS meter,
        epoch(utc(said.ChargePeriodEnd)) - epoch(utc(said.ChargePeriodStart)) AS seconds,
        concat_ws('|', said.ChargePeriodStart, said.ChargePeriodEnd, said.BillingAccountId, said.SubAccountId, said.ResourceId,
            said.ServiceName, said.SkuPriceId, said.SkuMeter, said.SkuPriceDetails, said.ChargeCategory, said.ChargeClass,
            said.ChargeDescription, said.PricingCategory, said.ConsumedUnit, said.RegionId, said.InvoiceId, said.Tags) AS is_for
    FROM said
    WHERE said.BilledCost IS NOT NULL AND said.ServiceCategory = 'AI and Machine Learning'
),
measured AS (
    SELECT
        *, try_cast(quantity_said AS DECIMAL(24, 9)) AS quantity,
        CAST(coalesce(try_cast(nullif(replace(unit.number, ',', ''), '') AS BIGINT), 1)
            * CASE WHEN unit.size IN ('k', 'thousand') THEN 1000 WHEN unit.size IN ('m', 'million') THEN 1000000 ELSE 1 END
            AS DECIMAL(10, 0)) AS each,
        regexp_matches(meter, '\b(outp|completion|generated)') AS is_output,
        regexp_matches(meter, '\b(inp|prompt|cach|cchd)') AS is_input, regexp_matches(meter, '\b(cach|cchd)') AS is_cached,
        regexp_matches(meter, '\b(writ|creat)') AS is_written,
        row_number() OVER (PARTITION BY source_file, is_for ORDER BY source_line) AS place
    FROM of_ai
    WHERE in_tokens OR said.ServiceSubcategory = 'Generative AI' OR nullif(said.ServiceSubcategory, '') IS NULL
),
counted AS (
    SELECT
        *, coalesce(said.BillingCurrency, '') <> 'USD' AS in_other_money, coalesce(quantity < 0, false) AS taken_off,
        in_tokens AND is_input <> is_output AND quantity_said IS NOT NULL AND coalesce(quantity >= 0, true) AS known,
        CASE WHEN lower(said.ConsumedUnit) IN ('request', 'requests') AND coalesce(quantity >= 0, true) THEN count_of(quantity_said) END
            AS asked,
        CASE WHEN seconds > 0 AND seconds <= 3600 THEN 'hour' WHEN seconds > 0 AND seconds <= 86400 THEN 'day'
            WHEN seconds > 0 AND seconds <= 31 * 86400 THEN 'month' END AS grain,
        count_of(coalesce(CAST(round(quantity * each) AS VARCHAR), '')) AS tokens
    FROM measured
)
SELECT
    source_file, source_line, is_for || '|' || place AS dedup_key, utc(said.ChargePeriodStart) AS time_utc, grain AS time_grain,
    CASE WHEN known THEN 'all_types' ELSE 'unknown' END AS token_definition, asked AS requests,
    coalesce(nullif(said.SubAccountId, ''), nullif(said.BillingAccountId, '')) AS "user", 'service' AS user_kind,
    nullif(said.ResourceId, '') AS project, lower(nullif(said.ProviderName, '')) AS "gen_ai.provider.name",
    CASE WHEN known AND is_input THEN tokens END AS "gen_ai.usage.input_tokens",
    CASE WHEN known AND is_input THEN CASE WHEN is_cached THEN 0 ELSE tokens END END AS "usage.uncached_input_tokens",
    CASE WHEN known AND is_cached AND NOT is_written THEN tokens END AS "gen_ai.usage.cache_read.input_tokens",
    CASE WHEN known AND is_cached AND is_written THEN tokens END AS "gen_ai.usage.cache_creation.input_tokens",
    CASE WHEN known AND is_output THEN tokens END AS "gen_ai.usage.output_tokens",
    CASE WHEN NOT in_other_money THEN said.BilledCost END AS cost_usd,
    CASE WHEN grain IS NULL THEN 'a span that is no hour, day or month' END AS problem,
    nullif(concat_ws('; ', CASE WHEN asked IS NULL THEN 'a line of a bill counts as one request' END,
        CASE WHEN taken_off THEN 'what a correction takes off is taken off the cost alone'
            WHEN in_tokens AND NOT known THEN 'tokens of which the kind is not said are left out' END,
        CASE WHEN in_other_money THEN 'billed in other money than US dollars: the cost is left out' END), '') AS remark
FROM counted
