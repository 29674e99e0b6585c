-- One row is one figure. Some indicators carry the sex in their name: it is taken out of the name only where
-- the name is known to work that way ("Male healthy life expectancy", "Median age - Female").
WITH named AS (
  SELECT
    areacd, period AS iso_period, observation, lci_95, uci_95, _row, _file,
    -- The publisher's description of this one file says: "Data for the Isles of Scilly is unavailable for all years due to
    -- low counts." Its rows are blank and have no status.
    CASE
      WHEN trim(indicator) = 'First-time buyer mortgage sales' AND areacd = 'E06000053' AND observation IS NULL AND status IS NULL
        THEN 'c'
      ELSE status
    END AS status,
    CASE
      WHEN trim(indicator) = 'First-time buyer mortgage sales' AND areacd = 'E06000053' AND observation IS NULL AND status IS NULL
        THEN concat_ws('; ', trim(notes), 'Unavailable for all years due to low counts')
      ELSE notes
    END AS notes,
    CASE
      WHEN regexp_like(indicator, '^\s*(Male|Female) (healthy )?life expectancy') THEN regexp_replace(trim(indicator), '^(Male|Female) ', '')
      WHEN regexp_like(indicator, ' - (Male|Female)\s*$')                         THEN regexp_replace(trim(indicator), ' - (Male|Female)$', '')
      ELSE trim(indicator)
    END AS subject,
    CASE
      WHEN regexp_like(indicator, '^\s*Male (healthy )?life expectancy| - Male\s*$')     THEN 'male'
      WHEN regexp_like(indicator, '^\s*Female (healthy )?life expectancy| - Female\s*$') THEN 'female'
      WHEN lower(trim(sex)) IN ('male', 'males', 'm')     THEN 'male'
      WHEN lower(trim(sex)) IN ('female', 'females', 'f') THEN 'female'
      WHEN sex IS NULL OR lower(trim(sex)) IN ('persons', 'all', 'total', 'both sexes', 't') THEN 'persons'
      ELSE trim(sex)
    END AS sex_group,
    lower(trim(age)) AS age_band
  FROM figures
)

SELECT
  CASE subject
    WHEN 'healthy life expectancy'          THEN 'healthy-life-expectancy-at-birth'
    WHEN 'Aged four to five years obese'    THEN 'obesity-reception'
    WHEN 'Aged 10 to 11 years obese'        THEN 'obesity-year-6'
    WHEN 'Adult obesity prevalence'         THEN 'adult-obesity-prevalence'
    WHEN 'Cigarette smokers'                THEN 'adult-smoking-prevalence'
    WHEN 'Children in relative poverty before housing costs' THEN 'children-in-relative-low-income'
    WHEN 'Persistent absences for pupils looked after by local authorities' THEN 'cla-persistent-absence'
    ELSE concat('ons-local-statistics:', slug(subject))
  END                       AS indicator,
  areacd                    AS area,
  period(iso_period, 'iso') AS period,
  sex_group                 AS sex,
  CASE
    WHEN subject = 'Aged four to five years obese' THEN '4-5'
    WHEN subject = 'Aged 10 to 11 years obese'     THEN '10-11'
    WHEN age_band IS NULL THEN 'all'
    ELSE age(age_band)
  END                       AS age,
  -- A blank observation is told by its status; one without a status is rejected. Beside a value, "u" says that it is
  -- unreliable, and "c" or another reason for a blank contradicts it. A break in the series (b), an estimate (e), a
  -- forecast (f), a provisional (p) and a revised value (r) are values like any other, with a note.
  flagged(figure(observation), CASE
    WHEN observation IS NOT NULL AND lower(trim(status)) IN ('b', 'e', 'f', 'p', 'r') THEN NULL
    -- "Value for Hackney and City of London combined" says whose value it is, as the code E67000001 does.
    WHEN observation IS NOT NULL AND areacd LIKE 'E67%' AND regexp_like(trim(status), '^Value for .* combined$') THEN NULL
    ELSE status
  END)                      AS value,
  number(lci_95)            AS lower_ci,
  number(uci_95)            AS upper_ci,
  -- A status beside a value says something about that value: it joins the note.
  nullif(concat_ws('; ',
    trim(notes),
    CASE WHEN observation IS NOT NULL AND status IS NOT NULL THEN concat('Status: ', trim(status)) END), '') AS note,
  _row, _file
FROM named
