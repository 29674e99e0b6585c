//! How measurements are written down.

use std::time::Duration;

/// Rows a second, for people: `1,234,567 rows/s`.
pub fn rate(rows: u64, time: Duration) -> String {
    format!("{:>11} rows/s", thousands(per_second(rows, time)))
}

/// How many a second.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
pub fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// A whole number with its thousands apart.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One line of a comparison: a name, how long it took, rows a second.
pub fn line(name: &str, rows: u64, time: Duration) {
    println!("  {name:<58} {:>8.2} s  {}", time.as_secs_f64(), rate(rows, time));
}

/// A heading.
pub fn heading(text: &str) {
    println!("\n{text}");
}
