SELECT
  area       AS area,
  scheme     AS scheme,
  code       AS code,
  valid_from AS valid_from,
  valid_to   AS valid_to
FROM code_list
