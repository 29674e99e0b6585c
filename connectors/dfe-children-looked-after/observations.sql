-- The files say what they measure in text columns, three of them in two and the rates in one. The tables below give each pair its
-- indicator, what kind of figure it is, and the row of the same group that is its denominator:
--   percent  children_percent, with children_count out of the base row's children_count
--   count    the base row itself: a number of children
--   mean     the score stands in children_count; the base row says how many children it is over
--   skip     a base row that repeats another one
-- A pair that is not listed is not guessed at: its indicator does not exist, and the row is rejected by name.
WITH stability_measures (cla_group, placement_stability, indicator, kind, base) AS (VALUES
  ('CLA on 31 March', 'With 3 or more placements during the year',
     'cla-three-or-more-placements', 'percent', 'Total children'),
  ('CLA on 31 March', 'Total children',
     'dfe-children-looked-after:looked-after-on-31-march', 'count', ''),
  ('CLA 2 years on 31 March', 'With 3 or more placements during the previous 2 years',
     'dfe-children-looked-after:three-or-more-placements-over-2-years', 'percent', 'Total children'),
  ('CLA 2 years on 31 March', 'Total children',
     'dfe-children-looked-after:looked-after-for-2-years', 'count', ''),
  ('Children looked after continuously for at least 2.5 years on 31 March aged under 16 years', 'Living with the same carer for at least 2 years',
     'dfe-children-looked-after:same-carer-for-2-years', 'percent', 'Total children'),
  ('Children looked after continuously for at least 2.5 years on 31 March aged under 16 years', 'Total children',
     'dfe-children-looked-after:looked-after-for-2-and-a-half-years-under-16', 'count', '')
),

health_measures (characteristic, breakdown, indicator, kind, base) AS (VALUES
  ('Ages 5 to 16 years with SDQ score', 'SDQ score is a cause for concern',
     'cla-sdq-cause-for-concern', 'percent', 'SDQ score was received'),
  ('Ages 5 to 16 years with SDQ score', 'SDQ average score',
     'cla-sdq-mean-score', 'mean', 'SDQ score was received'),
  ('Ages 5 to 16 years with SDQ score', 'SDQ score is borderline',
     'dfe-children-looked-after:sdq-borderline', 'percent', 'SDQ score was received'),
  ('Ages 5 to 16 years with SDQ score', 'SDQ score is normal',
     'dfe-children-looked-after:sdq-normal', 'percent', 'SDQ score was received'),
  ('Ages 5 to 16 years with SDQ score', 'SDQ score was received',
     'dfe-children-looked-after:sdq-score-received', 'percent', 'Total ages 5 to 16 years'),
  ('Ages 5 to 16 years with SDQ score', 'Total ages 5 to 16 years',
     'dfe-children-looked-after:looked-after-for-12-months-ages-5-to-16', 'count', ''),
  ('Convictions: Children looked after Ages 10 to 17 years', 'Convicted or subject to youth cautions, or youth conditional cautions during the year',
     'dfe-children-looked-after:convicted-or-cautioned', 'percent', 'Total ages 10 to 17 years'),
  ('Convictions: Children looked after Ages 10 to 17 years', 'Total ages 10 to 17 years',
     'dfe-children-looked-after:looked-after-for-12-months-ages-10-to-17', 'count', ''),
  ('Development assessments: Children looked after ages 0 to 4 years', 'Development assessments up to date',
     'dfe-children-looked-after:development-assessments-up-to-date', 'percent', 'Total ages 0 to 4 years'),
  ('Development assessments: Children looked after ages 0 to 4 years', 'Total ages 0 to 4 years',
     'dfe-children-looked-after:looked-after-for-12-months-ages-0-to-4', 'count', ''),
  ('Health assessments: Children looked after all ages', 'Had their annual health assessment',
     'dfe-children-looked-after:annual-health-assessment', 'percent', 'Total all ages'),
  ('Health assessments: Children looked after all ages', 'Had their immunisations up to date',
     'dfe-children-looked-after:immunisations-up-to-date', 'percent', 'Total all ages'),
  ('Health assessments: Children looked after all ages', 'Had their teeth checked by a dentist',
     'dfe-children-looked-after:teeth-checked', 'percent', 'Total all ages'),
  ('Health assessments: Children looked after all ages', 'Total all ages',
     'dfe-children-looked-after:looked-after-for-12-months', 'count', ''),
  ('Substance misuse: Children looked after all ages', 'Identified as having a substance misuse problem',
     'dfe-children-looked-after:substance-misuse', 'percent', 'Total all ages'),
  ('Substance misuse: Children looked after all ages', 'Received an intervention for their substance misuse problem',
     'dfe-children-looked-after:substance-misuse-intervention-received', 'percent', 'Identified as having a substance misuse problem'),
  ('Substance misuse: Children looked after all ages', 'Offered intervention but refused it',
     'dfe-children-looked-after:substance-misuse-intervention-refused', 'percent', 'Identified as having a substance misuse problem'),
  ('Substance misuse: Children looked after all ages', 'Total all ages',
     '', 'skip', '')
),

