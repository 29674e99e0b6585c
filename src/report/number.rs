//! Numbers as people write them: 73.2%, 557.4 per 100,000, 62.1 years, £1,234.
//!
//! One decimal; two for ratios; none for pounds and counts. A nought at the end is left out, as in the reasons of
//! judgements: `8%`. Rounding is for reading only: csv, json and the workbook's numbers are as published.

/// The number with its unit. Unknown units follow the number unchanged.
pub(super) fn value(unit: &str, number: f64) -> String {
    let digits = bare(unit, number);
    match unit {
        "percent" => format!("{digits}%"),
        "per-million" => format!("{digits} per million"),
        "per-100k" => format!("{digits} per 100,000"),
        "per-10k" => format!("{digits} per 10,000"),
        "per-1k" => format!("{digits} per 1,000"),
        "gbp" => match digits.strip_prefix('-') {
            Some(digits) => format!("-£{digits}"),
            None => format!("£{digits}"),
        },
        "score" | "count" | "ratio" | "unspecified" | "" => digits,
        other => format!("{digits} {other}"),
    }
}

/// The number without its unit: `1,234.5`.
pub(super) fn bare(unit: &str, number: f64) -> String {
    let decimals = match unit {
        "gbp" | "count" => 0,
        "ratio" => 2,
        _ => 1,
    };
    let text = format!("{:.decimals$}", number.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !part.is_empty() {
        grouped.push('.');
        grouped.push_str(part);
    }
    // A negative number that rounds to nothing has no sign.
    if number < 0.0 && grouped != "0" { format!("-{grouped}") } else { grouped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (unit, number, text) in [
            ("percent", 73.2, "73.2%"),
            ("percent", 8.0, "8%"),
            ("percent", -0.01, "0%"),
            ("per-100k", 557.4, "557.4 per 100,000"),
            ("per-100k", 1_557.44, "1,557.4 per 100,000"),
            ("per-1k", 3.25, "3.2 per 1,000"),
            ("years", 62.1, "62.1 years"),
            ("score", 13.42, "13.4"),
            ("ratio", 1.256, "1.26"),
            ("gbp", 1_234.4, "£1,234"),
            ("gbp", -1_234_567.8, "-£1,234,568"),
            ("count", 999.0, "999"),
            ("count", 1000.0, "1,000"),
            ("visits", 12.0, "12 visits"),
            ("unspecified", 0.05, "0.1"),
        ] {
            assert_eq!(value(unit, number), text, "{number} in {unit}");
        }
    }
}
