//! Publishers' period labels, by kind of year.

mod parts;

use crate::outcomes::{Length, Period, bare};
use chrono::{Datelike, NaiveDate};
use parts::{Year, later_year, month_of_year, quarter, split_year, year, year_ending};
use std::str::FromStr;

/// How a publisher's label is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// `2020`, `2018 - 20`, `2018-20`, `2018 to 2020`: from 1 January.
    Calendar,
    /// `2019/20`, `2019-20`, `201920`, `FY2019/20`, `2020/21 - 24/25`: from 1 April.
    Financial,
    /// The same labels, from 1 September; `AY2019/20`.
    Academic,
    /// The same labels, from 16 November, as the Active Lives survey runs.
    ActiveLives,
    /// `2025`, `2024/25` or `Year ending March 2025`: the year that ends on 31 March 2025.
    YearEndingMarch,
    /// `2023 Q1`, `2023-Q1`, `Q1 2023`: from January. The hub prints that quarter as `Q4 2022/23`, which is read too.
    CalendarQuarter,
    /// `2023/24 Q1`, `Q1 2023/24`: from April.
    FinancialQuarter,
    /// `Apr 2024`, `April 2024`, `Apr-2024`, `2024-04`, or the first day of the month, as a spreadsheet keeps it.
    Month,
    /// The same, and `Apr-24` or `Apr 24`, whose year is of this century.
    Month20yy,
    /// `Aug 2018 - Jul 2019`, `1 Aug 2018 - 31 Jul 2019`, `Year ending June 2024`.
    MonthRange,
    /// The same, and `Apr 24 - Jun 24`, whose years are of this century.
    MonthRange20yy,
    /// `2 Aug 2018 - 1 Aug 2019`, `02/08/2018 - 01/08/2019`, or one day.
    Days,
    /// Already ISO 8601: a start and a duration, or a day.
    Iso,
}

impl PeriodKind {
    const ALL: [(&'static str, Self); 13] = [
        ("calendar", Self::Calendar),
        ("financial", Self::Financial),
        ("academic", Self::Academic),
        ("active-lives", Self::ActiveLives),
        ("year-ending-march", Self::YearEndingMarch),
        ("calendar-quarter", Self::CalendarQuarter),
        ("financial-quarter", Self::FinancialQuarter),
        ("month", Self::Month),
        ("month-20yy", Self::Month20yy),
        ("month-range", Self::MonthRange),
        ("month-range-20yy", Self::MonthRange20yy),
        ("days", Self::Days),
        ("iso", Self::Iso),
    ];

    /// What labels of this kind look like, for a message.
    #[must_use]
    pub const fn takes(self) -> &'static str {
        match self {
            Self::Calendar => "2020, 2018-20 or 2018 to 2020",
            Self::Financial => "2019/20, 2019-20, 201920, FY2019/20 or 2020/21 - 24/25",
            Self::Academic => "2019/20, 2019-20, 201920, AY2019/20 or 2020/21 - 24/25",
            Self::ActiveLives => "2019/20, 2019-20, 201920 or 2020/21 - 24/25",
            Self::YearEndingMarch => "2025, 2024/25 or Year ending March 2025",
            Self::CalendarQuarter => "2023 Q1, 2023-Q1 or Q1 2023",
            Self::FinancialQuarter => "2023/24 Q1, Q1 2023/24 or Q1 2023-24",
            Self::Month => "Apr 2024, April 2024, Apr-2024, 2024-04 or 2024-04-01 (Apr-24 is of the kind 'month-20yy')",
            Self::Month20yy => "Apr-24, Apr 24, Apr 2024 or 2024-04",
            Self::MonthRange => {
                "Aug 2018 - Jul 2019 or Year ending June 2024 (Apr 24 - Jun 24 is of the kind 'month-range-20yy')"
            }
            Self::MonthRange20yy => "Apr 24 - Jun 24, Apr-24 to Jun-24 or Aug 2018 - Jul 2019",
            Self::Days => "2 Aug 2018 - 1 Aug 2019, 02/08/2018 - 01/08/2019 or one day",
            Self::Iso => "2019-04-01/P1Y or a day, 2019-04-01",
        }
    }

