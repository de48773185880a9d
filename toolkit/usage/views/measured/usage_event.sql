-- The contract of toolkit/usage/contract.py over a read log, whose files have all its columns.
CREATE VIEW usage_event AS
SELECT * EXCLUDE (file_row_number) REPLACE ({time} AS time_utc)
FROM stored_event
