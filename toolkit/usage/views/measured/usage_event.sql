-- The contract of toolkit/usage/contract.py over a read log, whose files have all its columns; times are those of the hour.
CREATE VIEW usage_event AS
SELECT * EXCLUDE (file_row_number) REPLACE (date_trunc('hour', time_utc) AS time_utc)
FROM stored_event
