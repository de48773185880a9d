-- developer_week: one row a person of the roster (all people in the outcomes) and week, use NULL where there was none.
-- activity_week: one row a person and week with any use.
CREATE TABLE rolled_week AS FROM stored_week;
CREATE VIEW developer_week AS
SELECT * FROM rolled_week
WHERE team IS NOT NULL;
CREATE VIEW activity_week AS
SELECT user_id, week_start_on, requests, tokens, cache_read_tokens, uncached_tokens, cost_nanousd FROM rolled_week
WHERE requests IS NOT NULL;
-- team_week: one row a team of the roster and week.
CREATE TABLE team_week AS FROM stored_team
