-- For each signal, how many person-weeks it marks and of how many people; person_week is by_person/padding_weeks.sql.
WITH marked AS (
    SELECT
        user_id, long_read_share >= $week_share AS long_read, repeated_prompt_share >= $week_share AS repeated_prompt,
        fixed_interval_share >= $week_share AS fixed_interval, large_context_share >= $week_share AS large_context,
        hour_entropy_bits >= $all_hours AS all_hours
    FROM person_week
),
signal AS (
    UNPIVOT marked ON long_read, repeated_prompt, fixed_interval, large_context, all_hours INTO NAME signal VALUE marks
)
SELECT
    signal, count(*) AS weeks, count(DISTINCT user_id) AS people, count(CASE WHEN marks THEN 1 END) AS marked_weeks,
    count(DISTINCT CASE WHEN marks THEN user_id END) AS marked_people
FROM signal
GROUP BY signal
ORDER BY signal
