-- The file has one row for each part of a figure: Numerator, Denominator, Outcome, Base, Margin Of Error.
-- They become one figure, traced to the row of its Outcome. The measure is the Measure Group and the
-- breakdown the Disaggregation Level; the ASCOF Measure Code repeats both in one word and is not needed.
WITH
-- The year is not in the file. It is the parameter, or else it is read from the file's name; the first of
-- these that tells exactly one year counts:
--   1  both years, parted      2020-21  2020_21  2020-2021        (2015-16 ASCOF open data csv file.csv)
--   2  both years, two digits  2021  1920  20-21                  (meas-from-asc-of-eng-1920-open-data-csv.csv)
--   3  the year it ended in    eng-2022                           (meas-from-asc-of-eng-2022-csv-v3.csv)
years (label, parted, joined, ended) AS (
  SELECT
    concat('20', y, '-', y + 1),
    concat('(^|[^0-9])20', y, '[-_ ](20)?', y + 1, '([^0-9]|$)'),
    concat('(^|[^0-9])', y, '[-_ ]?', y + 1, '([^0-9]|$)'),
    concat('eng-20', y + 1, '([^0-9]|$)')
  FROM (VALUES (15), (16), (17), (18), (19), (20), (21), (22)) AS first_years (y)
),

files AS (
  SELECT DISTINCT _file FROM measures
),

told AS (
  SELECT f._file AS _file, y.label AS label,
    CASE WHEN regexp_like(lower(f._file), y.parted) THEN 1
         WHEN regexp_like(lower(f._file), y.joined) THEN 2
         WHEN regexp_like(lower(f._file), y.ended)  THEN 3
    END AS sureness
  FROM files AS f CROSS JOIN years AS y
),

surest AS (
  SELECT _file, min(sureness) AS sureness FROM told GROUP BY _file
),

named AS (
  SELECT t._file AS _file, the_one(t.label) AS label
  FROM told AS t
  JOIN surest AS s ON s._file = t._file AND s.sureness = t.sureness
  GROUP BY t._file
  HAVING count(*) = 1
),

dated AS (
  SELECT
    f._file AS _file,
    CASE
      WHEN param('year') IS NOT NULL AND p.label IS NOT NULL THEN p.label
      WHEN param('year') IS NOT NULL THEN concat(param('year'), ' is not a year of this format, 2015-16 to 2022-23')
      ELSE coalesce(n.label, 'no year in the file name; give --set year=2020-21')
    END AS year_label
  FROM files AS f
  LEFT JOIN named AS n ON n._file = f._file
  LEFT JOIN years AS p ON p.label = replace(param('year'), '/', '-')
),

-- Councils, regions and England. Some editions write 1C(1A) for 1C1A. A part of a figure that is not
-- known is not dropped: it makes a measure that does not exist, and is rejected by name.
parts AS (
  SELECT
    _file,
    _row,
    trim(coalesce("ONS Code", "ONS Area Code")) AS area_code,
    CASE WHEN lower(trim("Measure Type")) IN ('numerator', 'denominator', 'outcome', 'base', 'margin of error')
         THEN regexp_replace(trim("Measure Group"), '[() ]', '', 'g')
         ELSE concat_ws(' ', trim("Measure Group"), coalesce(trim("Measure Type"), 'no measure type'))
    END AS measure,
    trim("Disaggregation Level")   AS level,
    lower(trim("Measure Type"))    AS part,
    "Measure Value"                AS measure_value
  FROM measures
  WHERE lower(trim(coalesce("Geographical Level", ''))) <> 'council type'
),

-- A part that stands twice begins a second figure of the same key, which the hub's checks then see.
counted AS (
  SELECT *,
    row_number() OVER (PARTITION BY _file, area_code, measure, level, part ORDER BY _row) AS occurrence
  FROM parts
),

figures AS (
  SELECT
    _file, area_code, measure, level, occurrence,
    the_one(CASE WHEN part = 'outcome'         THEN measure_value END) AS outcome,
    the_one(CASE WHEN part = 'numerator'       THEN measure_value END) AS numerator,
    the_one(CASE WHEN part = 'denominator'     THEN measure_value END) AS denominator,
    the_one(CASE WHEN part = 'margin of error' THEN measure_value END) AS margin,
    the_one(CASE WHEN part = 'base'            THEN measure_value END) AS base,
    max(CASE WHEN part = 'numerator'       THEN 1 ELSE 0 END)      AS has_numerator,
    max(CASE WHEN part = 'denominator'     THEN 1 ELSE 0 END)      AS has_denominator,
    coalesce(min(CASE WHEN part = 'outcome' THEN _row END), min(_row)) AS _row
  FROM counted
  GROUP BY _file, area_code, measure, level, occurrence
),

