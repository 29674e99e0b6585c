-- One row an authority, ten pairs of columns: SN_1 (an old three-digit LA code) and SN_1P (how close, in words).
-- A code that is not in use today keeps its three digits, so that the row is rejected as unknown-area and not lost.
WITH long AS (
  SELECT _file, _row, old_la_code, 1 AS rank, "SN_1" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 2 AS rank, "SN_2" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 3 AS rank, "SN_3" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 4 AS rank, "SN_4" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 5 AS rank, "SN_5" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 6 AS rank, "SN_6" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 7 AS rank, "SN_7" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 8 AS rank, "SN_8" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 9 AS rank, "SN_9" AS neighbour_code FROM neighbours
  UNION ALL
  SELECT _file, _row, old_la_code, 10 AS rank, "SN_10" AS neighbour_code FROM neighbours
),
today AS (
  SELECT code, area FROM area_codes WHERE scheme = 'dfe-old-la' AND valid_to IS NULL
)
SELECT
  COALESCE(here.area, trim(long.old_la_code))     AS area,
  COALESCE(there.area, trim(long.neighbour_code)) AS neighbour,
  CAST(long.rank AS DOUBLE)                       AS rank,
  'dfe-statistical-neighbours-2025'               AS model,
  long._file                                      AS _file,
  long._row                                       AS _row
FROM long
LEFT JOIN today AS here  ON here.code  = trim(long.old_la_code)
LEFT JOIN today AS there ON there.code = trim(long.neighbour_code)
