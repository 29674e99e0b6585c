-- The share of neighbourhoods in the most deprived decile is in the shared vocabulary.
SELECT
  'imd:average-score' AS id,
  'Index of Multiple Deprivation: average score' AS name,
  'The mean score of the council''s neighbourhoods on the Index of Multiple Deprivation, weighted by their population. A higher score is more deprived. Scores of different editions of the index are not one scale.' AS definition,
  'score'       AS unit,
  'index'       AS value_type,
  'low-is-good' AS polarity,
  'https://www.gov.uk/government/statistics/english-indices-of-deprivation-2025' AS source_url,
  CAST(0 AS BIGINT) AS _row,
  'indicators.sql'  AS _file
