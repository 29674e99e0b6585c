-- The indicators of the data that are not in the shared vocabulary. The metadata say what each is; where they
-- are not given, what is published of an indicator stays; a new one is as the few that are known say below, or left
-- open: unit "unspecified" and value type "index", to which no check of shares or rates applies.
WITH titles AS (
  SELECT trim("Indicator ID") AS id, the_one(trim("Indicator Name"), _row) AS title, min(_row) AS _row, min(_file) AS _file
  FROM data
  WHERE trim("Indicator ID") NOT IN ('90362', '90366', '90319', '90323', '93014', '90284', '92901')
  GROUP BY trim("Indicator ID")
),

described AS (
  SELECT
    trim("Indicator ID")                     AS id,
    the_one(trim("Indicator"), _row)         AS title,
    the_one("Definition", _row)              AS definition,
    the_one("Definition of numerator", _row) AS numerator,
    the_one("Definition of denominator", _row) AS denominator,
    lower(the_one(trim("Unit"), _row))       AS unit,
    lower(the_one(trim("Value type"), _row)) AS value_type,
    lower(the_one(trim("Polarity"), _row))   AS polarity
  FROM metadata
  GROUP BY trim("Indicator ID")
),

known (id, unit, value_type, polarity, same_as, definition) AS (VALUES
  ('92315', '%', 'proportion', 'low is good', 'cla-sdq-cause-for-concern',
   'Share of the looked after children aged 5 to 16 with a Strengths and Difficulties Questionnaire score whose score is a cause for concern.'),
  ('92026', '%', 'proportion', 'low is good', NULL,
   'Share of the children measured in Reception (aged 4 to 5) over five school years who were living with obesity, severe obesity included; by deprivation quintile within the area.'),
  ('92033', '%', 'proportion', 'low is good', NULL,
   'Share of the children measured in Year 6 (aged 10 to 11) over five school years who were living with obesity, severe obesity included; by deprivation quintile within the area.'),
  ('93105', '%', 'proportion', 'low is good', NULL,
   'Share of the children measured in Reception (aged 4 to 5) over three school years who were living with obesity, severe obesity included; for electoral wards.'),
  ('93107', '%', 'proportion', 'low is good', NULL,
   'Share of the children measured in Year 6 (aged 10 to 11) over three school years who were living with obesity, severe obesity included; for electoral wards.'),
  ('20601', '%', 'proportion', 'low is good', NULL,
   'Share of the children measured in Reception (aged 4 to 5) whose weight is above the healthy range, obesity included.'),
  ('20602', '%', 'proportion', 'low is good', NULL,
   'Share of the children measured in Year 6 (aged 10 to 11) whose weight is above the healthy range, obesity included.'),
  ('93015', '%', 'proportion', 'low is good', NULL,
   'Weighted share of adults aged 19 and over who do less than 30 equivalent minutes of moderate physical activity a week, in bouts of ten minutes or more over the past 28 days.'),
  ('93088', '%', 'proportion', 'low is good', NULL,
   'Share of adults aged 18 and over whose body mass index is 25 or more, from reported height and weight, adjusted; standardised by age.'),
  ('108', 'per 100,000', 'directly standardised rate', 'low is good', NULL,
   'Deaths from all causes under the age of 75, for each 100,000 people of that age, directly standardised by age.')
),

said AS (
  SELECT
    t.id AS id,
    coalesce(d.title, t.title, concat('Fingertips indicator ', t.id)) AS name,
    coalesce(d.definition, k.definition) AS definition, d.numerator AS numerator, d.denominator AS denominator,
    coalesce(nullif(d.unit, ''), k.unit)             AS unit,
    coalesce(nullif(d.value_type, ''), k.value_type) AS value_type,
    coalesce(nullif(d.polarity, ''), k.polarity)     AS polarity,
    k.same_as AS same_as,
    d.id IS NOT NULL AS is_described,
    t._row AS _row, t._file AS _file
  FROM titles AS t
  LEFT JOIN described AS d ON d.id = t.id
  LEFT JOIN known     AS k ON k.id = t.id
),

