//! A workbook's number as a person sees it.

use super::numfmt::{NumberFormat, Shown, padded};
use super::runs::Seen;
use chrono::{Datelike, Duration, NaiveDate, Timelike};

/// A number in its format; `from_1904` says from when days are counted.
pub(super) fn shown(number: f64, format: &NumberFormat, from_1904: bool) -> Seen<'static> {
    match format.of(number) {
        Shown::Number => Seen::plain(plain(number)),
        Shown::Padded(digits) => Seen::plain(padded(&plain(number), digits)),
        Shown::Percent => Seen::plain(format!("{}%", plain(number * 100.0))),
        Shown::WithPercentSign => Seen::plain(format!("{}%", plain(number))),
        Shown::Date => Seen::plain(date(number, from_1904)),
        Shown::Elapsed => Seen::plain(elapsed(number)),
        Shown::Letters(letters) => Seen::plain(letters),
        Shown::Other(what) => Seen::unreadable(&what),
    }
}

/// A number as Excel shows it: with 15 significant digits at most, since the bits beyond them are only the trace of a
/// calculation (12.700000000000001 was typed as 12.7).
pub(super) fn plain(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    // A negative nothing is nothing.
    if rounded == 0.0 { "0".into() } else { f64::to_string(&rounded) }
}

/// A moment as published in ISO, without a time where it has none.
pub(super) fn iso(text: String) -> String {
    match text.strip_suffix("T00:00:00") {
        Some(day) => day.to_owned(),
        None => text,
    }
}

fn elapsed(days: f64) -> String {
    if !(0.0..2_958_466.0).contains(&days) {
        return plain(days);
    }
    // At most a few million days: far inside u64.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seconds = (days * 86_400.0).round() as u64;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn date(days: f64, from_1904: bool) -> String {
    if !(0.0..2_958_466.0).contains(&days) {
        return plain(days);
    }
    // Excel counts a 29th of February of the year 1900, which there was not.
    let start = match (from_1904, days < 60.0) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1),
        (false, true) => NaiveDate::from_ymd_opt(1899, 12, 31),
        (false, false) => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    // At most a few million days: far inside i64.
    #[expect(clippy::cast_possible_truncation)]
    let seconds = (days * 86_400.0).round() as i64;
    let Some(moment) = start.and_then(|day| day.and_hms_opt(0, 0, 0)?.checked_add_signed(Duration::seconds(seconds)))
    else {
        return plain(days);
    };
    let time = format!("{:02}:{:02}:{:02}", moment.hour(), moment.minute(), moment.second());
    let day = format!("{:04}-{:02}-{:02}", moment.year(), moment.month(), moment.day());
    match (days < 1.0, moment.num_seconds_from_midnight() == 0) {
        (true, _) => time,
        (false, true) => day,
        (false, false) => format!("{day}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(number: f64, code: &str) -> String {
        shown(number, &NumberFormat::parse(code), false).text.into_owned()
    }

    #[test]
    fn numbers_are_as_a_person_sees_them() {
        let seen = [12.700_000_000_000_001, 380.0, 0.1 + 0.2, -0.0, 1e21, 1.5e-7, 123_456_789_012_345.0, -22.9];
        let texts = ["12.7", "380", "0.3", "0", "1000000000000000000000", "0.00000015", "123456789012345", "-22.9"];
        assert_eq!(seen.map(plain), texts);
    }

    #[test]
    fn a_format_decides_what_is_read() {
        assert_eq!(seen(0.713_4, "0.0%"), "71.34%", "what is rounded is read whole");
        assert_eq!(seen(0.071, "0%"), "7.1%");
        assert_eq!(seen(22.94, "0.0"), "22.94");
        assert_eq!(seen(42.0, "0000"), "0042");
        assert_eq!(seen(3.0, "[<=5]\"*\";0"), "*");
        assert_eq!(seen(40.0, "[<=5]\"*\";0"), "40");
        let hidden = crate::decode::tests::said(&seen(77.0, ";;;"));
        assert!(hidden.starts_with("unreadable: ") && hidden.contains("`;;;`") && !hidden.contains("77"), "{hidden}");
    }

    #[test]
    fn dates_are_iso() {
        assert_eq!(seen(45_747.0, "dd/mm/yyyy"), "2025-03-31");
        assert_eq!(seen(45_747.5, "dd/mm/yyyy"), "2025-03-31T12:00:00");
        assert_eq!(seen(0.25, "h:mm"), "06:00:00");
        assert_eq!(seen(1.5, "[h]:mm"), "36:00:00");
        assert_eq!((seen(1.0, "yyyy"), seen(61.0, "yyyy")), ("1900-01-01".into(), "1900-03-01".into()));
        assert_eq!(date(44_285.0, true), "2025-03-31");
    }
}
