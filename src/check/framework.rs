//! The row rule for frameworks: a file is published whole, or not at all.

use super::Known;
use crate::frameworks::{self, Mistake};
use crate::outcomes::Polarity;

/// The most mistakes of one file that a rejection tells.
const TOLD: usize = 20;

/// What is wrong with a framework file: the line of its first mistake, and all of them with their lines.
pub(super) struct Mistakes {
    pub line: u64,
    pub detail: String,
}

/// Holds a framework's text against the rules of framework files and what is known.
pub(super) fn check(known: &Known, id: &str, document: &str) -> Result<(), Mistakes> {
    frameworks::read_checked(id, document, known).map(|_| ()).map_err(|mistakes| tell(&mistakes))
}

fn tell(mistakes: &[Mistake]) -> Mistakes {
    let line = mistakes.first().map_or(1, |mistake| mistake.line);
    let mut told: Vec<String> = mistakes.iter().take(TOLD).map(ToString::to_string).collect();
    if mistakes.len() > TOLD {
        told.push(format!("and {} more", mistakes.len() - TOLD));
    }
    Mistakes { line: u64::try_from(line).unwrap_or(1), detail: told.join("; ") }
}

impl frameworks::Known for Known {
    fn polarity(&self, indicator: &str) -> Option<Polarity> {
        self.polarity_of(indicator)
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
        let told = tell(&mistakes);
        assert_eq!(told.line, 4);
        assert!(told.detail.starts_with("line 4: wrong 4; line 5: wrong 5; "), "{}", told.detail);
        assert!(told.detail.ends_with("; line 23: wrong 23; and 3 more"), "{}", told.detail);
    }
}
