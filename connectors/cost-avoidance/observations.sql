-- (baseline rate of the council - its rate of the year) / 100,000 * residents aged 65 and over * cost of one admission.
-- A figure that is missing makes a missing figure of the same kind, and never a nought.
WITH assumed AS (
  SELECT
    the_one(CASE WHEN name = 'baseline_period' THEN trim(value) END)                     AS baseline_period,
    try_cast(the_one(CASE WHEN name = 'weekly_price' THEN trim(value) END) AS DOUBLE)    AS weekly_price,
    try_cast(the_one(CASE WHEN name = 'weeks'        THEN trim(value) END) AS DOUBLE)    AS weeks
  FROM assumptions
),

published AS (
  SELECT indicator, area, period, sex, age, category_type, value, denominator, dataset, _row, _file FROM figures
  UNION ALL
  SELECT indicator, area, period, sex, age, category_type, value, denominator, dataset, _row, _file FROM partner_figures
),

-- The totals of councils by financial year. Where several datasets have one, the first in the order that the
-- shared vocabulary prefers is taken, also if its figure is missing: a suppressed figure is not got round.
totals AS (
  SELECT
    f.area, f.period, f.value, f.denominator, f.dataset, f._row, f._file,
    row_number() OVER (
      PARTITION BY f.area, f.period
      ORDER BY CASE f.dataset WHEN 'ascof' THEN 1 WHEN 'trafford-data-lab' THEN 2 ELSE 3 END, f.dataset, f._row
    ) AS preferred
  FROM published AS f
  WHERE f.area IN (SELECT code FROM areas WHERE type IN ('utla', 'ltla'))
    AND f.indicator = 'permanent-admissions-65-plus'
    AND f.sex = 'persons' AND f.age = 'all' AND f.category_type IS NULL
    AND f.period LIKE '%-04-01/P1Y'
),

-- Each year after the baseline year beside the baseline year of the same council.
pairs AS (
  SELECT
    y.area, y.period,
    y.value       AS rate,     y.dataset AS dataset,
    y.denominator AS residents,
    b.value       AS baseline, b.dataset AS baseline_dataset,
    try_cast(trim(y.value)       AS DOUBLE) AS rate_number,
    try_cast(trim(b.value)       AS DOUBLE) AS baseline_number,
    try_cast(trim(y.denominator) AS DOUBLE) AS residents_number,
    assumed.weekly_price, assumed.weeks,
    assumed.weekly_price * assumed.weeks AS unit_cost,
    concat(left(assumed.baseline_period, 4), '/',
           lpad(CAST((try_cast(left(assumed.baseline_period, 4) AS BIGINT) + 1) % 100 AS VARCHAR), 2, '0')) AS baseline_year,
    y._row AS _row, y._file AS _file
  FROM totals AS y
  CROSS JOIN assumed
  LEFT JOIN totals AS b
    ON b.area = y.area AND b.period = assumed.baseline_period AND b.preferred = 1
  WHERE y.preferred = 1 AND y.period > assumed.baseline_period
)

SELECT
  'cost-avoided-permanent-admissions-65-plus' AS indicator,
  area                                        AS area,
  period(period, 'iso')                       AS period,
  CASE
    WHEN rate_number IS NULL      THEN figure(rate, 'not-available')
    WHEN baseline_number IS NULL  THEN figure(baseline, 'not-available')
    WHEN residents_number IS NULL THEN figure(residents, 'not-available')
    WHEN unit_cost IS NULL        THEN figure('no cost of an admission is assumed')
    ELSE figure(CAST(CAST(round((baseline_number - rate_number) / 100000.0 * residents_number * unit_cost) AS BIGINT) AS VARCHAR))
  END AS value,
  concat(
    'Illustrative. Baseline year ', baseline_year, ': ',
      CASE WHEN baseline IS NULL THEN 'no figure' ELSE concat(trim(baseline),
        CASE WHEN baseline_number IS NOT NULL THEN ' per 100,000' ELSE '' END, ' (', baseline_dataset, ')') END,
    '. This year: ',
      CASE WHEN rate IS NULL THEN 'no figure' ELSE concat(trim(rate),
        CASE WHEN rate_number IS NOT NULL THEN ' per 100,000' ELSE '' END, ' (', dataset, ')') END,
    '. Population aged 65 and over: ', coalesce(trim(residents), 'no figure'),
    '. Unit cost: £', regexp_replace(CAST(unit_cost AS VARCHAR), '[.]0$', ''), ' for one admission, an assumption (£',
      regexp_replace(CAST(weekly_price AS VARCHAR), '[.]0$', ''), ' a week for ', regexp_replace(CAST(weeks AS VARCHAR), '[.]0$', ''),
      ' weeks), to be replaced by the council''s own.'
  ) AS note,
  _row, _file
FROM pairs