-- Which of the shared measures a code is, and whether its values are percentages.
codes (measure, indicator) AS (VALUES
  ('1B',   'asc-control-over-daily-life'),
  ('1C2A', 'asc-direct-payments'),
  ('1E',   'ld-paid-employment'),
  ('1G',   'ld-settled-accommodation'),
  ('1I1',  'asc-social-contact'),
  ('2A1',  'permanent-admissions-18-64'),
  ('2A2',  'permanent-admissions-65-plus'),
  ('2B1',  'asc-at-home-91-days-after-reablement'),
  ('3A',   'asc-overall-satisfaction'),
  ('3D1',  'asc-information-easy-to-find')
),

read AS (
  SELECT
    f._file AS _file, f._row AS _row, f.area_code AS area_code, f.level AS level,
    f.outcome AS outcome, f.numerator AS numerator, f.denominator AS denominator,
    f.has_numerator AS has_numerator, f.has_denominator AS has_denominator,
    f.margin AS margin, f.base AS base,
    d.year_label AS year_label,
    coalesce(c.indicator, concat('ascof:', f.measure)) AS indicator,
    f.measure NOT IN ('1A', '1D', '1J', '2A1', '2A2', '2C1', '2C2', '2C3') AS is_percent,
    try_cast(trim(f.outcome) AS DOUBLE) AS outcome_number,
    try_cast(trim(f.margin) AS DOUBLE)  AS margin_number,
    coalesce(nullif(trim(f.margin), ''), '[x]') IN ('[x]', '[c]', '[z]', '[u]', '[low]', 'c', 'x', 'z', ':') AS margin_missing
  FROM figures AS f
  JOIN dated AS d ON d._file = f._file
  LEFT JOIN codes AS c ON c.measure = f.measure
)

SELECT
  indicator,
  area_code                        AS area,
  period(year_label, 'financial')  AS period,
  CASE level WHEN 'Male' THEN 'male' WHEN 'Female' THEN 'female' ELSE 'persons' END AS sex,
  CASE
    WHEN regexp_like(level, '^[0-9]+ ?(-|to) ?[0-9]+$') THEN regexp_replace(level, '^([0-9]+) ?(-|to) ?([0-9]+)$', '${1}-${3}')
    WHEN regexp_like(level, '^[0-9]+ and over$')        THEN regexp_replace(level, '^([0-9]+) and over$', '${1}+')
    WHEN regexp_like(level, '^[0-9]+ and under$')       THEN concat('<', CAST(CAST(split_part(level, ' ', 1) AS BIGINT) + 1 AS VARCHAR))
    ELSE 'all'
  END AS age,
  CASE WHEN level IN ('Total', 'Male', 'Female') OR regexp_like(level, '^[0-9]+ ?(-|to) ?[0-9]+$|^[0-9]+ and (over|under)$')
       THEN NULL ELSE 'ASCOF disaggregation level' END AS category_type,
  CASE WHEN level IN ('Total', 'Male', 'Female') OR regexp_like(level, '^[0-9]+ ?(-|to) ?[0-9]+$|^[0-9]+ and (over|under)$')
       THEN NULL ELSE coalesce(level, 'not stated') END AS category,
  figure(outcome) AS value,
  CASE WHEN has_numerator = 1   THEN figure(numerator)   END AS count,
  CASE WHEN has_denominator = 1 THEN figure(denominator) END AS denominator,
  -- The margin is the half-width of the 95% interval. A margin that cannot be read is handed on as
  -- it stands, for number() to reject.
  number(CASE
    WHEN margin_missing THEN NULL
    WHEN margin_number IS NULL THEN margin
    WHEN outcome_number IS NULL THEN NULL
    WHEN is_percent THEN CAST(greatest(round(outcome_number - margin_number, 6), 0.0) AS VARCHAR)
    ELSE CAST(round(outcome_number - margin_number, 6) AS VARCHAR)
  END) AS lower_ci,
  number(CASE
    WHEN margin_missing THEN NULL
    WHEN margin_number IS NULL THEN margin
    WHEN outcome_number IS NULL THEN NULL
    WHEN is_percent THEN CAST(least(round(outcome_number + margin_number, 6), 100.0) AS VARCHAR)
    ELSE CAST(round(outcome_number + margin_number, 6) AS VARCHAR)
  END) AS upper_ci,
  nullif(concat_ws('; ',
    CASE WHEN try_cast(trim(base) AS DOUBLE) IS NOT NULL THEN concat('Survey answers (base): ', trim(base)) END,
    CASE WHEN margin_number IS NOT NULL THEN concat('published margin of error: ', trim(margin)) END
  ), '') AS note,
  _row,
  _file
FROM read
