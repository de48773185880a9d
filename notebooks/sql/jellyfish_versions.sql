-- The pair "ten times the tokens, twice the output" as each publisher printed it.
SELECT
    sources.publisher,
    sources.published_on,
    tokens.low AS tokens_multiple,
    tokens.qualifier AS counted,
    tokens.baseline AS against,
    output.low AS output_multiple,
    output.qualifier AS output_counted,
    output.baseline AS output_against,
    [tokens.key, output.key] AS keys,
    [tokens.key] AS keys_tokens_multiple,
    [output.key] AS keys_output_multiple
FROM figures AS tokens
JOIN figures AS output ON output.source = tokens.source AND output.claim = 'jellyfish.output_multiple'
JOIN sources ON sources.id = tokens.source
WHERE tokens.claim = 'jellyfish.tokens_multiple'
ORDER BY sources.published_on, sources.publisher
