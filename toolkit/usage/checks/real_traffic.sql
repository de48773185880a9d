-- Regularities of an agent's requests: its context grows by its answers and is read from a cache. One row; steps are
-- from one request of a session to the next, in sessions long enough to judge ($least_requests), without sub-agents.
WITH placed AS (
    SELECT
        input, output, cached, written, cost_usd, count(*) OVER session AS requests, lag(input) OVER one AS before,
        lag(output) OVER one AS answer, epoch_ms(time_at) - lag(epoch_ms(time_at)) OVER one AS gap_ms
    FROM request
    WINDOW session AS (PARTITION BY session_id), one AS (PARTITION BY session_id ORDER BY time_at, place)
),
step AS (
    SELECT *, input - before AS growth
    FROM placed
    WHERE before IS NOT NULL AND requests >= $least_requests
)
SELECT
    count(*) AS steps, avg(CAST(growth >= 0 AS INTEGER)) AS not_smaller, avg(CAST(growth >= answer AS INTEGER)) AS holds_answer,
    avg(CAST(growth <= -64000 AS INTEGER)) AS cut, median(growth) AS growth, quantile_cont(growth, 0.9) AS large_growth,
    avg(CAST(cached >= 0.98 * before AND cached <= 1.02 * before AS INTEGER)) AS prefix, sum(cached) / sum(input) AS cache,
    stddev_pop(gap_ms) / avg(gap_ms) AS bursts, avg(CAST(written >= answer AS INTEGER)) AS written,
    1000000 * sum(cost_usd) / sum(CASE WHEN cost_usd IS NOT NULL THEN input + output END) AS price
FROM step
