//! How old a figure is, and what is said of one that is too old.

use crate::frameworks::Status;
use chrono::{Datelike, NaiveDate};

/// Whole months from the day after a period's last one to a day; none where that lies ahead.
pub(super) fn months(end: NaiveDate, day: NaiveDate) -> u32 {
    let from = end.succ_opt().unwrap_or(end);
    let whole = (day.year() - from.year()) * 12 + i32::try_from(day.month0()).unwrap_or_default()
        - i32::try_from(from.month0()).unwrap_or_default()
        - i32::from(day.day() < from.day());
    u32::try_from(whole).unwrap_or_default()
}

/// What the reason says of a figure that is too old.
pub(super) fn clause(months: u32, most: u32, otherwise: Status) -> String {
    format!(
        "; its period ended {months} months before this answer, and a figure older than {most} months has no status: it would be \
         {}",
        otherwise.label().to_lowercase()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_whole_ones() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        for (end, now, expected) in [
            ("2021-03-31", "2026-11-26", 67),
            ("2021-03-31", "2021-04-01", 0),
            ("2021-03-31", "2021-04-30", 0),
            ("2021-03-31", "2021-05-01", 1),
            ("2021-03-31", "2024-04-01", 36),
            ("2024-12-31", "2026-11-26", 22),
            ("2027-03-31", "2026-11-26", 0),
        ] {
            assert_eq!(months(day(end), day(now)), expected, "{end} to {now}");
        }
    }
}
