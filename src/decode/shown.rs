//! A workbook's cell as a person sees it.

use calamine::{DataRef, ExcelDateTime};
use std::borrow::Cow;

/// A cell as a person sees it.
pub(super) fn shown<'a>(value: &'a DataRef<'_>) -> Option<Cow<'a, str>> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DurationIso(text) => Cow::Borrowed(text.as_str()),
        DataRef::SharedString(text) => Cow::Borrowed(*text),
        DataRef::DateTimeIso(text) => Cow::Borrowed(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::Int(number) => number.to_string().into(),
        DataRef::Float(number) => plain(*number).into(),
        DataRef::Bool(true) => "TRUE".into(),
        DataRef::Bool(false) => "FALSE".into(),
        DataRef::DateTime(moment) => date(moment).into(),
        DataRef::Error(error) => error.to_string().into(),
    })
}

/// A number as Excel shows it: with 15 significant digits at most, since the bits beyond them are only the trace of a
/// calculation (12.700000000000001 was typed as 12.7).
fn plain(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    // A negative nothing is nothing.
    if rounded == 0.0 { "0".into() } else { f64::to_string(&rounded) }
}

fn date(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() && days >= 0.0 {
        // At most a few million days: far inside u64.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let seconds = (days * 86_400.0).round() as u64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    if !(0.0..2_958_466.0).contains(&days) {
        return plain(days);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (days < 1.0, (hour, minute, second) == (0, 0, 0)) {
        (true, _) => time,
        (false, true) => format!("{year:04}-{month:02}-{day:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_are_as_a_person_sees_them() {
        let seen = [12.700_000_000_000_001, 380.0, 0.1 + 0.2, -0.0, 1e21, 1.5e-7, 123_456_789_012_345.0, -22.9];
        let texts = ["12.7", "380", "0.3", "0", "1000000000000000000000", "0.00000015", "123456789012345", "-22.9"];
        assert_eq!(seen.map(plain), texts);
    }

    #[test]
    fn dates_are_iso() {
        let moment = |days| ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false);
        assert_eq!(date(&moment(45_747.0)), "2025-03-31");
        assert_eq!(date(&moment(45_747.5)), "2025-03-31T12:00:00");
        assert_eq!(date(&moment(0.25)), "06:00:00");
        assert_eq!(date(&ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false)), "36:00:00");
    }
}
