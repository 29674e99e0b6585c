SELECT
  id       AS id,
  version  AS version,
  document AS document
FROM framework_files
