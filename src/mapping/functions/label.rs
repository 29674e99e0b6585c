//! Publishers' period labels, by kind of year.

use crate::outcomes::{Length, Period, bare};
use chrono::{Datelike, NaiveDate};
use std::str::FromStr;

/// How a publisher's label is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// `2020`, `2018 - 20`, `2018-20`, `2018 to 2020`: from 1 January.
    Calendar,
    /// `2019/20`, `2019-20`, `201920`, `2020/21 - 24/25`: from 1 April.
    Financial,
    /// The same labels, from 1 September.
    Academic,
    /// The same labels, from 16 November, as the Active Lives survey runs.
    ActiveLives,
    /// `2025` or `2024/25`: the year that ends on 31 March 2025.
    YearEndingMarch,
    /// `2023 Q1`, `Q1 2023`: from January. The hub prints that quarter as `Q4 2022/23`, which is read too.
    CalendarQuarter,
    /// `2023/24 Q1`, `Q1 2023/24`: from April.
    FinancialQuarter,
    /// `Apr 2024`, `April 2024`, `2024-04`.
    Month,
    /// `Aug 2018 - Jul 2019`, `1 Aug 2018 - 31 Jul 2019`.
    MonthRange,
    /// Already ISO 8601: a start and a duration, or a day.
    Iso,
}

impl PeriodKind {
    const ALL: [(&'static str, Self); 10] = [
        ("calendar", Self::Calendar),
        ("financial", Self::Financial),
        ("academic", Self::Academic),
        ("active-lives", Self::ActiveLives),
        ("year-ending-march", Self::YearEndingMarch),
        ("calendar-quarter", Self::CalendarQuarter),
        ("financial-quarter", Self::FinancialQuarter),
        ("month", Self::Month),
        ("month-range", Self::MonthRange),
        ("iso", Self::Iso),
    ];

    /// What labels of this kind look like, for a message.
    #[must_use]
    pub const fn takes(self) -> &'static str {
        match self {
            Self::Calendar => "2020, 2018-20 or 2018 to 2020",
            Self::Financial | Self::Academic | Self::ActiveLives => "2019/20, 2019-20, 201920 or 2020/21 - 24/25",
            Self::YearEndingMarch => "2025 or 2024/25",
            Self::CalendarQuarter => "2023 Q1 or Q1 2023",
            Self::FinancialQuarter => "2023/24 Q1 or Q1 2023/24",
            Self::Month => "Apr 2024, April 2024 or 2024-04",
            Self::MonthRange => "Aug 2018 - Jul 2019",
            Self::Iso => "2019-04-01/P1Y or a day, 2019-04-01",
        }
    }
}

impl FromStr for PeriodKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|(word, _)| *word == text).map(|(_, kind)| kind).ok_or_else(|| {
            let words = Self::ALL.map(|(word, _)| word).join(", ");
            format!("`{text}` is not a kind of period; the kinds are {words}")
        })
    }
}

/// The years in which a publisher's period begins: `Apr 24` and `31/03/25` are not of the first century.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// The period behind a label; `None` where the label is not of that kind, or of a year that no publisher means.
#[must_use]
pub fn period_of_label(label: &str, kind: PeriodKind) -> Option<Period> {
    read(label, kind).filter(is_meant)
}

fn is_meant(period: &Period) -> bool {
    YEARS.contains(&period.start().year()) && YEARS.contains(&period.end().year())
}

fn read(label: &str, kind: PeriodKind) -> Option<Period> {
    let label = bare(label).replace(['–', '—'], "-").replace("\u{a0}", " ");
    match kind {
        PeriodKind::Calendar => calendar(&label),
        PeriodKind::Financial => split_years(&label, 4, 1),
        PeriodKind::Academic => split_years(&label, 9, 1),
        PeriodKind::ActiveLives => split_years(&label, 11, 16),
        PeriodKind::YearEndingMarch => {
            let from = split_year(&label).or_else(|| year(&label)?.checked_sub(1))?;
            years(from, 4, 1, 1)
        }
        PeriodKind::CalendarQuarter => {
            let (from, quarter) = quarter(&label)?;
            match year(from) {
                Some(from) => months(from, quarter * 3 - 2, 3),
                // The hub's own label of such a quarter, and no publisher's: theirs begins with the year.
                None if label.starts_with('Q') => financial_quarter(&label),
                None => None,
            }
        }
        PeriodKind::FinancialQuarter => financial_quarter(&label),
        PeriodKind::Month => {
            let (year, month) = month_of_year(&label)?;
            months(year, month, 1)
        }
        PeriodKind::MonthRange => month_range(&label),
        PeriodKind::Iso => Period::parse(&label).ok().or_else(|| day(&label, &["%Y-%m-%d"])),
    }
}

