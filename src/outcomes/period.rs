//! Periods: an ISO 8601 start and duration is the identity, a printed label is for people.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// How long a period lasts, in the largest whole unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Length {
    /// Whole years, as in `P3Y`.
    Years(u32),
    /// Whole months, as in `P3M`.
    Months(u32),
    /// Days, as in `P1D`, a snapshot.
    Days(u32),
}

/// The period that a figure covers, such as `2022-01-01/P3Y`.
///
/// Two spellings of one stretch (`P12M`, `P1Y`) are one period: parsing makes the length canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    start: NaiveDate,
    length: Length,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a period: {why} (expected ISO 8601 start/duration such as 2019-04-01/P1Y)")]
pub struct PeriodError {
    text: String,
    why: &'static str,
}

/// No publisher's figure spans more than this; longer is a misread label.
const MAX_YEARS: u32 = 50;

impl Period {
    /// The years that a period may lie in at all. `Apr 24` is not of the first century, and `3024` is a slip of the hand. What
    /// a dataset's figures may be of is narrower, and its manifest's to say.
    pub const YEARS: std::ops::RangeInclusive<i32> = 1700..=2300;

    /// Whether it lies within [`Period::YEARS`].
    #[must_use]
    pub fn is_of_our_calendar(&self) -> bool {
        self.is_within(&Self::YEARS)
    }

    /// Whether it begins and ends in these years.
    #[must_use]
    pub fn is_within(&self, years: &std::ops::RangeInclusive<i32>) -> bool {
        years.contains(&self.start.year()) && years.contains(&self.end().year())
    }

    /// From one day to another, both included; `None` where that is no period.
    #[must_use]
    pub fn between(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        let after = last.succ_opt()?;
        let days = u32::try_from((after - first).num_days()).ok().filter(|days| *days > 0)?;
        Self::new(first, Self::largest_unit(first, after, days)).ok()
    }

    /// A period of `length` from `start`, made canonical.
    ///
    /// # Errors
    /// When the length is zero, over fifty years, or runs off the calendar.
    pub fn new(start: NaiveDate, length: Length) -> Result<Self, PeriodError> {
        let fail = |why| PeriodError { text: format!("{start}/{length}"), why };
        let days_limit = MAX_YEARS * 366;
        let length = match length {
            Length::Years(0) | Length::Months(0) | Length::Days(0) => return Err(fail("the duration is zero")),
            Length::Years(n) if n > MAX_YEARS => return Err(fail("the duration is over fifty years")),
            Length::Months(n) if n > MAX_YEARS * 12 => return Err(fail("the duration is over fifty years")),
            Length::Days(n) if n > days_limit => return Err(fail("the duration is over fifty years")),
            Length::Months(n) if n % 12 == 0 => Length::Years(n / 12),
            other => other,
        };
        let period = Self { start, length };
        period.checked_end().ok_or_else(|| fail("it runs off the calendar"))?;
        Ok(period)
    }

