-- The multiple as each source tells it.
SELECT
    sources.publisher,
    sources.published_on,
    figures.low AS told_multiple,
    figures.baseline,
    [figures.key] AS keys
FROM figures
JOIN sources ON sources.id = figures.source
WHERE figures.claim = 'coffee.multiple_as_told'
ORDER BY sources.published_on
