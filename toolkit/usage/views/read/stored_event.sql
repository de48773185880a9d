-- The events of a read log as questions see them: times are those of the hour, and what only reading needs is left out.
SELECT
    * EXCLUDE (record, replay_key, total)
    REPLACE (CAST(dedup_key AS VARCHAR) AS dedup_key, date_trunc('hour', time_utc) AS time_utc)
FROM {files}
