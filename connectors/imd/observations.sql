-- Neighbourhoods are counted by the ward and by the council in which they lie. One that the lookup does not
-- know is not left out: it stands as its own place, which is no area of the hub's, and is rejected by name.
WITH placed AS (
  SELECT
    n.decile_text                                 AS decile_text,
    try_cast(n.decile_text AS DOUBLE)             AS decile,
    p.ward                                        AS ward,
    coalesce(p.council, n.lsoa21_code)            AS council,
    n._row AS _row, n._file AS _file
  -- A neighbourhood counts once, also where a row of the file is repeated.
  FROM (
    SELECT lsoa21_code, the_one(trim("IMD_decile"), _row) AS decile_text, min(_row) AS _row, min(_file) AS _file
    FROM neighbourhoods
    GROUP BY lsoa21_code
  ) AS n
  LEFT JOIN (
    SELECT lsoa21_code, the_one(ward24_code, _row) AS ward, the_one(ltla24_code, _row) AS council
    FROM places
    GROUP BY lsoa21_code
  ) AS p ON p.lsoa21_code = n.lsoa21_code
),

-- Of the wards, only those that the hub's geography has, and those of which the lookup says two.
lying AS (
  SELECT placed.ward AS area, decile, decile_text, _row, _file
  FROM placed
  LEFT JOIN areas ON areas.code = placed.ward AND areas.type = 'ward'
  WHERE areas.code IS NOT NULL OR is_two(placed.ward)
  UNION ALL
  SELECT council, decile, decile_text, _row, _file
  FROM placed
),

counted AS (
  SELECT
    area,
    count(*)                                     AS number_of,
    sum(CASE WHEN decile = 1.0 THEN 1 ELSE 0 END) AS most_deprived,
    the_one(CASE WHEN decile IS NULL OR decile < 1.0 OR decile > 10.0 OR decile <> round(decile)
             THEN concat('decile ', coalesce(decile_text, 'missing')) END) AS unreadable,
    min(_row)  AS _row,
    min(_file) AS _file
  FROM lying
  GROUP BY area
),

-- The publisher's own share of a council is of the same neighbourhoods. It is rounded to four decimals of one;
-- a share that is further from it than a fiftieth of a percentage point is of other neighbourhoods.
compared AS (
  SELECT
    counted.*,
    round(100.0 * most_deprived / number_of, 2) AS share,
    100.0 * try_cast(trim(c."imd_proportion_of_lso_as_in_most_deprived_10_percent_nationally") AS DOUBLE) AS published
  FROM counted
  LEFT JOIN councils AS c ON c.ltla24_code = counted.area
)

SELECT
  'imd-most-deprived-decile-share' AS indicator,
  area                             AS area,
  -- The day of publication: the index describes no one period, and its data are of several years.
  snapshot('2025-10-30')           AS period,
  CASE
    WHEN unreadable IS NOT NULL THEN figure(unreadable)
    WHEN abs(share - published) > 0.02
      THEN figure(concat(CAST(share AS VARCHAR), ' of its neighbourhoods, ', CAST(round(published, 2) AS VARCHAR), ' as published'))
    ELSE figure(CAST(share AS VARCHAR))
  END                                    AS value,
  figure(CAST(most_deprived AS VARCHAR)) AS count,
  figure(CAST(number_of AS VARCHAR))     AS denominator,
  _row, _file
FROM compared

UNION ALL

SELECT
  'imd:average-score',
  ltla24_code,
  snapshot('2025-10-30'),
  figure(imd_average_score),
  NULL,
  NULL,
  _row, _file
FROM councils
