//! Numbers as people write them: 73.2%, 557.4 per 100,000, 62.1 years, £1,250.

use super::limits::Interval;

/// More decimals than this tell no two published figures apart.
const MOST_DECIMALS: usize = 6;

/// Writes numbers of one unit, all with as many decimals as it takes to tell them apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    unit: &'a str,
    decimals: usize,
}

impl<'a> Words<'a> {
    /// For these numbers: one decimal (none for pounds, two for ratios), and more where two different ones would else
    /// read alike, so that no sentence says that 555.0 is above 555.0.
    pub(crate) fn new(unit: &'a str, numbers: &[f64]) -> Self {
        let least = match unit {
            "gbp" | "count" => 0,
            "ratio" => 2,
            _ => 1,
        };
        let alike = |decimals: usize| {
            // Numbers that are further apart than one step of the last decimal never read alike, and most are.
            let step = (0..decimals).fold(1.001, |step, _| step / 10.0);
            let read_alike =
                |a: f64, b: f64| (a - b).abs() <= step && differ(a, b) && plain(a, decimals) == plain(b, decimals);
            numbers.iter().enumerate().any(|(at, a)| numbers[at + 1..].iter().any(|b| read_alike(*a, *b)))
        };
        Self { unit, decimals: (least..MOST_DECIMALS).find(|decimals| !alike(*decimals)).unwrap_or(MOST_DECIMALS) }
    }

    /// The number with its unit.
    pub(crate) fn value(&self, number: f64) -> String {
        let digits = self.bare(number);
        match self.unit {
            "percent" => format!("{digits}%"),
            "per-100k" => format!("{digits} per 100,000"),
            "per-10k" => format!("{digits} per 10,000"),
            "per-1k" => format!("{digits} per 1,000"),
            "gbp" => match digits.strip_prefix('-') {
                Some(digits) => format!("-£{digits}"),
                None => format!("£{digits}"),
            },
            "years" | "days" | "hours" => format!("{digits} {}", self.unit),
            "score" | "count" | "ratio" | "unspecified" | "" => digits,
            other => format!("{digits} {other}"),
        }
    }

    /// A difference of two numbers with its unit.
    pub(crate) fn difference(&self, number: f64) -> String {
        match self.unit {
            "percent" => format!("{} percentage points", self.bare(number)),
            _ => self.value(number),
        }
    }

    /// Two limits without their unit: `53 to 57`.
    pub(super) fn range(&self, interval: Interval) -> String {
        format!("{} to {}", self.bare(interval.lower), self.bare(interval.upper))
    }

    /// The number without its unit.
    pub(crate) fn bare(&self, number: f64) -> String {
        plain(number, self.decimals)
    }
}

/// Whether two numbers differ by more than computing with them leaves over.
fn differ(a: f64, b: f64) -> bool {
    (a - b).abs() > 1e-9 * a.abs().max(b.abs()).max(1e-9)
}

/// `1,234.5`; a whole number has no decimals.
fn plain(number: f64, decimals: usize) -> String {
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
    // A negative number that is printed as nothing has no sign.
    if number < 0.0 && grouped != "0" { format!("-{grouped}") } else { grouped }
}

/// Names in a row: `A, B and C`.
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A quartile in words.
pub(super) fn ordinal(quartile: u8) -> &'static str {
    match quartile {
        1 => "first",
        2 => "second",
        3 => "third",
        _ => "fourth",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (unit, number, text) in [
            ("percent", 73.2, "73.2%"),
            ("percent", 8.0, "8%"),
            ("per-100k", 557.4, "557.4 per 100,000"),
            ("per-100k", 1_557.44, "1,557.4 per 100,000"),
            ("years", 62.1, "62.1 years"),
            ("score", 13.42, "13.4"),
            ("gbp", 1_234_567.8, "£1,234,568"),
            ("gbp", -250.0, "-£250"),
            ("percent", -0.01, "0%"),
            ("count", 999.0, "999"),
        ] {
            assert_eq!(Words::new(unit, &[number]).value(number), text);
        }
        assert_eq!(Words::new("percent", &[1.5]).difference(1.5), "1.5 percentage points");
    }

    #[test]
    fn two_different_numbers_never_read_alike() {
        let words = Words::new("per-100k", &[555.004, 555.0]);
        assert_eq!((words.bare(555.004), words.bare(555.0)), ("555.004".into(), "555".into()));
        assert_eq!(Words::new("percent", &[0.1 + 0.2, 0.3]).value(0.3), "0.3%", "the last bit is no difference");
    }

    #[test]
    fn names_stand_in_a_row() {
        assert_eq!(listed(&["A", "B", "C"]), "A, B and C");
        assert_eq!((listed(&["A"]), listed(&[])), ("A".into(), String::new()));
        assert_eq!([1, 2, 3, 4].map(ordinal), ["first", "second", "third", "fourth"]);
    }
}
