-- The contract of toolkit/usage/contract.py over a read log, whose files have all its columns.
CREATE VIEW usage_event AS
FROM stored_event
