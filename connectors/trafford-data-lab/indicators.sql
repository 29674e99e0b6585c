-- The indicators that only these files have: obesity of several school years pooled, which is another measure
-- than that of one year.
SELECT
  id, name, definition, unit, value_type, polarity, multiplier, source_url,
  CAST(0 AS BIGINT) AS _row,
  'indicators.sql'  AS _file
FROM (VALUES
  ('trafford-data-lab:obesity-year-6-5-years-combined',
   'Year 6: children living with obesity, five school years combined',
   'Share of the children measured in Year 6 (aged 10 to 11) over five school years who were living with obesity, severe obesity included; by deprivation quintile within the area.',
   'percent', 'proportion', 'low-is-good', 100.0, 'https://fingertips.phe.org.uk/search/92033'),
  ('trafford-data-lab:obesity-year-6-3-years-combined',
   'Year 6: children living with obesity, three school years combined',
   'Share of the children measured in Year 6 (aged 10 to 11) over three school years who were living with obesity, severe obesity included; for electoral wards.',
   'percent', 'proportion', 'low-is-good', 100.0, 'https://fingertips.phe.org.uk/search/93107'),
  ('trafford-data-lab:obesity-reception-5-years-combined',
   'Reception: children living with obesity, five school years combined',
   'Share of the children measured in Reception (aged 4 to 5) over five school years who were living with obesity, severe obesity included; by deprivation quintile within the area.',
   'percent', 'proportion', 'low-is-good', 100.0, 'https://fingertips.phe.org.uk/search/92026'),
  ('trafford-data-lab:obesity-reception-3-years-combined',
   'Reception: children living with obesity, three school years combined',
   'Share of the children measured in Reception (aged 4 to 5) over three school years who were living with obesity, severe obesity included; for electoral wards.',
   'percent', 'proportion', 'low-is-good', 100.0, 'https://fingertips.phe.org.uk/search/93105')
) AS defined (id, name, definition, unit, value_type, polarity, multiplier, source_url)
