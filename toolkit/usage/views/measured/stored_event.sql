-- The events of a read log to the millisecond, for the toolkit's own checks and roll-ups: no question of a story sees them.
SELECT * EXCLUDE (record, replay_key, grouped_by, total) REPLACE (CAST(dedup_key AS VARCHAR) AS dedup_key)
FROM {files}
