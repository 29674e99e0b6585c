-- One row is one figure. Columns are found by name: the comparator columns change their names with the
-- parent area and are not used.
WITH years AS (
  SELECT trim("Indicator ID") AS id, lower(the_one(trim("Year type"), _row)) AS year_type
  FROM metadata
  GROUP BY trim("Indicator ID")
),

figures AS (
  SELECT
    trim(d."Indicator ID")   AS id,
    d."Indicator Name"       AS title,
    d."Area Code"            AS area_code,
    lower(trim(d."Sex"))     AS sex_label,
    lower(trim(d."Age"))     AS age_label,
    nullif(regexp_replace(trim(d."Category Type"), '\s+', ' ', 'g'), '') AS category_type,
    nullif(regexp_replace(trim(d."Category"), '\s+', ' ', 'g'), '')      AS category,
    trim(d."Time period")    AS label,
    trim(d."Time period Sortable") AS sortable,
    lower(trim(d."Time period range")) AS pooled,
    y.year_type              AS year_type,
    d."Value",
    d."Lower CI 95.0 limit",
    d."Upper CI 95.0 limit",
    d."Lower CI 99.8 limit",
    d."Upper CI 99.8 limit",
    d."Count",
    d."Denominator",
    trim(d."Value note")     AS value_note,
    -- What a blank value's note says of it. The note alone never makes a value missing: most notes stand
    -- beside figures.
    CASE
      WHEN lower(d."Value note") LIKE '%suppress%' OR lower(d."Value note") LIKE '%disclos%'
        OR lower(d."Value note") LIKE '%small count%' OR lower(d."Value note") LIKE '%small number%' THEN 'suppressed'
      WHEN lower(d."Value note") LIKE '%data quality%' OR lower(d."Value note") LIKE '%unreliable%'
        OR lower(d."Value note") LIKE '%not reliable%' THEN 'unreliable'
      WHEN lower(d."Value note") LIKE '%not applicable%' THEN 'not-applicable'
      WHEN lower(d."Value note") LIKE '%withdrawn%' THEN 'withdrawn'
      ELSE 'not-available'
    END AS missing_kind,
    -- What the note says of a value that is there: "Should be treated with caution, as …".
    CASE
      WHEN lower(d."Value note") LIKE '%caution%' OR lower(d."Value note") LIKE '%data quality%'
        OR lower(d."Value note") LIKE '%unreliable%' OR lower(d."Value note") LIKE '%not reliable%' THEN 'unreliable'
    END AS quality,
    d._row AS _row, d._file AS _file
  FROM data AS d
  LEFT JOIN years AS y ON y.id = trim(d."Indicator ID")
),

-- Which twelve months a label such as 2019/20 means. Measures whose year is known keep it whether or not the
-- metadata are given, so that a figure never changes its period; for the others the metadata decide. Where neither
-- says it, the year is not guessed: the row is rejected.
dated AS (
  SELECT
    *,
    CASE
      WHEN id IN ('93014', '93015', '93088') THEN 'active-lives'
      WHEN id IN ('90319', '90323', '20601', '20602', '92026', '92033', '93105', '93107') THEN 'academic'
      WHEN id IN ('90362', '90366', '92901', '108') THEN 'calendar'
      WHEN id IN ('90284', '92315') THEN 'financial'
      WHEN year_type LIKE 'academic%' THEN 'academic'
      WHEN year_type LIKE 'november%' OR year_type = 'yearly' THEN 'active-lives'
      WHEN regexp_like(year_type, '^financial.*end') THEN 'financial-end'
      WHEN year_type LIKE 'financial%' THEN 'financial'
      WHEN year_type LIKE 'august%' THEN '08'
      WHEN year_type LIKE 'march%' THEN '03'
      WHEN year_type LIKE 'july%' THEN '07'
      WHEN year_type LIKE 'october%' THEN '10'
      WHEN year_type LIKE 'calendar%' THEN 'calendar'
      WHEN year_type IS NOT NULL AND year_type <> '' THEN 'unknown'
      WHEN regexp_like(title, '^(Reception|Year 6):? [Pp]revalence') THEN 'academic'
      ELSE 'unknown'
    END AS year_kind,
    CASE
      WHEN regexp_like(label, '^[0-9]{4}$')                                               THEN 'year'
      WHEN regexp_like(label, '^[0-9]{4} ?- ?[0-9]{2}$')                                  THEN 'years'
      WHEN regexp_like(label, '^[0-9]{4}/[0-9]{2}$')                                      THEN 'split-year'
      WHEN regexp_like(label, '^[0-9]{4}/[0-9]{2} ?- ?([0-9]{2})?[0-9]{2}/[0-9]{2}$')     THEN 'split-years'
      WHEN regexp_like(label, '^[0-9]{4} Q[1-4]$')                                        THEN 'quarter'
      WHEN regexp_like(label, '^[0-9]{4}/[0-9]{2} Q[1-4]$')                               THEN 'financial-quarter'
      WHEN regexp_like(label, '^[0-9]{4}/[0-9]{2} Q[1-4] ?- ?Q[1-4]$')                    THEN 'financial-quarters'
      WHEN regexp_like(label, '^[0-9]{4}/[0-9]{2} Q[1-4] ?- ?[0-9]{4}/[0-9]{2} Q[1-4]$')  THEN 'financial-quarters'
      WHEN regexp_like(label, '^[0-9]{4} Q[1-4] ?- ?[0-9]{4} Q[1-4]$')                    THEN 'quarters'
      WHEN regexp_like(label, '^[A-Z][a-z]{2,8} [0-9]{4}$')                               THEN 'month'
      WHEN regexp_like(label, '^[A-Z][a-z]{2,8} [0-9]{4} ?- ?[A-Z][a-z]{2,8} [0-9]{4}$')  THEN 'months'
      ELSE 'other'
    END AS label_kind
  FROM figures
),

