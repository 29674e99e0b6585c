-- One row of the file holds six figures of one area and year: each becomes one observation.
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
