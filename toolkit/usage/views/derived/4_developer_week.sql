-- One row a person of the roster (all people in the outcomes) and week, use NULL where there was none.
SELECT * FROM rolled_week
WHERE team IS NOT NULL
