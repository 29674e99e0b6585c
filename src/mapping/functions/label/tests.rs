use super::*;
use proptest::prelude::*;

fn iso(label: &str, kind: &str) -> String {
    period_of_label(label, kind.parse().expect(kind)).map_or_else(|| "none".into(), |period| period.iso())
}

#[test]
fn labels_read_by_their_kind() {
    for (label, kind, expected) in [
        ("2020", "calendar", "2020-01-01/P1Y"),
        ("2018 - 20", "calendar", "2018-01-01/P3Y"),
        ("2018-20", "calendar", "2018-01-01/P3Y"),
        ("2022 – 24", "calendar", "2022-01-01/P3Y"),
        ("2018 to 2020", "calendar", "2018-01-01/P3Y"),
        ("1999 - 01", "calendar", "1999-01-01/P3Y"),
        ("2019/20", "financial", "2019-04-01/P1Y"),
        ("2019-20", "financial", "2019-04-01/P1Y"),
        ("201920", "financial", "2019-04-01/P1Y"),
        ("1999/00", "financial", "1999-04-01/P1Y"),
        ("2019/2020", "academic", "2019-09-01/P1Y"),
        ("2020/21 - 24/25", "academic", "2020-09-01/P5Y"),
        ("2020/21 - 2024/25", "financial", "2020-04-01/P5Y"),
        ("2015/16", "active-lives", "2015-11-16/P1Y"),
        ("2025", "year-ending-march", "2024-04-01/P1Y"),
        ("2023 Q1", "calendar-quarter", "2023-01-01/P3M"),
        ("2023/24 Q1", "financial-quarter", "2023-04-01/P3M"),
        ("2023/24 Q4", "financial-quarter", "2024-01-01/P3M"),
        ("Apr 2024", "month", "2024-04-01/P1M"),
        ("April 2024", "month", "2024-04-01/P1M"),
        ("2024-04", "month", "2024-04-01/P1M"),
        ("Aug 2018 - Jul 2019", "month-range", "2018-08-01/P1Y"),
        ("2022-01-01/P3Y", "iso", "2022-01-01/P3Y"),
        ("2024-04-17", "iso", "2024-04-17/P1D"),
        ("2024/25", "year-ending-march", "2024-04-01/P1Y"),
        ("Q1 2024/25", "financial-quarter", "2024-04-01/P3M"),
        ("Q4 2023/24", "calendar-quarter", "2024-01-01/P3M"),
        ("Q1 2024", "calendar-quarter", "2024-01-01/P3M"),
        ("Jan 2024-Dec 2024", "month-range", "2024-01-01/P1Y"),
        ("Apr 2024 to Jun 2024", "month-range", "2024-04-01/P3M"),
        ("1 Aug 2018 – 31 Jul 2019", "month-range", "2018-08-01/P1Y"),
        ("\u{a0}2019/20\u{200b}", "financial", "2019-04-01/P1Y"),
        ("FY2023/24", "financial", "2023-04-01/P1Y"),
        ("FY 2023-24", "financial", "2023-04-01/P1Y"),
        ("AY2023/24", "academic", "2023-09-01/P1Y"),
        ("2021/22-23/24", "financial", "2021-04-01/P3Y"),
        ("2021/22-2023/24", "academic", "2021-09-01/P3Y"),
        ("Year ending March 2024", "year-ending-march", "2023-04-01/P1Y"),
        ("Year ending 31 March 2024", "year-ending-march", "2023-04-01/P1Y"),
        ("12 months to Mar 2024", "year-ending-march", "2023-04-01/P1Y"),
        ("Year ending June 2024", "month-range", "2023-07-01/P1Y"),
        ("YE Dec 2024", "month-range", "2024-01-01/P1Y"),
        ("2024-Q1", "calendar-quarter", "2024-01-01/P3M"),
        ("2024Q3", "calendar-quarter", "2024-07-01/P3M"),
        ("Q1 2023-24", "financial-quarter", "2023-04-01/P3M"),
        ("2023/24-Q2", "financial-quarter", "2023-07-01/P3M"),
        ("Apr-2024", "month", "2024-04-01/P1M"),
        ("2024 APR", "month", "2024-04-01/P1M"),
        ("2024-04-01 00:00:00", "month", "2024-04-01/P1M"),
        ("Mar-24", "month-20yy", "2024-03-01/P1M"),
        ("Apr 24", "month-20yy", "2024-04-01/P1M"),
        ("Apr 24 - Jun 24", "month-range-20yy", "2024-04-01/P3M"),
        ("Apr-24 to Jun-24", "month-range-20yy", "2024-04-01/P3M"),
        ("Aug 2018 - Jul 2019", "month-range-20yy", "2018-08-01/P1Y"),
        ("2024-04-17T00:00:00", "iso", "2024-04-17/P1D"),
        ("2 Aug 2018 – 1 Aug 2019", "days", "2018-08-02/P1Y"),
        ("01/04/2024 - 07/04/2024", "days", "2024-04-01/P7D"),
        ("1 April 2024 to 30 June 2024", "days", "2024-04-01/P3M"),
    ] {
        assert_eq!(iso(label, kind), expected, "{label} {kind}");
    }
}

