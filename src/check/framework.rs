//! The row rule for frameworks: a file is published whole, or not at all.

use super::Known;
use crate::frameworks::{self, Mistake};
use crate::outcomes::{Polarity, ValueType};

/// The most mistakes of one file that a rejection lists.
const LISTED: usize = 20;

/// What is wrong with a framework file: the line of its first mistake, and all of them with their lines.
pub(super) struct Mistakes {
    pub line: u64,
    pub detail: String,
}

/// Checks a framework's text against the rules of framework files and the known ids.
pub(super) fn check(known: &Known, id: &str, document: &str) -> Result<(), Mistakes> {
    frameworks::read_checked(id, document, known).map(|_| ()).map_err(|mistakes| summary(&mistakes))
}

fn summary(mistakes: &[Mistake]) -> Mistakes {
    let line = mistakes.first().map_or(1, |mistake| mistake.line);
    let mut listed: Vec<String> = mistakes.iter().take(LISTED).map(ToString::to_string).collect();
    if mistakes.len() > LISTED {
        listed.push(format!("and {} more", mistakes.len() - LISTED));
    }
    Mistakes { line: u64::try_from(line).unwrap_or(1), detail: listed.join("; ") }
}

impl frameworks::Known for Known {
    fn polarity(&self, indicator: &str) -> Option<Polarity> {
        self.measure(indicator).map(|measure| measure.polarity)
    }

    fn bounds(&self, indicator: &str) -> Option<(f64, f64)> {
        let measure = self.measure(indicator)?;
        match measure.value_type {
            ValueType::Proportion if measure.is_percent => Some((0.0, 100.0)),
            ValueType::Proportion | ValueType::Rate | ValueType::Dsr | ValueType::Count => Some((0.0, f64::INFINITY)),
            _ => None,
        }
    }

    fn indicators(&self) -> Vec<String> {
        Known::indicators(self).map(ToOwned::to_owned).collect()
    }

    fn knows_place(&self, code: &str) -> bool {
        self.has_area(code)
    }

    fn models(&self) -> Vec<String> {
        Known::models(self).map(ToOwned::to_owned).collect()
    }

    fn frameworks(&self) -> Vec<String> {
        Known::frameworks(self).map(ToOwned::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_mistakes_are_told_and_the_others_counted() {
        let mistakes: Vec<Mistake> = (4..27).map(|line| Mistake { line, reason: format!("wrong {line}") }).collect();
        let listed = summary(&mistakes);
        assert_eq!(listed.line, 4);
        assert!(listed.detail.starts_with("line 4: wrong 4; line 5: wrong 5; "), "{}", listed.detail);
        assert!(listed.detail.ends_with("; line 23: wrong 23; and 3 more"), "{}", listed.detail);
    }
}