/// What a snapshot's date looks like, for a message.
pub const DATES: &str = "2025-03-31, 31/03/2025, 31-03-2025 or 31 March 2025";

/// The one-day period of a date: `2025-03-31`, `31/03/2025`, `31-03-2025` or `31 March 2025`.
#[must_use]
pub fn snapshot_of_date(text: &str) -> Option<Period> {
    day(bare(text), &["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"])
}

fn day(text: &str, formats: &[&str]) -> Option<Period> {
    let date = formats.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())?;
    Period::new(date, Length::Days(1)).ok().filter(is_meant)
}

fn financial_quarter(label: &str) -> Option<Period> {
    let (from, quarter) = quarter(label)?;
    let from = split_year(from)?;
    if quarter == 4 { months(from + 1, 1, 3) } else { months(from, quarter * 3 + 1, 3) }
}

/// `Aug 2018 - Jul 2019`, `Jan 2024-Dec 2024`, and what the hub prints of whole months. `2024/25` is left out: it may begin
/// in April or in September.
fn month_range(label: &str) -> Option<Period> {
    if label.starts_with('Q') {
        return financial_quarter(label);
    }
    if let Some((year, month)) = month_of_year(label) {
        return months(year, month, 1);
    }
    let parts = label.split_once(" - ").or_else(|| label.split_once(" to ")).or_else(|| label.split_once('-'));
    let whole = |(from, to): (&str, &str)| {
        let ((from_year, from_month), (to_year, to_month)) = (month_of_year(from.trim())?, month_of_year(to.trim())?);
        let count = i64::from(to_year - from_year) * 12 + i64::from(to_month) - i64::from(from_month) + 1;
        months(from_year, from_month, u32::try_from(count).ok()?)
    };
    let days = |(from, to): (&str, &str)| {
        let (from, to) = (snapshot_of_date(from)?.start(), snapshot_of_date(to)?.start());
        let after = to.succ_opt()?;
        if from.day() != 1 || after.day() != 1 {
            return None;
        }
        let month = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
        months(from.year(), from.month(), u32::try_from(month(after) - month(from)).ok()?)
    };
    parts.and_then(whole).or_else(|| parts.and_then(days)).or_else(|| calendar(label))
}

fn calendar(label: &str) -> Option<Period> {
    if let Some(year) = year(label) {
        return years(year, 1, 1, 1);
    }
    let (from, to) = label.split_once(" to ").or_else(|| label.split_once('-'))?;
    let from = year(from.trim())?;
    let to = later_year(from, to.trim())?;
    years(from, 1, 1, to - from + 1)
}

/// `2019/20` or `2020/21 - 24/25`.
fn split_years(label: &str, month: u32, day: u32) -> Option<Period> {
    if let Some(from) = split_year(label) {
        return years(from, month, day, 1);
    }
    let (first, last) = label.split_once(" - ").or_else(|| label.split_once(" to "))?;
    let from = split_year(first.trim())?;
    let (last_from, last_to) = last.trim().split_once(['/', '-'])?;
    let last_from = later_year(from, last_from)?;
    (later_year(last_from, last_to)? == last_from + 1).then_some(())?;
    years(from, month, day, last_from - from + 1)
}

/// The first year of `2019/20`, `2019-20`, `2019/2020` or `201920`.
fn split_year(text: &str) -> Option<i32> {
    let (from, to) = match text.split_once(['/', '-']) {
        Some(parts) => parts,
        None if text.len() == 6 && text.is_ascii() => text.split_at(4),
        None => return None,
    };
    let from = year(from)?;
    (later_year(from, to)? == from + 1).then_some(from)
}

fn year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok().filter(|year| YEARS.contains(year)) } else { None }
}