    /// Parses `2019-04-01/P1Y`.
    ///
    /// # Errors
    /// When the text is not a date, a slash and a duration in whole years, months or days, or lies outside
    /// [`Period::YEARS`].
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let fail = |why| PeriodError { text: text.to_owned(), why };
        let (start, duration) = text.split_once('/').ok_or_else(|| fail("there is no slash"))?;
        let start = NaiveDate::parse_from_str(start, "%Y-%m-%d").map_err(|_| fail("the start is not a date"))?;
        let digits = duration.strip_prefix('P').ok_or_else(|| fail("the duration does not begin with P"))?;
        let unit = digits.chars().last().ok_or_else(|| fail("the duration is empty"))?;
        let count = digits[..digits.len() - unit.len_utf8()]
            .parse::<u32>()
            .map_err(|_| fail("the duration is not a whole number of years, months or days"))?;
        let length = match unit {
            'Y' => Length::Years(count),
            'M' => Length::Months(count),
            'D' => Length::Days(count),
            _ => return Err(fail("the duration's unit is not Y, M or D")),
        };
        let period = Self::new(start, length)?;
        if period.is_of_our_calendar() { Ok(period) } else { Err(fail("it lies outside the years 1700 to 2300")) }
    }

    /// The identity: `2019-04-01/P1Y`.
    #[must_use]
    pub fn iso(&self) -> String {
        self.to_string()
    }

    /// First day.
    #[must_use]
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// Last day, itself part of the period.
    #[must_use]
    pub fn end(&self) -> NaiveDate {
        // `new` refuses a period without an end, so the fallback is never taken.
        self.checked_end().unwrap_or(self.start)
    }

    /// How old its figures are on a day: the whole months since the day after its last one; none while it lasts.
    #[must_use]
    pub fn age_in_months(&self, day: NaiveDate) -> u32 {
        let from = self.end().succ_opt().unwrap_or_else(|| self.end());
        let months = (day.year() - from.year()) * 12 + i32::try_from(day.month0()).unwrap_or_default()
            - i32::try_from(from.month0()).unwrap_or_default()
            - i32::from(day.day() < from.day());
        u32::try_from(months).unwrap_or_default()
    }

    /// How long it lasts.
    #[must_use]
    pub fn length(&self) -> Length {
        self.length
    }

    fn checked_end(&self) -> Option<NaiveDate> {
        let after = match self.length {
            Length::Years(n) => self.start.checked_add_months(Months::new(n * 12)),
            Length::Months(n) => self.start.checked_add_months(Months::new(n)),
            Length::Days(n) => self.start.checked_add_days(Days::new(n.into())),
        };
        after?.pred_opt()
    }

    /// A number that sorts periods by their last day, then by length (shorter first), and that
    /// [`Period::from_key`] turns back: last day since the common era × 2¹⁶ + length in days.
    #[must_use]
    pub fn key(&self) -> i64 {
        let end = i64::from(self.end().num_days_from_ce());
        let days = end - i64::from(self.start.num_days_from_ce()) + 1;
        end * 65_536 + days
    }

    /// The period behind a [`Period::key`]; `None` where the number is no key.
    #[must_use]
    pub fn from_key(key: i64) -> Option<Self> {
        let end = NaiveDate::from_num_days_from_ce_opt(i32::try_from(key.div_euclid(65_536)).ok()?)?;
        let days = u32::try_from(key.rem_euclid(65_536)).ok().filter(|days| *days > 0)?;
        Self::between(end.checked_sub_days(Days::new(u64::from(days) - 1))?, end)
    }

    /// The largest whole unit between two dates.
    fn largest_unit(start: NaiveDate, after: NaiveDate, days: u32) -> Length {
        let month_of = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
        let months = month_of(after) - month_of(start);
        match u32::try_from(months) {
            Ok(months) if months > 0 && start.checked_add_months(Months::new(months)) == Some(after) => {
                if months % 12 == 0 { Length::Years(months / 12) } else { Length::Months(months) }
            }
            _ => Length::Days(days),
        }
    }

    /// The label that people know: `2019/20`, `2022 – 24`, `Q1 2023/24`, `Apr 2024`, `31 Mar 2025`.
    ///
    /// Not an identity: a financial and an academic year 2019/20 print alike.
    #[must_use]
    pub fn label(&self) -> String {
        let (from, to) = (self.start, self.end());
        let first_of_month = from.day() == 1;
        let two = |year: i32| year.rem_euclid(100);
        match self.length {
            Length::Years(1) if first_of_month && from.month() == 1 => from.year().to_string(),
            Length::Years(_) if first_of_month && from.month() == 1 => {
                format!("{} – {:02}", from.year(), two(to.year()))
            }
            Length::Years(1) if is_split_year(from) => format!("{}/{:02}", from.year(), two(to.year())),
            Length::Years(_) if is_split_year(from) => {
                format!("{}/{:02} – {:02}/{:02}", from.year(), two(from.year() + 1), two(to.year() - 1), two(to.year()))
            }
            Length::Months(3) if first_of_month && from.month() % 3 == 1 => quarter_label(from),
            Length::Months(1) if first_of_month => from.format("%b %Y").to_string(),
            Length::Days(1) => day_label(from),
            _ => format!("{} – {}", day_label(from), day_label(to)),
        }
    }
}

/// Financial (1 April), academic (1 September) and Active Lives (16 November) years print as `2019/20`.
fn is_split_year(from: NaiveDate) -> bool {
    matches!((from.month(), from.day()), (4 | 9, 1) | (11, 16))
}