kinds AS (
  SELECT
    *,
    CASE
      WHEN is_two(unit) OR is_two(value_type)     THEN concat(unit, value_type)
      WHEN unit IN ('%', 'percent', 'percentage', 'proportion - %') OR unit LIKE '% (%)' THEN 'percent'
      WHEN regexp_like(unit, 'per 100,?000( |$)') THEN 'per-100k'
      WHEN regexp_like(unit, 'per 10,?000( |$)')  THEN 'per-10k'
      WHEN regexp_like(unit, 'per 1,?000( |$)')   THEN 'per-1k'
      WHEN regexp_like(unit, '^years?( |$)')      THEN 'years'
      WHEN unit LIKE '%score%' OR (coalesce(unit, '-') = '-' AND value_type = 'score') THEN 'score'
      WHEN unit = '£' OR unit LIKE '£ per%'       THEN 'gbp'
      WHEN unit = 'days'                          THEN 'days'
      WHEN unit = 'hours'                         THEN 'hours'
      WHEN unit LIKE '%ratio%' OR (value_type LIKE '%ratio' AND coalesce(unit, '-') IN ('-', 'per 100')) THEN 'ratio'
      WHEN value_type = 'count'                   THEN 'count'
      ELSE 'unspecified'
    END AS unit_kind
  FROM said
),

read AS (
  SELECT
    is_described,
    concat('fingertips:', id) AS id,
    name,
    nullif(trim(regexp_replace(replace(regexp_replace(definition, '<[^>]*>', ' ', 'g'), '&nbsp;', ' '), '\s+', ' ', 'g')), '') AS definition,
    unit_kind AS unit,
    CASE
      -- An indirectly standardised figure is not its count over its denominator, so it cannot be recombined.
      WHEN value_type LIKE 'indirectly%ratio'              THEN 'ratio'
      WHEN value_type LIKE 'indirectly%'                   THEN 'index'
      WHEN value_type LIKE 'directly%'                     THEN 'dsr'
      WHEN value_type LIKE '%slope index%' OR value_type LIKE '%relative index%' OR value_type LIKE '%difference%' THEN 'index'
      WHEN value_type LIKE '%life expectancy%'             THEN 'life-expectancy'
      WHEN value_type = 'proportion' AND unit_kind = 'percent' THEN 'proportion'
      WHEN value_type LIKE '%rate' OR (value_type = 'proportion' AND unit_kind LIKE 'per-%') THEN 'rate'
      WHEN value_type LIKE '%ratio'                        THEN 'ratio'
      WHEN value_type LIKE '%mean%' OR value_type LIKE '%median%' OR value_type LIKE '%average%' THEN 'mean'
      WHEN value_type = 'count'                            THEN 'count'
      ELSE 'index'
    END AS value_type,
    CASE
      WHEN is_two(polarity)               THEN polarity
      WHEN polarity LIKE '%low is good%'  THEN 'low-is-good'
      WHEN polarity LIKE '%high is good%' THEN 'high-is-good'
      ELSE 'none'
    END AS polarity,
    CASE unit_kind
      WHEN 'percent'  THEN 100.0
      WHEN 'per-100k' THEN 100000.0
      WHEN 'per-10k'  THEN 10000.0
      WHEN 'per-1k'   THEN 1000.0
    END AS multiplier,
    nullif(trim(regexp_replace(numerator, '<[^>]*>|\s+', ' ', 'g')), '')   AS numerator,
    nullif(trim(regexp_replace(denominator, '<[^>]*>|\s+', ' ', 'g')), '') AS denominator,
    concat('https://fingertips.phe.org.uk/search/', id) AS source_url,
    same_as,
    _row, _file
  FROM kinds
)

SELECT
  read.id,
  read.name,
  CASE WHEN kept.id IS NULL THEN read.definition  ELSE kept.definition  END AS definition,
  CASE WHEN kept.id IS NULL THEN read.unit        ELSE kept.unit        END AS unit,
  CASE WHEN kept.id IS NULL THEN read.value_type  ELSE kept.value_type  END AS value_type,
  CASE WHEN kept.id IS NULL THEN read.polarity    ELSE kept.polarity    END AS polarity,
  CASE WHEN kept.id IS NULL THEN read.multiplier  ELSE kept.multiplier  END AS multiplier,
  CASE WHEN kept.id IS NULL THEN read.numerator   ELSE kept.numerator   END AS numerator,
  CASE WHEN kept.id IS NULL THEN read.denominator ELSE kept.denominator END AS denominator,
  read.source_url,
  read.same_as,
  read._row, read._file
FROM read
LEFT JOIN indicators AS kept ON kept.id = read.id AND NOT read.is_described