#[test]
fn a_label_of_another_kind_is_none() {
    for (label, kind) in [
        ("2019/20", "calendar"),
        ("2019/21", "financial"),
        ("2019", "financial"),
        ("201921", "financial"),
        ("2025", "academic"),
        ("2023/24 Q1", "calendar-quarter"),
        ("2024/25", "month-range"),
        ("2 Aug 2018 – 31 Jul 2019", "month-range"),
        ("Apr 24 - Jun 24", "month-range"),
        ("3024", "calendar"),
        ("3024-04-01/P1Y", "iso"),
        ("17/04/2024", "iso"),
        ("2023 Q5", "calendar-quarter"),
        ("2019/20 Q1-Q3", "financial-quarter"),
        ("Smarch 2024", "month"),
        ("2024-13", "month"),
        ("", "calendar"),
        ("Apr 24", "month"),
        ("Aug 18 - Jul 19", "month-range"),
        ("0019-04-01/P1Y", "iso"),
        ("Mar-24", "month"),
        ("2024-04-15", "month"),
        ("2024-04-15 13:30:00", "month"),
        ("45383", "month"),
        ("45383", "iso"),
        ("FY23/24", "financial"),
        ("FY2024", "financial"),
        ("2024-Q1", "financial-quarter"),
        ("2021/22-21/22-23/24", "financial"),
        ("2021/22-23/25", "financial"),
        ("Year ending June 2024", "year-ending-march"),
        ("Year ending March 24", "year-ending-march"),
        ("Year ending 30 March 2024", "year-ending-march"),
        ("Year ending 1 March 2024", "month-range"),
        ("Year ending 2024-03-01", "month-range"),
        ("2024/04", "month"),
        ("201112", "month"),
        ("Jun 2024 - Apr 2024", "month-range"),
        ("2 Aug 2018 - 1 Aug 2018", "days"),
        ("20é", "calendar"),
        ("ééé", "financial"),
    ] {
        assert_eq!(iso(label, kind), "none", "{label} {kind}");
    }
}

#[test]
fn a_date_is_a_snapshot() {
    for text in [
        "2025-03-31",
        "31/03/2025",
        "31-03-2025",
        "31 March 2025",
        "31 Mar 2025",
        "2025-03-31 00:00:00",
        "31/03/2025 00:00",
    ] {
        assert_eq!(snapshot_of_date(text).map(|period| period.iso()).as_deref(), Some("2025-03-31/P1D"), "{text}");
    }
    for text in ["31/31/2025", "31/03/25", "31-03-24", "31 March 25"] {
        assert_eq!(snapshot_of_date(text), None, "{text}");
    }
}

#[test]
fn what_is_refused_says_what_its_kind_takes() {
    let why = |label: &str, word: &str| not_of_kind(label, word, word.parse().expect(word));
    assert!(why("Apr 24", "month").contains("of the kind 'month-20yy'"));
    assert!(why("45383", "month").contains("count of days it would be 2024-04-01"), "{}", why("45383", "month"));
    assert!(no_date("45383").contains("2024-04-01") && !no_date("2024").contains("count of days"));
    assert!(why("3024", "calendar").ends_with("of the years 1700 to 2300"));
}