-- The parts of a label: the year it begins in, and for years pooled together how many there are; for quarters
-- the first and the last, each counted from year 0.
parts AS (
  SELECT
    *,
    try_cast(left(label, 4) AS BIGINT) AS first_year,
    CASE label_kind
      WHEN 'year'        THEN 1
      WHEN 'split-year'  THEN 1
      WHEN 'years'       THEN (try_cast(right(label, 2) AS BIGINT) - try_cast(substr(label, 3, 2) AS BIGINT) + 100) % 100 + 1
      WHEN 'split-years' THEN (try_cast(right(label, 2) AS BIGINT) - try_cast(substr(label, 6, 2) AS BIGINT) + 100) % 100 + 1
    END AS number_of_years,
    CASE WHEN label_kind IN ('quarters', 'financial-quarters')
      THEN try_cast(left(label, 4) AS BIGINT) * 4 + try_cast(regexp_replace(label, '^[0-9/]+ Q([1-4]).*$', '${1}') AS BIGINT)
    END AS first_quarter,
    CASE WHEN label_kind IN ('quarters', 'financial-quarters')
      THEN coalesce(try_cast(regexp_replace(label, '^.*- ?([0-9]{4})[0-9/]* Q[1-4]$', '${1}') AS BIGINT), try_cast(left(label, 4) AS BIGINT)) * 4
           + try_cast(right(label, 1) AS BIGINT)
    END AS last_quarter
  FROM dated
),

-- What disagrees with the label: the sorting column begins with another year, the range is another length, or
-- the year type is not one that is known. Such a row is not guessed at: it is rejected by its label.
read AS (
  SELECT
    *,
    CASE
      WHEN number_of_years IS NULL THEN NULL
      WHEN sortable IS NOT NULL AND left(sortable, 4) <> left(label, 4) THEN concat(label, ' sorted as ', sortable)
      WHEN regexp_like(pooled, '^[0-9]+y$') AND try_cast(replace(pooled, 'y', '') AS BIGINT) <> number_of_years THEN concat(label, ' over ', pooled)
      WHEN label_kind IN ('split-year', 'split-years') AND year_kind IN ('calendar', '03', '07', '08', '10') THEN concat(label, ' of year type ', coalesce(year_type, year_kind))
      WHEN year_kind = 'unknown' AND coalesce(year_type, '') = ''
        THEN concat(label, ' of indicator ', id, ', whose kind of year is not known: give its metadata with --input metadata=FILE')
      WHEN year_kind = 'unknown' THEN concat(label, ' of year type ', year_type)
    END AS disagreement,
    -- A quarter of a financial year begins three months after that of a calendar year of the same number.
    first_quarter - 1 + CASE label_kind WHEN 'financial-quarters' THEN 1 ELSE 0 END AS start_quarter
  FROM parts
)

