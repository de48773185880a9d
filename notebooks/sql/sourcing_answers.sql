-- What Amazon and Meta had answered by the middle of May 2026, and which article carries it. An answer is due in an
-- article that tells what it answers; the day of Amazon's reply on metrics and boards is not known.
WITH due (claim, answers) AS (
    VALUES ('leaderboards.amazon_reviews', 'leaderboards.amazon_boards'),
        ('leaderboards.meshclaw_purpose', 'leaderboards.amazon_needless_tasks'),
        ('leaderboards.amazon_company_wide_metric', 'leaderboards.amazon_developer_target'),
        ('leaderboards.amazon_ranking', 'leaderboards.amazon_boards'),
        ('leaderboards.amazon_own_dashboards', 'leaderboards.amazon_boards'),
        ('incidents.kiro_cause', 'incidents.kiro_hours'),
        ('incidents.ai_incidents', 'articles.vibe_coding'),
        ('incidents.ai_written_code', 'articles.vibe_coding'),
        ('incidents.separate', 'articles.one_outage'),
        ('incidents.new_approvals', 'incidents.reset_systems'),
        ('leaderboards.meta_removal_asked', 'leaderboards.meta_board_end')
),
answers AS (
    SELECT
        due.claim, due.answers, coalesce(min(sources.published) FILTER (len(sources.published) = 10), min(sources.published)) AS published, list(figures.key) AS keys,
        any_value(figures.says) AS says, any_value(coalesce(figures.attributed_to, sources.publisher)) AS company
    FROM due
    JOIN figures ON figures.claim = due.claim
    JOIN sources ON sources.id = figures.source
    WHERE NOT list_contains($articles, figures.source)
        AND (figures.attributed_to IN ('Amazon', 'Meta') OR sources.publisher = 'Amazon')
    GROUP BY due.claim, due.answers
),
articles AS (
    SELECT unnest($articles) AS source
),
cells AS (
    SELECT
        answers.claim, answers.company, answers.says, answers.published, answers.keys, articles.source,
        CASE
            WHEN EXISTS (SELECT 1 FROM figures WHERE figures.source = articles.source
                AND figures.claim = answers.claim AND figures.attributed_to = answers.company) THEN 'yes'
            WHEN EXISTS (SELECT 1 FROM figures WHERE figures.source = articles.source
                AND figures.claim = answers.answers) THEN 'no'
            ELSE 'unknown'
        END AS state
    FROM answers
    CROSS JOIN articles
),
carried AS (
    SELECT claim, bool_or(state = 'yes') AS is_carried, any_value(keys) AS keys FROM cells GROUP BY claim
)
SELECT
    cells.claim,
    cells.company,
    cells.says,
    cells.published,
    sources.publisher AS article,
    cells.state,
    len(cells.keys) AS n_readings,
    (SELECT count(*) FROM carried) AS n_answers,
    (SELECT count(*) FROM carried WHERE NOT is_carried) AS n_never_carried,
    list_sort(cells.keys) AS keys,
    (SELECT list_sort(list(list_min(keys))) FROM carried) AS keys_n_answers,
    (SELECT list_sort(list(list_min(keys))) FROM carried WHERE NOT is_carried) AS keys_n_never_carried
FROM cells
JOIN sources ON sources.id = cells.source
ORDER BY cells.company, cells.claim, list_position($articles, cells.source)
