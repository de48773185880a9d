-- Gini coefficient of values from 0 up: 0 where all are equal, near 1 where one has nearly all.
-- of: rows
-- unit: none
CREATE MACRO gini(value) AS
    2 * list_sum(list_transform(
        list_sort(list(CAST(value AS DOUBLE)) FILTER (value IS NOT NULL)), lambda amount, rank : rank * amount
    )) / (count(value) * sum(CAST(value AS DOUBLE)))
    - (count(value) + 1) / count(value);
