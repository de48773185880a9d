-- Claims that two or more sources state and a single origin carries.
CREATE VIEW single_origin_claims AS
SELECT
    readings.claim,
    min(origins.source) AS origin,
    readings.n_sources
FROM (SELECT claim, count(DISTINCT source) AS n_sources FROM figures GROUP BY claim) AS readings
JOIN origins ON origins.claim = readings.claim
WHERE readings.n_sources > 1
GROUP BY readings.claim, readings.n_sources
HAVING count(*) = 1
ORDER BY readings.claim;