/// `24` or `2024`, at or after `from` and less than a century later.
fn later_year(from: i32, text: &str) -> Option<i32> {
    if let Some(year) = year(text) {
        return (year > from).then_some(year);
    }
    if text.len() != 2 {
        return None;
    }
    let two: i32 = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())??;
    let year = from - from % 100 + two;
    Some(if year < from { year + 100 } else { year })
}

fn quarter(label: &str) -> Option<(&str, u32)> {
    let (one, other) = label.split_once(' ')?;
    let (from, quarter) = if one.starts_with('Q') { (other.trim(), one) } else { (one, other.trim()) };
    let quarter: u32 = quarter.strip_prefix('Q')?.parse().ok()?;
    (1..=4).contains(&quarter).then_some((from, quarter))
}

fn month_of_year(text: &str) -> Option<(i32, u32)> {
    if let Some((from, month)) = text.split_once('-') {
        let month: u32 = month.parse().ok()?;
        return Some((year(from)?, month)).filter(|_| (1..=12).contains(&month));
    }
    let (name, from) = text.split_once(' ')?;
    let day = ["%d %b %Y", "%d %B %Y"]
        .into_iter()
        .find_map(|format| NaiveDate::parse_from_str(&format!("1 {name} {from}"), format).ok())?;
    Some((day.year(), day.month()))
}

fn years(from: i32, month: u32, day: u32, count: i32) -> Option<Period> {
    Period::new(NaiveDate::from_ymd_opt(from, month, day)?, Length::Years(u32::try_from(count).ok()?)).ok()
}

fn months(from: i32, month: u32, count: u32) -> Option<Period> {
    Period::new(NaiveDate::from_ymd_opt(from, month, 1)?, Length::Months(count)).ok()
}

#[cfg(test)]
mod tests {
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
            ("20é", "calendar"),
            ("ééé", "financial"),
        ] {
            assert_eq!(iso(label, kind), "none", "{label} {kind}");
        }
    }

    #[test]
    fn a_date_is_a_snapshot() {
        for text in ["2025-03-31", "31/03/2025", "31-03-2025", "31 March 2025", "31 Mar 2025"] {
            assert_eq!(snapshot_of_date(text).map(|period| period.iso()).as_deref(), Some("2025-03-31/P1D"), "{text}");
        }
        for text in ["31/31/2025", "31/03/25", "31-03-24", "31 March 25"] {
            assert_eq!(snapshot_of_date(text), None, "{text}");
        }
    }

    /// Texts that look like labels, and any others.
    fn any_label() -> impl Strategy<Value = String> {
        let parts = [
            "19", "20", "2019", "2020", "24", "/", "-", " - ", " to ", "–", " ", "Q", "Q1", "Apr", "July", "P", "1",
            "Y", "é", "0",
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
                prop_assert!(YEARS.contains(&period.start().year()), "{label}: {period}");
                prop_assert!(period.end() >= period.start() && period.end().year() <= 2100, "{label}: {period}");
                prop_assert_eq!(Period::parse(&period.iso()), Ok(period));
                prop_assert_eq!(Period::from_key(period.key()), Some(period));
            }
        }

        /// What the hub prints of a period is read back by the kind that it came from.
        #[test]
        fn the_hubs_own_labels_are_read_back(year in 1901i32..2050, month in 1u32..13, day in 1u32..29, n in 1u32..9, kind in 0usize..10) {
            let (word, kind) = PeriodKind::ALL[kind];
            let (quarter, n_years) = ((month - 1) / 3 * 3 + 1, i32::try_from(n).unwrap_or(1));
            let period = match kind {
                PeriodKind::Calendar => years(year, 1, 1, n_years),
                PeriodKind::Financial => years(year, 4, 1, n_years),
                PeriodKind::Academic => years(year, 9, 1, n_years),
                PeriodKind::ActiveLives => years(year, 11, 16, n_years),
                PeriodKind::YearEndingMarch => years(year, 4, 1, 1),
                PeriodKind::CalendarQuarter | PeriodKind::FinancialQuarter => months(year, quarter, 3),
                PeriodKind::Month => months(year, month, 1),
                PeriodKind::MonthRange => months(year, month, n),
                // Its labels are ISO; a day is printed as a date, which snapshot() reads.
                PeriodKind::Iso => NaiveDate::from_ymd_opt(year, month, day).and_then(|day| Period::new(day, Length::Days(1)).ok()),
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
}
