-- What data/ holds, a table for each kind of entry. `key` names a figure or a row of a series in receipts.
CREATE TABLE claims (
    id VARCHAR PRIMARY KEY, topic VARCHAR, statement VARCHAR, unit VARCHAR, entity VARCHAR, period VARCHAR,
    period_start_on DATE, period_end_on DATE, note VARCHAR
);
CREATE TABLE sources (
    id VARCHAR PRIMARY KEY, publisher VARCHAR, title VARCHAR, authors VARCHAR[], published VARCHAR,
    published_on DATE, published_note VARCHAR, address VARCHAR, is_primary BOOLEAN, seen VARCHAR, seen_at VARCHAR,
    named BOOLEAN, interest VARCHAR, licence VARCHAR, text_sha256 VARCHAR, note VARCHAR
);
CREATE TABLE quotes (source VARCHAR, text VARCHAR, place VARCHAR);
CREATE TABLE figures (
    key VARCHAR PRIMARY KEY, id VARCHAR, source VARCHAR, claim VARCHAR,
    low DOUBLE, high DOUBLE, unit VARCHAR,
    printed_low DOUBLE, printed_high DOUBLE, printed_unit VARCHAR, form VARCHAR, digits INTEGER,
    says VARCHAR, stance VARCHAR, about BOOLEAN, bound VARCHAR, baseline VARCHAR, population VARCHAR,
    qualifier VARCHAR, period VARCHAR, period_start_on DATE, period_end_on DATE, place VARCHAR,
    attributed_to VARCHAR, seen VARCHAR, basis VARCHAR, note VARCHAR
);
CREATE TABLE source_links (source VARCHAR, relies_on VARCHAR);
CREATE TABLE figure_links (key VARCHAR, relies_on VARCHAR);
CREATE TABLE figure_origins (key VARCHAR, source VARCHAR);
CREATE TABLE origins (claim VARCHAR, source VARCHAR);
CREATE TABLE certainty (claim VARCHAR, level VARCHAR, reasons VARCHAR[]);
CREATE TABLE mutations (
    claim VARCHAR, field VARCHAR, told_by VARCHAR, told VARCHAR, source VARCHAR, stated VARCHAR,
    holds BOOLEAN
);
CREATE TABLE corrections (
    story VARCHAR, "on" VARCHAR, was VARCHAR, now VARCHAR, why VARCHAR, noticed_by VARCHAR, finding VARCHAR, place VARCHAR
);
CREATE TABLE watch (
    id VARCHAR, what VARCHAR, due VARCHAR, due_on DATE, inferred BOOLEAN, basis VARCHAR, enter VARCHAR, source VARCHAR,
    place VARCHAR
);
CREATE TABLE watch_figures (watch VARCHAR, story VARCHAR, key VARCHAR);
CREATE TABLE series_rows (
    key VARCHAR, series VARCHAR, low DOUBLE, high DOUBLE, unit VARCHAR,
    printed_low VARCHAR, printed_high VARCHAR, printed_unit VARCHAR, label VARCHAR, source VARCHAR, place VARCHAR
);
CREATE TABLE value_columns (series VARCHAR, name VARCHAR, unit VARCHAR, printed_unit VARCHAR);
