-- What became of the lines of the log's files, by format: each is an event, repeats one, holds no use, or was not read.
SELECT
    source_format, sum(files) AS n_files, sum(lines) AS n_lines, sum(events) AS n_events,
    sum(duplicates) AS n_duplicates, sum(other_lines) AS n_other_lines, sum(quarantined) AS n_quarantined
FROM accounting
GROUP BY source_format
ORDER BY source_format
