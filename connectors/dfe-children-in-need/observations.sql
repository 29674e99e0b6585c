-- One row of the referrals holds six figures of one area and year: each becomes one observation.
-- National and regional rows have no new_la_code; the level says which code column counts.
-- A category or time identifier that is not known is not guessed at: it makes an indicator
-- or a period that does not exist, and the row is rejected by name.
WITH placed AS (
  SELECT
    referral_count, rereferral_count, rereferral_percent,
    no_further_action_count, no_further_action_percent,
    not_in_need_count, not_in_need_percent,
    referral_child_count, rereferral_child_count, rereferral_child_percent,
    _row, _file,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    CASE WHEN time_identifier = 'Reporting year' THEN time_period
         ELSE concat_ws(' ', time_identifier, time_period)
    END AS year_label,
    CASE WHEN category = 'Referrals and Re-referrals' THEN ''
         ELSE concat(coalesce(slug(category), 'no-category'), '-')
    END AS unknown_category
  FROM referrals
),

need AS (
  SELECT
    "At31_episodes" AS episodes, _row, _file,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    try_cast(time_period AS BIGINT) AS year,
    CASE WHEN time_identifier = 'Reporting year' THEN time_period
         ELSE concat_ws(' ', time_identifier, time_period)
    END AS year_label,
    CASE WHEN category = 'Children in Need' THEN ''
         ELSE concat(coalesce(slug(category), 'no-category'), '-')
    END AS unknown_category
  FROM children_in_need
),

-- The population of mid-2024, which the file calls 2024, belongs to the year ending 31 March 2025. Of a file that is
-- broken down by sex, the total counts. Two populations of one area and year give no rate: the row is rejected.
children AS (
  SELECT
    the_one(population_estimate, _row) AS population,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    try_cast(time_period AS BIGINT) + 1 AS year
  FROM populations
  WHERE age_group = 'Children aged 0 to 17 years'
    AND (sex IS NULL OR lower(trim(sex)) IN ('total', 'persons', 'all'))
  GROUP BY 2, 3
),

-- What the rate is of: a marker in either count says why there is none.
counted AS (
  SELECT
    n.*,
    coalesce(c.population, concat('no population of mid-', CAST(n.year - 1 AS VARCHAR), ' given')) AS population,
    try_cast(trim(n.episodes)   AS DOUBLE) AS episodes_number,
    try_cast(trim(c.population) AS DOUBLE) AS population_number
  FROM need AS n
  LEFT JOIN children AS c ON c.area_code = n.area_code AND c.year = n.year
)

SELECT
  CASE WHEN unknown_category = '' THEN 'csc-re-referrals-within-12-months'
       ELSE concat('dfe-children-in-need:', unknown_category, 're-referrals') END AS indicator,
  area_code                                AS area,
  period(year_label, 'year-ending-march')  AS period,
  figure(rereferral_percent)               AS value,
  figure(rereferral_count)                 AS count,
  figure(referral_count)                   AS denominator,
  _row, _file
FROM placed

UNION ALL

SELECT
  concat('dfe-children-in-need:', unknown_category, 'referrals'),
  area_code,
  period(year_label, 'year-ending-march'),
  figure(referral_count),
  NULL,
  NULL,
  _row, _file
FROM placed

UNION ALL

SELECT
  concat('dfe-children-in-need:', unknown_category, 'no-further-action'),
  area_code,
  period(year_label, 'year-ending-march'),
  figure(no_further_action_percent),
  figure(no_further_action_count),
  figure(referral_count),
  _row, _file
FROM placed

UNION ALL

SELECT
  concat('dfe-children-in-need:', unknown_category, 'assessed-not-in-need'),
  area_code,
  period(year_label, 'year-ending-march'),
  figure(not_in_need_percent),
  figure(not_in_need_count),
  figure(referral_count),
  _row, _file
FROM placed

UNION ALL

SELECT
  concat('dfe-children-in-need:', unknown_category, 'children-referred'),
  area_code,
  period(year_label, 'year-ending-march'),
  figure(referral_child_count),
  NULL,
  NULL,
  _row, _file
FROM placed

UNION ALL

SELECT
  concat('dfe-children-in-need:', unknown_category, 'children-re-referred-within-12-months'),
  area_code,
  period(year_label, 'year-ending-march'),
  figure(rereferral_child_percent),
  figure(rereferral_child_count),
  figure(referral_child_count),
  _row, _file
FROM placed

UNION ALL

-- The department's file has the count and not the rate: the rate is worked out here and rounded as it publishes it.
SELECT
  CASE WHEN unknown_category = '' THEN 'cin-rate-per-10k'
       ELSE concat('dfe-children-in-need:', unknown_category, 'rate-per-10k') END,
  area_code,
  period(year_label, 'year-ending-march'),
  CASE
    WHEN episodes_number IS NULL   THEN figure(episodes)
    WHEN population_number IS NULL THEN figure(population)
    ELSE figure(CAST(round(episodes_number / population_number * 10000.0, 1) AS VARCHAR))
  END,
  figure(episodes),
  figure(population),
  _row, _file
FROM counted
