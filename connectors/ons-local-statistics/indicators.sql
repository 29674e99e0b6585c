-- What the files themselves say of each indicator: its name, its measure and its unit. Whatever they do not
-- say is left open: a unit that is not known is "unspecified" and its value an "index", to which no check of
-- shares or rates applies.
WITH named AS (
  SELECT
    CASE
      WHEN regexp_like(indicator, '^\s*(Male|Female) (healthy )?life expectancy') THEN regexp_replace(trim(indicator), '^(Male|Female) ', '')
      WHEN regexp_like(indicator, ' - (Male|Female)\s*$')                         THEN regexp_replace(trim(indicator), ' - (Male|Female)$', '')
      ELSE trim(indicator)
    END AS subject,
    trim(measure) AS measure,
    trim(unit)    AS unit,
    _row, _file
  FROM figures
  WHERE indicator IS NOT NULL
),

subjects AS (
  SELECT
    slug(subject)  AS word,
    the_one(subject, _row) AS subject,
    the_one(measure, _row) AS measure,
    the_one(unit, _row)    AS unit,
    lower(concat_ws(' ', the_one(measure, _row), the_one(unit, _row))) AS said,
    lower(the_one(subject, _row)) AS about,
    min(_row)      AS _row,
    min(_file)     AS _file
  FROM named
  WHERE subject NOT IN (
    'healthy life expectancy', 'Aged four to five years obese', 'Aged 10 to 11 years obese',
    'Adult obesity prevalence', 'Cigarette smokers', 'Children in relative poverty before housing costs',
    'Persistent absences for pupils looked after by local authorities')
  GROUP BY slug(subject)
),

kinds AS (
  SELECT
    *,
    CASE
      WHEN is_two(said) THEN said
      WHEN said LIKE '%per 100,000%' OR said LIKE '%per 100000%' THEN 'per-100k'
      WHEN said LIKE '%per 10,000%'  OR said LIKE '%per 10000%'  THEN 'per-10k'
      WHEN said LIKE '%per 1,000%'   OR said LIKE '%per 1000%' OR said LIKE '%per thousand%' THEN 'per-1k'
      WHEN said LIKE '%per million%' THEN 'per-million'
      WHEN lower(unit) IN ('%', 'percent', 'percentage', 'per cent') THEN 'percent'
      WHEN unit IS NULL AND lower(measure) IN ('percentage', 'percent', 'per cent') THEN 'percent'
      WHEN lower(unit) IN ('yrs', 'years', 'year') THEN 'years'
      WHEN lower(unit) LIKE 'score%' OR lower(measure) LIKE 'score%' THEN 'score'
      WHEN lower(unit) IN ('£', 'gbp', 'pounds') THEN 'gbp'
      WHEN lower(unit) IN ('days', 'day') THEN 'days'
      WHEN lower(unit) IN ('hours', 'hour', 'hrs') THEN 'hours'
      WHEN lower(unit) = 'ratio' OR lower(measure) = 'ratio' THEN 'ratio'
      WHEN lower(measure) IN ('count', 'counts', 'number', 'observations', 'frequency')
        OR (measure IS NULL AND lower(unit) IN ('count', 'number', 'persons', 'people')) THEN 'count'
      ELSE 'unspecified'
    END AS unit_kind
  FROM subjects
)

SELECT
  concat('ons-local-statistics:', word) AS id,
  concat(upper(left(subject, 1)), substr(subject, 2)) AS name,
  CASE word
    WHEN 'children-in-relative-poverty-after-housing-costs'
      THEN 'Of children aged 0 to 15, the share who live in a family whose income after housing costs is below 60% of the United Kingdom''s median of the same year.'
    ELSE concat('As published by Explore Local Statistics: measure "', coalesce(measure, 'not stated'), '", unit "', coalesce(unit, 'not stated'), '".')
  END AS definition,
  CASE unit_kind WHEN 'per-million' THEN 'unspecified' ELSE unit_kind END AS unit,
  CASE
    -- A net or changing quantity can be negative, and in percent it can leave 0 to 100.
    WHEN unit_kind IN ('percent', 'per-100k', 'per-10k', 'per-1k', 'per-million')
      AND (regexp_like(about, '(^|[^a-z])(net|change|changes|growth)([^a-z]|$)') OR said LIKE '%change%') THEN 'index'
    WHEN said LIKE '%standardised%'                                       THEN 'dsr'
    WHEN unit_kind IN ('per-100k', 'per-10k', 'per-1k', 'per-million')    THEN 'rate'
    WHEN unit_kind = 'percent'                                            THEN 'proportion'
    WHEN unit_kind = 'years' AND about LIKE '%life expectancy%'           THEN 'life-expectancy'
    WHEN unit_kind IN ('years', 'score', 'gbp', 'days', 'hours')          THEN 'mean'
    -- So can a number that is a change or a balance.
    WHEN unit_kind = 'count' AND regexp_like(about, '(^|[^a-z])(net|change|changes|balance)([^a-z]|$)') THEN 'index'
    WHEN unit_kind = 'count'                                              THEN 'count'
    WHEN unit_kind = 'ratio'                                              THEN 'ratio'
    WHEN lower(measure) IN ('mean', 'median', 'average')                  THEN 'mean'
    ELSE 'index'
  END AS value_type,
  -- The files do not say which direction is good: only these are beyond doubt.
  CASE
    WHEN about LIKE 'children in relative poverty%'                       THEN 'low-is-good'
    WHEN about LIKE 'life expectancy%'                                    THEN 'high-is-good'
    ELSE 'none'
  END AS polarity,
  CASE unit_kind
    WHEN 'percent'     THEN 100.0
    WHEN 'per-100k'    THEN 100000.0
    WHEN 'per-10k'     THEN 10000.0
    WHEN 'per-1k'      THEN 1000.0
    WHEN 'per-million' THEN 1000000.0
  END AS multiplier,
  'https://www.ons.gov.uk/explore-local-statistics/' AS source_url,
  _row, _file
FROM kinds