/// Texts that look like labels, and any others.
fn any_label() -> impl Strategy<Value = String> {
    let parts = [
        "19", "20", "2019", "2020", "24", "/", "-", " - ", " to ", "–", " ", "Q", "Q1", "Apr", "July", "P", "1", "Y",
        "é", "0",
    ];
    let like = proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..8);
    prop_oneof![like.prop_map(|parts| parts.concat()), any::<String>()]
}

proptest! {
    /// Whatever a file holds is read or is none, and what is read is a period that a publisher can mean.
    #[test]
    fn no_label_panics_or_is_read_as_an_absurd_period(label in any_label()) {
        let snapshot = snapshot_of_date(&label);
        for period in PeriodKind::ALL.into_iter().filter_map(|(_, kind)| period_of_label(&label, kind)).chain(snapshot) {
            prop_assert!(period.is_of_our_calendar(), "{label}: {period}");
            prop_assert!(period.end() >= period.start(), "{label}: {period}");
            prop_assert_eq!(Period::parse(&period.iso()), Ok(period));
            prop_assert_eq!(Period::from_key(period.key()), Some(period));
        }
    }

    /// Whatever the hub prints of a period, some kind reads it as that period.
    #[test]
    fn every_label_of_the_hub_is_read_back(year in 1751i32..2240, month in 1u32..13, day in 1u32..32, unit in 0..4, n in 1u32..50) {
        let day = if unit == 3 { 1 } else { day };
        prop_assume!(NaiveDate::from_ymd_opt(year, month, day).is_some());
        let start = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        let length = match unit { 0 => Length::Years(n), 1 => Length::Days(n), _ => Length::Months(n) };
        let period = Period::new(start, length).expect("a period");
        // The end of a short month has no month and day of its own: what is printed are its days.
        let period = Period::between(period.start(), period.end()).expect("a period");
        let label = period.label();
        let read: Vec<&str> = PeriodKind::ALL
            .into_iter()
            .filter(|(_, kind)| period_of_label(&label, *kind) == Some(period))
            .map(|(word, _)| word)
            .collect();
        prop_assert!(!read.is_empty(), "{} {}", period.iso(), label);
    }

    /// What the hub prints of a period is read back by the kind that it came from.
    #[test]
    fn a_label_is_read_back_by_its_own_kind(year in 1751i32..2240, month in 1u32..13, day in 1u32..29, n in 1u32..9, kind in 0..PeriodKind::ALL.len()) {
        let (word, kind) = PeriodKind::ALL[kind];
        let (quarter, n_years) = ((month - 1) / 3 * 3 + 1, i32::try_from(n).unwrap_or(1));
        let first = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        let period = match kind {
            PeriodKind::Calendar => years(year, 1, 1, n_years),
            PeriodKind::Financial => years(year, 4, 1, n_years),
            PeriodKind::Academic => years(year, 9, 1, n_years),
            PeriodKind::ActiveLives => years(year, 11, 16, n_years),
            PeriodKind::YearEndingMarch => years(year, 4, 1, 1),
            PeriodKind::CalendarQuarter | PeriodKind::FinancialQuarter => months(year, quarter, 3),
            PeriodKind::Month | PeriodKind::Month20yy => months(year, month, 1),
            PeriodKind::MonthRange | PeriodKind::MonthRange20yy => months(year, month, n),
            // Of fewer than 28 days, none is a month or a quarter with a label of its own.
            PeriodKind::Days => Period::new(first, Length::Days(n)).ok(),
            // Its labels are ISO; a day is printed as a date, which snapshot() reads.
            PeriodKind::Iso => Period::new(first, Length::Days(1)).ok(),
        };
        let period = period.expect("a period");
        let back = match kind {
            PeriodKind::Iso => snapshot_of_date(&period.label()),
            _ => period_of_label(&period.label(), kind),
        };
        prop_assert_eq!(back, Some(period), "{} {}", word, period.label());
    }

    #[test]
    fn no_kind_panics(kind: String) {
        prop_assert_eq!(kind.parse::<PeriodKind>().is_ok(), PeriodKind::ALL.iter().any(|(word, _)| *word == kind));
    }
}
