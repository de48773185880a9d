-- One row a team of the roster and week.
SELECT * FROM stored_team
