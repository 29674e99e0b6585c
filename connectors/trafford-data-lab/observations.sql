-- Six files of one shape and a seventh without area types, comparisons and breakdowns. In the obesity files the
-- last column holds a deprivation quintile or NA; in those on life expectancy it holds the sex. An indicator
-- whose text is not known makes an id that does not exist, and its rows are rejected by name.
WITH obesity AS (
  SELECT 'Year 6' AS school_year, '10-11' AS age, 'obesity-year-6' AS shared,
    area_code, period AS label, indicator AS title, value, inequality, _row, _file
  FROM obese_year6
  UNION ALL
  SELECT 'Reception', '4-5', 'obesity-reception',
    area_code, period, indicator, value, inequality, _row, _file
  FROM obese_reception
)

SELECT
  CASE
    WHEN title = concat(school_year, ' prevalence of obesity (including severe obesity)') THEN shared
    WHEN title = concat(school_year, ' prevalence of obesity (including severe obesity), 5 years data combined')
      THEN concat('trafford-data-lab:', shared, '-5-years-combined')
    WHEN title = concat(school_year, ' prevalence of obesity (including severe obesity), 3 years data combined')
      THEN concat('trafford-data-lab:', shared, '-3-years-combined')
    ELSE concat('trafford-data-lab:', slug(title))
  END AS indicator,
  area_code AS area,
  period(label, 'academic') AS period,
  'persons' AS sex,
  age,
  CASE WHEN inequality <> 'NA' THEN 'LSOA11 deprivation quintiles within area (IMD trend)' END AS category_type,
  CASE WHEN inequality <> 'NA' THEN inequality END AS category,
  figure(value) AS value,
  _row, _file
FROM obesity

UNION ALL

SELECT
  CASE indicator WHEN 'Percentage of physically active adults' THEN 'physically-active-adults'
                 ELSE concat('trafford-data-lab:', slug(indicator)) END,
  area_code,
  period(period, 'active-lives'),
  'persons',
  '19+',
  CASE WHEN inequality <> 'NA' THEN 'Not stated' END,
  CASE WHEN inequality <> 'NA' THEN inequality END,
  figure(value),
  _row, _file
FROM active_adults

UNION ALL

SELECT
  CASE indicator WHEN 'Life expectancy at birth' THEN 'life-expectancy-at-birth'
                 ELSE concat('trafford-data-lab:', slug(indicator)) END,
  area_code,
  period(period, 'calendar'),
  lower(inequality),
  'all',
  NULL,
  NULL,
  figure(value),
  _row, _file
FROM life_expectancy

UNION ALL

SELECT
  CASE indicator WHEN 'Healthy life expectancy at birth' THEN 'healthy-life-expectancy-at-birth'
                 ELSE concat('trafford-data-lab:', slug(indicator)) END,
  area_code,
  period(period, 'calendar'),
  lower(inequality),
  'all',
  NULL,
  NULL,
  figure(value),
  _row, _file
FROM healthy_life_expectancy

UNION ALL

SELECT
  CASE WHEN indicator = 'Inequality in life expectancy at birth' AND measure = 'Slope Index of Inequality'
       THEN 'life-expectancy-inequality'
       ELSE concat('trafford-data-lab:', slug(concat_ws(' ', indicator, measure))) END,
  area_code,
  period(period, 'calendar'),
  lower(inequality),
  'all',
  NULL,
  NULL,
  figure(value),
  _row, _file
FROM inequality_life_expectancy

UNION ALL

-- The age is what the measure is about, as in the Adult Social Care Outcomes Framework: its total is of all
-- the people that the measure counts.
SELECT
  CASE WHEN indicator = 'Permanent admissions to residential and nursing care homes aged 65+' AND measure = 'Rate per 100,000 aged 65+'
       THEN 'permanent-admissions-65-plus'
       ELSE concat('trafford-data-lab:', slug(concat_ws(' ', indicator, measure))) END,
  area_code,
  period(period, 'financial'),
  'persons',
  'all',
  NULL,
  NULL,
  figure(value),
  _row, _file
FROM admissions_care_homes_65p
