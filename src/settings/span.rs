//! Spans of time as a setting gives them: `500ms`, `30s`, `5m`, `1h`.

use std::time::Duration;

/// Reads a span of time: a whole number and its unit, `ms`, `s`, `m` or `h`.
///
/// # Errors
/// When it is written otherwise, or longer than a year.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_hours(24 * 365);
    let wrong = || format!("`{text}` is not a span of time such as \"500ms\", \"30s\", \"5m\" or \"1h\"");
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    let span = number.checked_mul(ms).map(Duration::from_millis).ok_or_else(wrong)?;
    if span > YEAR { Err(format!("`{text}` is longer than a year")) } else { Ok(span) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        assert_eq!(parse_span("60s"), Ok(Duration::from_mins(1)));
        assert_eq!(parse_span("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_span("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(parse_span("0s"), Ok(Duration::ZERO));
        for wrong in ["", "60", "s", "1 s", "-1s", "1d", "99999999999999999999h", "9999999h"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