SELECT
  CASE id
    WHEN '90362' THEN 'healthy-life-expectancy-at-birth'
    WHEN '90366' THEN 'life-expectancy-at-birth'
    WHEN '90319' THEN 'obesity-reception'
    WHEN '90323' THEN 'obesity-year-6'
    WHEN '93014' THEN 'physically-active-adults'
    WHEN '90284' THEN 'hospital-admissions-injuries-0-14'
    WHEN '92901' THEN 'life-expectancy-inequality'
    ELSE concat('fingertips:', id)
  END AS indicator,
  area_code AS area,
  CASE
    WHEN disagreement IS NOT NULL THEN period(disagreement, 'iso')
    WHEN label_kind = 'year' AND year_kind = 'financial-end'      THEN period(concat(label, '-03-31/P1D'), 'iso')
    WHEN label_kind = 'year' AND year_kind IN ('03', '07', '08', '10') THEN period(concat(label, '-', year_kind, '-01/P1Y'), 'iso')
    WHEN label_kind IN ('year', 'years')                          THEN period(label, 'calendar')
    WHEN label_kind = 'split-year' AND year_kind = 'financial-end' THEN period(concat(CAST(first_year + 1 AS VARCHAR), '-03-31/P1D'), 'iso')
    WHEN label_kind IN ('split-year', 'split-years') AND year_kind = 'academic'     THEN period(label, 'academic')
    WHEN label_kind IN ('split-year', 'split-years') AND year_kind = 'active-lives' THEN period(label, 'active-lives')
    WHEN label_kind IN ('split-year', 'split-years')              THEN period(label, 'financial')
    WHEN label_kind = 'quarter'                                   THEN period(label, 'calendar-quarter')
    WHEN label_kind = 'financial-quarter'                         THEN period(label, 'financial-quarter')
    WHEN label_kind IN ('quarters', 'financial-quarters')
      THEN period(concat(
        CAST(start_quarter / 4 AS VARCHAR), '-', lpad(CAST(start_quarter % 4 * 3 + 1 AS VARCHAR), 2, '0'), '-01/P',
        CAST((last_quarter - first_quarter + 1) * 3 AS VARCHAR), 'M'), 'iso')
    WHEN label_kind = 'month'                                     THEN period(label, 'month')
    WHEN label_kind = 'months'                                    THEN period(label, 'month-range')
    ELSE period(label, 'iso')
  END AS period,
  CASE WHEN sex_label IS NULL OR sex_label = 'not applicable' THEN 'persons' ELSE sex_label END AS sex,
  CASE
    WHEN age_label IS NULL OR age_label = 'not applicable' THEN 'all'
    -- '10-11 yrs', '<15 yrs', '65+ yrs', '6-8 weeks'; 'Oct-14', which a spreadsheet made of an age, is rejected.
    ELSE age(age_label)
  END AS age,
  category_type,
  category,
  flagged(figure("Value", missing_kind), quality) AS value,
  -- Beside a blank value the publisher prints -1 for the limits: a value that is not there has none.
  number(CASE WHEN "Value" IS NOT NULL THEN "Lower CI 95.0 limit" END) AS lower_ci,
  number(CASE WHEN "Value" IS NOT NULL THEN "Upper CI 95.0 limit" END) AS upper_ci,
  number(CASE WHEN "Value" IS NOT NULL THEN "Lower CI 99.8 limit" END) AS lower_ci_99_8,
  number(CASE WHEN "Value" IS NOT NULL THEN "Upper CI 99.8 limit" END) AS upper_ci_99_8,
  -- A blank count beside a suppressed value is suppressed with it; any other blank is a count not given.
  CASE
    WHEN "Count" IS NOT NULL                                THEN figure("Count")
    WHEN "Value" IS NULL AND missing_kind = 'suppressed'    THEN figure("Count", missing_kind)
  END AS count,
  CASE WHEN "Denominator" IS NOT NULL THEN figure("Denominator") END AS denominator,
  value_note AS note,
  -- One figure for two councils, published under one code and blank under the other. The code of the row itself may be
  -- among them.
  CASE
    WHEN lower(value_note) NOT LIKE '%combined%' THEN NULL
    WHEN area_code IN ('E06000052', 'E06000053') AND lower(value_note) LIKE '%cornwall%' AND lower(value_note) LIKE '%scilly%'
      THEN 'E06000052 E06000053'
    WHEN area_code IN ('E09000001', 'E09000012') AND lower(value_note) LIKE '%hackney%' AND lower(value_note) LIKE '%city of london%'
      THEN 'E09000001 E09000012'
    WHEN area_code IN ('E10000018', 'E06000017') AND lower(value_note) LIKE '%leicestershire%' AND lower(value_note) LIKE '%rutland%'
      THEN 'E10000018 E06000017'
    -- Other places that are combined are not known by their codes: the row is rejected, and its note says which they are.
    WHEN lower(value_note) LIKE '% and %' THEN value_note
  END AS combined_with,
  _row, _file
FROM read
