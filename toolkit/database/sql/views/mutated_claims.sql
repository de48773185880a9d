-- Claims whose readings change on the way, with the number of changed fields.
CREATE VIEW mutated_claims AS
SELECT
    claim,
    count(DISTINCT told_by) AS n_readings,
    list_sort(list(DISTINCT field)) AS fields
FROM mutations
GROUP BY claim
ORDER BY claim;
