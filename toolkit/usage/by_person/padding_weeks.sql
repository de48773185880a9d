-- For each person and week with any use: what part of the tokens lies in sessions that each signal marks, and how
-- evenly use is spread over the hours of the day. Thresholds are those of data/declarations/padding-signals.yml.
WITH request AS NOT MATERIALIZED (
    SELECT
        user_id, time_utc, "gen_ai.conversation.id" AS session_id, is_headless,
        "gen_ai.usage.input_tokens" AS input_tokens, "gen_ai.usage.output_tokens" AS output_tokens,
        "gen_ai.usage.input_tokens" + "gen_ai.usage.output_tokens" AS tokens,
        CAST(time_utc AS DATE) AS day_on
    FROM stored_event
    WHERE time_grain = 'request' AND token_definition = 'all_types'
),
session AS (
    SELECT
        session_id, any_value(user_id) AS user_id, CAST(date_trunc('week', min(time_utc)) AS DATE) AS week_start_on,
        count(*) AS requests, sum(tokens) AS tokens, count(CASE WHEN is_headless THEN 1 END) AS headless,
        median(input_tokens) AS median_input, count(CASE WHEN input_tokens < $large_context THEN 1 END) AS smaller_input,
        median(output_tokens) AS median_output, list_sort(list(epoch_ms(time_utc))) AS sent
    FROM request
    GROUP BY session_id
),
twice AS ( -- prompts sent again on a day: in order, equal ones stand side by side
    SELECT
        user_id, day_on,
        unnest(list_distinct(list_filter(prompts, lambda tokens, place: tokens = prompts[place + 1]))) AS input_tokens
    FROM (SELECT user_id, day_on, list_sort(list(input_tokens)) AS prompts FROM request GROUP BY user_id, day_on)
),
again AS (
    SELECT
        session_id,
        row_number() OVER (PARTITION BY user_id, day_on, input_tokens ORDER BY time_utc, session_id) AS place
    FROM request
    JOIN twice USING (user_id, day_on, input_tokens)
),
repeated AS (
    SELECT session_id, count(*) AS requests
    FROM again
    WHERE place > 1
    GROUP BY session_id
),
paced AS (
    SELECT
        session.* EXCLUDE (sent), coalesce(repeated.requests, 0) AS repeated,
        list_transform(sent[2:], lambda later, place: later - sent[place]) AS gaps, list_median(gaps) AS median_gap
    FROM session
    LEFT JOIN repeated ON repeated.session_id = session.session_id
    WHERE session.requests >= $least_requests
),
judged AS (
    SELECT
        session_id, median_input >= $long_read_input AND median_output <= $long_read_output AS long_read,
        repeated >= $repeated_prompt * requests AS repeated_prompt,
        median_gap <= 1000 * $fixed_interval_gap
        AND len(list_filter(gaps, lambda gap: abs(gap - median_gap) <= $fixed_interval_width * median_gap))
            >= $fixed_interval * (requests - 1) AS fixed_interval,
        10 * smaller_input < requests AS large_context
    FROM paced
),
active_hour AS (
    SELECT user_id, CAST(date_trunc('week', hour_at) AS DATE) AS week_start_on, hour(hour_at) AS hour_of_day, count(*) AS days
    FROM (SELECT DISTINCT user_id, date_trunc('hour', time_utc) AS hour_at FROM request)
    GROUP BY 1, 2, 3
),
spread AS (
    SELECT user_id, week_start_on, log2(sum(days)) - sum(days * log2(days)) / sum(days) AS hour_entropy_bits
    FROM active_hour
    GROUP BY user_id, week_start_on
)
SELECT
    session.user_id, session.week_start_on, CAST(sum(tokens) AS BIGINT) AS tokens,
    sum(headless) / sum(requests) AS headless_share,
    sum(CASE WHEN long_read THEN tokens ELSE 0 END) / sum(tokens) AS long_read_share,
    sum(CASE WHEN repeated_prompt THEN tokens ELSE 0 END) / sum(tokens) AS repeated_prompt_share,
    sum(CASE WHEN fixed_interval THEN tokens ELSE 0 END) / sum(tokens) AS fixed_interval_share,
    sum(CASE WHEN large_context THEN tokens ELSE 0 END) / sum(tokens) AS large_context_share,
    max(hour_entropy_bits) AS hour_entropy_bits
FROM session
LEFT JOIN judged ON judged.session_id = session.session_id
JOIN spread ON spread.user_id = session.user_id AND spread.week_start_on = session.week_start_on
GROUP BY session.user_id, session.week_start_on
ORDER BY session.user_id, session.week_start_on