rate_measures (population_type, indicator) AS (VALUES
  ('Children looked after on 31 March each year',      'cla-rate-per-10k'),
  ('Children starting to be looked after each year',   'dfe-children-looked-after:starting-rate-per-10k'),
  ('Children ceasing to be looked after each year',    'dfe-children-looked-after:ceasing-rate-per-10k')
),

leaver_measures (care_leaver_age, breakdown, indicator) AS (VALUES
  ('19 to 21 years', 'Accommodation considered suitable',
     'care-leavers-suitable-accommodation'),
  ('17 to 18 years', 'Accommodation considered suitable',
     'dfe-children-looked-after:care-leavers-17-to-18-suitable-accommodation'),
  ('19 to 21 years', 'Accommodation considered unsuitable',
     'dfe-children-looked-after:care-leavers-19-to-21-unsuitable-accommodation'),
  ('17 to 18 years', 'Accommodation considered unsuitable',
     'dfe-children-looked-after:care-leavers-17-to-18-unsuitable-accommodation'),
  ('19 to 21 years', 'No information',
     'dfe-children-looked-after:care-leavers-19-to-21-no-information'),
  ('17 to 18 years', 'No information',
     'dfe-children-looked-after:care-leavers-17-to-18-no-information')
),

-- The area of a row, and its year as a label that period() reads only if it is a reporting year.
stability AS (
  SELECT
    cla_group, placement_stability, children_count, children_percent, _row, _file,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    CASE WHEN time_identifier = 'Reporting year' THEN time_period
         ELSE concat_ws(' ', time_identifier, time_period)
    END AS year_label
  FROM placement_stability
),

health AS (
  SELECT
    characteristic, breakdown, children_count, children_percent, _row, _file,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    CASE WHEN time_identifier = 'Reporting year' THEN time_period
         ELSE concat_ws(' ', time_identifier, time_period)
    END AS year_label
  FROM health_outcomes
),

children AS (
  SELECT
    population_type, population_estimate, children_count, rate_per_10000, _row, _file,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    CASE WHEN time_identifier = 'Reporting year' THEN time_period
         ELSE concat_ws(' ', time_identifier, time_period)
    END AS year_label
  FROM rates
),

leavers AS (
  SELECT
    care_leaver_age, breakdown, care_leaver_count, care_leaver_percent, _row, _file,
    CASE geographic_level
      WHEN 'Local authority' THEN new_la_code
      WHEN 'Regional'        THEN region_code
      WHEN 'National'        THEN country_code
    END AS area_code,
    CASE WHEN time_identifier = 'Reporting year' THEN time_period
         ELSE concat_ws(' ', time_identifier, time_period)
    END AS year_label
  FROM care_leavers
),

-- The count of each possible base row, one for each area, year and group.
stability_bases AS (
  SELECT _file, area_code, year_label, cla_group, placement_stability AS base,
         the_one(children_count, _row) AS base_count
  FROM stability
  WHERE placement_stability = 'Total children'
  GROUP BY _file, area_code, year_label, cla_group, placement_stability
),

