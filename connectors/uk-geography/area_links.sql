SELECT
  area           AS area,
  related        AS related,
  kind           AS kind,
  number(weight) AS weight,
  valid_from     AS valid_from,
  valid_to       AS valid_to
FROM link_list
