-- The weekly roll-up over the whole log, developer_week.sql: people of the roster, and those with any use.
SELECT * FROM stored_week
