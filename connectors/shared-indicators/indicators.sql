SELECT
  id                 AS id,
  name               AS name,
  definition         AS definition,
  unit               AS unit,
  value_type         AS value_type,
  polarity           AS polarity,
  number(multiplier) AS multiplier,
  numerator          AS numerator,
  denominator        AS denominator,
  source_url         AS source_url,
  prefer             AS prefer
FROM indicator_list
