//! A moment as people write it: a day, or a day with its time.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// A moment that a question names. A day stands for its beginning or its end, as the question means it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day: `2025-03-31`.
    Day(NaiveDate),
    /// One moment: `2025-03-31T09:00:00Z`.
    Time(DateTime<Utc>),
}

impl Moment {
    /// Reads both forms.
    ///
    /// # Errors
    /// What the two forms are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Day(day));
        }
        let time = DateTime::parse_from_rfc3339(text);
        time.map(|time| Self::Time(time.with_timezone(&Utc))).map_err(|_| {
            let shown: String = text.chars().take(40).collect();
            format!(
                "`{}` is neither a day such as 2025-03-31, which stands for the end of that day in UTC, nor a moment such as \
                 2025-03-31T09:00:00Z",
                shown.escape_debug()
            )
        })
    }

    /// The moment itself; of a day the last one, because "as of a day" includes what was published on it.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or_default();
        match self {
            Self::Day(day) => day.and_time(last).and_utc(),
            Self::Time(time) => time,
        }
    }

    /// The moment itself; of a day the first one.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
            Self::Time(time) => time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_from_its_first_moment_to_its_last() {
        let day = Moment::parse(" 2026-11-26 ").expect("a day");
        assert_eq!(day.start().to_rfc3339(), "2026-11-26T00:00:00+00:00");
        assert_eq!(day.end().to_rfc3339(), "2026-11-26T23:59:59.999999+00:00");
        let time = Moment::parse("2026-06-26T00:30:00+01:00").expect("a moment");
        assert_eq!((time.start(), time.end().to_rfc3339()), (time.end(), "2026-06-25T23:30:00+00:00".to_owned()));
    }

    #[test]
    fn what_is_neither_names_both_forms() {
        for text in ["", "soon", "26/11/2026", "2026-11", "2026-11-31", "2026-11-26 09:00", "2026-11-26T09:00:00"] {
            let why = Moment::parse(text).expect_err(text);
            assert!(why.contains("2025-03-31,") && why.contains("2025-03-31T09:00:00Z"), "{why}");
        }
    }
}