    /// How the years of its months are written.
    const fn year(self) -> Year {
        match self {
            Self::Month20yy | Self::MonthRange20yy => Year::TwoDigitsToo,
            _ => Year::FourDigits,
        }
    }
}

impl FromStr for PeriodKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|(word, _)| *word == text).map(|(_, kind)| kind).ok_or_else(|| {
            let words = Self::ALL.map(|(word, _)| word);
            let near = crate::hint::did_you_mean(text, words);
            format!("`{text}` is not a kind of period{near}; the kinds are {}", words.join(", "))
        })
    }
}

/// The period behind a label; `None` where the label is not of that kind, or of a year that no publisher means.
#[must_use]
pub fn period_of_label(label: &str, kind: PeriodKind) -> Option<Period> {
    read(label, kind).filter(Period::is_of_our_calendar)
}

/// Why a label is not of a kind: what the kind takes, and what a day number of a spreadsheet would be.
#[must_use]
pub fn not_of_kind(label: &str, word: &str, kind: PeriodKind) -> String {
    format!("period(label, '{word}') takes {}, {}{}", kind.takes(), years_taken(), day_number(label))
}

/// Why a text is no date of a snapshot.
#[must_use]
pub fn no_date(text: &str) -> String {
    format!("it is no date that snapshot() takes: {DATES}, {}{}", years_taken(), day_number(text))
}

fn years_taken() -> String {
    format!("of the years {} to {}", Period::YEARS.start(), Period::YEARS.end())
}

/// A bare number may be how a spreadsheet counts days. It is told, and not read: in a file of 1904 it is another day.
fn day_number(text: &str) -> String {
    let days = bare(text).parse::<i64>().ok().filter(|days| (20_000..80_000).contains(days));
    let day = days.and_then(|days| {
        let before_first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
        before_first.checked_add_signed(chrono::TimeDelta::days(days))
    });
    day.map(|day| format!("; as a spreadsheet's count of days it would be {day}: give the column a date format before the file is saved"))
        .unwrap_or_default()
}

/// One spelling of dashes and blanks, without the midnight that a spreadsheet writes behind a date.
fn plain(label: &str) -> String {
    let label = bare(label).replace(['–', '—'], "-").replace('\u{a0}', " ");
    [" 00:00:00", "T00:00:00", " 00:00"]
        .iter()
        .find_map(|midnight| label.strip_suffix(midnight))
        .map_or_else(|| label.clone(), ToOwned::to_owned)
}

fn read(label: &str, kind: PeriodKind) -> Option<Period> {
    let label = plain(label);
    match kind {
        PeriodKind::Calendar => calendar(&label),
        PeriodKind::Financial => split_years(without_prefix(&label, "FY"), 4, 1),
        PeriodKind::Academic => split_years(without_prefix(&label, "AY"), 9, 1),
        PeriodKind::ActiveLives => split_years(&label, 11, 16),
        PeriodKind::YearEndingMarch => {
            if let Some((to, month)) = year_ending(&label) {
                return if month == 3 { years(to - 1, 4, 1, 1) } else { None };
            }
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
        PeriodKind::Month | PeriodKind::Month20yy => {
            let (year, month) = month_of_year(&label, kind.year())?;
            months(year, month, 1)
        }
        PeriodKind::MonthRange | PeriodKind::MonthRange20yy => month_range(&label, kind.year()),
        PeriodKind::Days => days(&label),
        PeriodKind::Iso => Period::parse(&label).ok().or_else(|| day(&label, &["%Y-%m-%d"])),
    }
}

fn without_prefix<'l>(label: &'l str, prefix: &str) -> &'l str {
    label.strip_prefix(prefix).map_or(label, str::trim_start)
}

