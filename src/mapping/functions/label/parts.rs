//! The parts of a label: years, quarters and months.

use crate::outcomes::Period;
use chrono::{Datelike, NaiveDate};

/// How a year is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    /// `2024` alone.
    FourDigits,
    /// `24` too, which is 2024.
    TwoDigitsToo,
}

impl Year {
    fn read(self, text: &str) -> Option<i32> {
        year(text).or_else(|| match self {
            Self::FourDigits => None,
            Self::TwoDigitsToo => Some(2000 + two_digits(text)?),
        })
    }
}

/// The first year of `2019/20`, `2019-20`, `2019/2020` or `201920`.
pub(super) fn split_year(text: &str) -> Option<i32> {
    let (from, to) = match text.split_once(['/', '-']) {
        Some(parts) => parts,
        None if text.len() == 6 && text.is_ascii() => text.split_at(4),
        None => return None,
    };
    let from = year(from)?;
    (later_year(from, to)? == from + 1).then_some(from)
}

/// A year of four digits. `Apr 24` and `31/03/25` are not of the first century.
pub(super) fn year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok().filter(|year| Period::YEARS.contains(year)) } else { None }
}

/// `24` or `2024`, at or after `from` and less than a century later.
pub(super) fn later_year(from: i32, text: &str) -> Option<i32> {
    if let Some(year) = year(text) {
        return (year > from).then_some(year);
    }
    let year = from - from % 100 + two_digits(text)?;
    Some(if year < from { year + 100 } else { year })
}

fn two_digits(text: &str) -> Option<i32> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Year and quarter of `2023 Q1`, `2023-Q1`, `2023Q1`, `Q1 2023` or `Q1 2023/24`; the year as it is written.
pub(super) fn quarter(label: &str) -> Option<(&str, u32)> {
    let (from, quarter) = if let Some(rest) = label.strip_prefix('Q') {
        let (quarter, from) = rest.split_once([' ', '-'])?;
        (from, quarter)
    } else {
        let (from, quarter) = label.rsplit_once('Q')?;
        (from.strip_suffix('-').unwrap_or(from), quarter)
    };
    let quarter: u32 = if quarter.len() == 1 { quarter.parse().ok()? } else { return None };
    (1..=4).contains(&quarter).then_some((from.trim(), quarter))
}

/// Year and month of `2024-04`, `Apr 2024`, `Apr-2024`, `2024 APR`, or of the first day of a month.
pub(super) fn month_of_year(text: &str, written: Year) -> Option<(i32, u32)> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return (day.day() == 1).then_some((day.year(), day.month()));
    }
    let (one, other) = text.split_once([' ', '-'])?;
    let (one, other) = (one.trim(), other.trim());
    if let Some(month) = month_name(one) {
        return Some((written.read(other)?, month));
    }
    let from = year(one)?;
    let numbered = || two_digits(other)?.try_into().ok().filter(|month| (1..=12).contains(month));
    Some((from, month_name(other).or_else(numbered)?))
}

/// Year and month of `Year ending March 2024`, `Year ending 31 March 2024` and the like.
pub(super) fn year_ending(label: &str) -> Option<(i32, u32)> {
    let words: Vec<String> = label.split_whitespace().map(str::to_lowercase).collect();
    let words = words.join(" ");
    let said =
        ["year ending ", "year ended ", "year to ", "12 months ending ", "12 months ended ", "12 months to ", "ye "];
    let rest = said.iter().find_map(|said| words.strip_prefix(said))?;
    if let Some(found) = month_of_year(rest, Year::FourDigits) {
        // The first day of a month does not end one.
        return (!rest.starts_with(|first: char| first.is_ascii_digit())).then_some(found);
    }
    let day =
        ["%d %B %Y", "%d/%m/%Y", "%Y-%m-%d"].iter().find_map(|format| NaiveDate::parse_from_str(rest, format).ok())?;
    let is_last = day.succ_opt()?.day() == 1;
    is_last.then_some((day.year(), day.month()))
}

/// The number of a month by its name or its first letters.
fn month_name(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = text.to_lowercase();
    if lower == "sept" {
        return Some(9);
    }
    let at = NAMES.iter().position(|name| *name == lower || (lower.len() == 3 && name.starts_with(&lower)))?;
    u32::try_from(at + 1).ok()
}
