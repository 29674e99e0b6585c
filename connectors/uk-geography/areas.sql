SELECT
  code       AS code,
  name       AS name,
  type       AS type,
  valid_from AS valid_from,
  valid_to   AS valid_to
FROM area_list
