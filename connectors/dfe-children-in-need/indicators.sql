-- The indicators that only this file has. The share of referrals that are re-referrals is the
-- shared csc-re-referrals-within-12-months and is defined with the shared vocabulary.
SELECT
  id, name, definition, unit, value_type, polarity, multiplier, numerator, denominator,
  'https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need' AS source_url,
  CAST(0 AS BIGINT) AS _row,
  'indicators.sql'  AS _file
FROM (VALUES
  ('dfe-children-in-need:referrals',
   'Referrals to children''s social care',
   'Referrals received by children''s social care in the year ending 31 March. A child referred twice counts twice.',
   'count', 'count', 'none', 1.0,
   'Referrals in the year', NULL),
  ('dfe-children-in-need:no-further-action',
   'Referrals with no further action',
   'Share of the year''s referrals that ended in no further action, without an assessment.',
   'percent', 'proportion', 'none', 100.0,
   'Referrals that ended in no further action', 'Referrals in the year'),
  ('dfe-children-in-need:assessed-not-in-need',
   'Referrals assessed as not in need',
   'Share of the year''s referrals that led to an assessment which found that the child was not in need.',
   'percent', 'proportion', 'none', 100.0,
   'Referrals whose assessment found the child not in need', 'Referrals in the year'),
  ('dfe-children-in-need:children-referred',
   'Children referred to children''s social care',
   'Children with at least one referral to children''s social care in the year ending 31 March. Each child counts once.',
   'count', 'count', 'none', 1.0,
   'Children with a referral in the year', NULL),
  ('dfe-children-in-need:children-re-referred-within-12-months',
   'Children re-referred within 12 months',
   'Share of the children referred in the year who had a referral within 12 months of an earlier one. Each child counts once, so this differs from the share of referrals.',
   'percent', 'proportion', 'low-is-good', 100.0,
   'Children with a re-referral within 12 months', 'Children with a referral in the year')
) AS defined (id, name, definition, unit, value_type, polarity, multiplier, numerator, denominator)