health_bases AS (
  SELECT _file, area_code, year_label, characteristic, breakdown AS base,
         the_one(children_count, _row) AS base_count
  FROM health
  WHERE breakdown IN ('SDQ score was received', 'Total ages 5 to 16 years', 'Total ages 10 to 17 years',
                      'Total ages 0 to 4 years', 'Total all ages', 'Identified as having a substance misuse problem')
  GROUP BY _file, area_code, year_label, characteristic, breakdown
),

leaver_bases AS (
  SELECT _file, area_code, year_label, care_leaver_age, the_one(care_leaver_count, _row) AS base_count
  FROM leavers
  WHERE breakdown = 'Suitability total'
  GROUP BY _file, area_code, year_label, care_leaver_age
)

SELECT
  coalesce(m.indicator, concat('dfe-children-looked-after:', slug(concat_ws(' ', s.cla_group, s.placement_stability)))) AS indicator,
  s.area_code                                AS area,
  period(s.year_label, 'year-ending-march')  AS period,
  CASE WHEN m.kind = 'count' THEN figure(s.children_count)
       ELSE figure(s.children_percent) END   AS value,
  CASE WHEN m.kind = 'percent' THEN figure(s.children_count) END AS count,
  CASE WHEN m.kind = 'percent' AND b.base IS NOT NULL THEN figure(b.base_count) END AS denominator,
  s._row  AS _row,
  s._file AS _file
FROM stability AS s
LEFT JOIN stability_measures AS m
  ON m.cla_group = s.cla_group AND m.placement_stability = s.placement_stability
LEFT JOIN stability_bases AS b
  ON b._file = s._file AND b.area_code = s.area_code AND b.year_label = s.year_label
 AND b.cla_group = s.cla_group AND b.base = m.base

UNION ALL

SELECT
  coalesce(m.indicator, concat('dfe-children-looked-after:', slug(concat_ws(' ', h.characteristic, h.breakdown)))),
  h.area_code,
  period(h.year_label, 'year-ending-march'),
  CASE WHEN m.kind IN ('count', 'mean') THEN figure(h.children_count)
       ELSE figure(h.children_percent) END,
  CASE WHEN m.kind = 'percent' THEN figure(h.children_count) END,
  CASE WHEN m.kind IN ('percent', 'mean') AND b.base IS NOT NULL THEN figure(b.base_count) END,
  h._row,
  h._file
FROM health AS h
LEFT JOIN health_measures AS m
  ON m.characteristic = h.characteristic AND m.breakdown = h.breakdown
LEFT JOIN health_bases AS b
  ON b._file = h._file AND b.area_code = h.area_code AND b.year_label = h.year_label
 AND b.characteristic = h.characteristic AND b.base = m.base
WHERE m.kind IS DISTINCT FROM 'skip'

UNION ALL

SELECT
  coalesce(m.indicator, concat('dfe-children-looked-after:', coalesce(slug(c.population_type), 'no-population-type'))),
  c.area_code,
  period(c.year_label, 'year-ending-march'),
  figure(c.rate_per_10000),
  figure(c.children_count),
  figure(c.population_estimate),
  c._row,
  c._file
FROM children AS c
LEFT JOIN rate_measures AS m ON m.population_type = c.population_type

UNION ALL

SELECT
  coalesce(m.indicator, concat('dfe-children-looked-after:care-leavers-', slug(concat_ws(' ', l.care_leaver_age, l.breakdown)))),
  l.area_code,
  period(l.year_label, 'year-ending-march'),
  figure(l.care_leaver_percent),
  figure(l.care_leaver_count),
  CASE WHEN b.base_count IS NOT NULL THEN figure(b.base_count) END,
  l._row,
  l._file
FROM leavers AS l
LEFT JOIN leaver_measures AS m
  ON m.care_leaver_age = l.care_leaver_age AND m.breakdown = l.breakdown
LEFT JOIN leaver_bases AS b
  ON b._file = l._file AND b.area_code = l.area_code AND b.year_label = l.year_label
 AND b.care_leaver_age = l.care_leaver_age
WHERE l.breakdown IS DISTINCT FROM 'Suitability total'