fn quarter_label(from: NaiveDate) -> String {
    let (quarter, year) = match from.month() {
        1 => (4, from.year() - 1),
        month => (month / 3, from.year()),
    };
    format!("Q{quarter} {year}/{:02}", (year + 1).rem_euclid(100))
}

fn day_label(day: NaiveDate) -> String {
    format!("{} {}", day.day(), day.format("%b %Y"))
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Years(n) => write!(f, "P{n}Y"),
            Self::Months(n) => write!(f, "P{n}M"),
            Self::Days(n) => write!(f, "P{n}D"),
        }
    }
}

/// As its ISO form.
impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.iso())
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start.format("%Y-%m-%d"), self.length)
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(text: &str) -> Period {
        Period::parse(text).expect(text)
    }

    #[test]
    fn labels_are_those_that_people_know() {
        for (iso, label) in [
            ("2020-01-01/P1Y", "2020"),
            ("2022-01-01/P3Y", "2022 – 24"),
            ("2019-04-01/P1Y", "2019/20"),
            ("2019-09-01/P1Y", "2019/20"),
            ("2020-09-01/P5Y", "2020/21 – 24/25"),
            ("2015-11-16/P1Y", "2015/16"),
            ("2023-04-01/P3M", "Q1 2023/24"),
            ("2024-01-01/P3M", "Q4 2023/24"),
            ("2024-04-01/P1M", "Apr 2024"),
            ("2025-03-31/P1D", "31 Mar 2025"),
            ("2018-08-01/P1Y", "1 Aug 2018 – 31 Jul 2019"),
            ("1999-04-01/P1Y", "1999/00"),
        ] {
            assert_eq!(period(iso).label(), label, "{iso}");
        }
    }

    #[test]
    fn one_stretch_has_one_spelling() {
        assert_eq!(period("2019-04-01/P12M"), period("2019-04-01/P1Y"));
        assert_eq!(period("2019-04-01/P12M").iso(), "2019-04-01/P1Y");
    }

    #[test]
    fn what_is_not_a_period_says_why() {
        for text in [
            "",
            "2019/20",
            "2019-04-01",
            "2019-04-01/1Y",
            "2019-13-01/P1Y",
            "2019-04-01/P0Y",
            "2019-04-01/P1W",
            "2019-04-01/P99Y",
            "2019-04-01/P",
            "2019-04-01/PéY",
            "3024-04-01/P1Y",
            "0024-04-01/P1M",
            "2298-01-01/P5Y",
            "1699-12-31/P2D",
        ] {
            assert!(Period::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_age_is_whole_months_since_the_period_ended() {
        for (iso, day, expected) in [
            ("2020-04-01/P1Y", "2026-11-26", 67),
            ("2020-04-01/P1Y", "2021-04-01", 0),
            ("2020-04-01/P1Y", "2021-04-30", 0),
            ("2020-04-01/P1Y", "2021-05-01", 1),
            ("2020-04-01/P1Y", "2024-04-01", 36),
            ("2024-01-01/P1Y", "2026-11-26", 22),
            ("2020-04-01/P1Y", "2020-06-01", 0),
        ] {
            assert_eq!(period(iso).age_in_months(day.parse().expect("a day")), expected, "{iso} on {day}");
        }
    }

    #[test]
    fn sorts_by_last_day() {
        assert!(period("2018-01-01/P3Y") < period("2020-04-01/P1Y"));
        assert!(period("2020-12-31/P1D") < period("2020-01-01/P1Y"));
    }

    proptest! {
        #[test]
        fn the_key_turns_back(year in 1950i32..2060, month in 1u32..13, day in 1u32..29, unit in 0..3, n in 1u32..30) {
            let start = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
            let length = match unit { 0 => Length::Years(n), 1 => Length::Months(n), _ => Length::Days(n) };
            let period = Period::new(start, length).expect("a period");
            let back = Period::from_key(period.key()).expect("a key");
            prop_assert_eq!((back.start(), back.end()), (period.start(), period.end()));
            prop_assert_eq!(Period::parse(&back.iso()), Ok(back));
        }
    }
}