/// What a snapshot's date looks like, for a message.
const DATES: &str = "2025-03-31, 31/03/2025, 31-03-2025 or 31 March 2025";

/// The one-day period of a date: `2025-03-31`, `31/03/2025`, `31-03-2025` or `31 March 2025`.
#[must_use]
pub fn snapshot_of_date(text: &str) -> Option<Period> {
    day(&plain(text), &["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"])
}

fn day(text: &str, formats: &[&str]) -> Option<Period> {
    let date = formats.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())?;
    Period::new(date, Length::Days(1)).ok().filter(Period::is_of_our_calendar)
}

fn financial_quarter(label: &str) -> Option<Period> {
    let (from, quarter) = quarter(label)?;
    let from = split_year(from)?;
    if quarter == 4 { months(from + 1, 1, 3) } else { months(from, quarter * 3 + 1, 3) }
}

/// The two ends of a range; a dash without blanks around it is tried last, because dates hold dashes too.
fn ends(label: &str) -> Option<(&str, &str)> {
    let parts = label.split_once(" - ").or_else(|| label.split_once(" to ")).or_else(|| label.split_once('-'));
    parts.map(|(from, to)| (from.trim(), to.trim()))
}

/// `Aug 2018 - Jul 2019`, `Jan 2024-Dec 2024`, and what the hub prints of whole months. `2024/25` is left out: it may begin
/// in April or in September.
fn month_range(label: &str, written: Year) -> Option<Period> {
    if label.starts_with('Q') {
        return financial_quarter(label);
    }
    if let Some((year, month)) = month_of_year(label, written) {
        return months(year, month, 1);
    }
    if let Some((year, month)) = year_ending(label) {
        return if month == 12 { years(year, 1, 1, 1) } else { months(year - 1, month + 1, 12) };
    }
    let whole = |(from, to): (&str, &str)| {
        let ((from_year, from_month), (to_year, to_month)) =
            (month_of_year(from, written)?, month_of_year(to, written)?);
        let count = i64::from(to_year - from_year) * 12 + i64::from(to_month) - i64::from(from_month) + 1;
        months(from_year, from_month, u32::try_from(count).ok()?)
    };
    let of_days = || {
        let period = days(label)?;
        (!matches!(period.length(), Length::Days(_)) && period.start().day() == 1).then_some(period)
    };
    ends(label).and_then(whole).or_else(of_days).or_else(|| calendar(label))
}

/// From one day to another, both included; or one day.
fn days(label: &str) -> Option<Period> {
    if let Some(day) = snapshot_of_date(label) {
        return Some(day);
    }
    let (from, to) = ends(label)?;
    Period::between(snapshot_of_date(from)?.start(), snapshot_of_date(to)?.start())
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

/// `2019/20`, `2020/21 - 24/25` or `2020/21-24/25`.
fn split_years(label: &str, month: u32, day: u32) -> Option<Period> {
    if let Some(from) = split_year(label) {
        return years(from, month, day, 1);
    }
    let compact = || label.split_once('-').filter(|(first, last)| first.contains('/') && last.contains('/'));
    let (first, last) = label.split_once(" - ").or_else(|| label.split_once(" to ")).or_else(compact)?;
    let from = split_year(first.trim())?;
    let (last_from, last_to) = last.trim().split_once(['/', '-'])?;
    let last_from = later_year(from, last_from)?;
    (later_year(last_from, last_to)? == last_from + 1).then_some(())?;
    years(from, month, day, last_from - from + 1)
}

fn years(from: i32, month: u32, day: u32, count: i32) -> Option<Period> {
    Period::new(NaiveDate::from_ymd_opt(from, month, day)?, Length::Years(u32::try_from(count).ok()?)).ok()
}

fn months(from: i32, month: u32, count: u32) -> Option<Period> {
    Period::new(NaiveDate::from_ymd_opt(from, month, 1)?, Length::Months(count)).ok()
}

#[cfg(test)]
mod tests;
