//! One figure of one indicator in one area over one period, and where it came from.

use super::{AreaCode, Breakdown, Figure, MissingKind, Period};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One figure with its limits, numerator, denominator and note.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Indicator id.
    pub indicator: Arc<str>,
    /// Area code, as published.
    pub area: AreaCode,
    /// The period.
    pub period: Period,
    /// The group of people.
    pub breakdown: Arc<Breakdown>,
    /// The value, in the indicator's unit.
    pub value: Figure,
    /// Lower 95% limit as published.
    pub lower_ci: Option<f64>,
    /// Upper 95% limit as published.
    pub upper_ci: Option<f64>,
    /// Lower 99.8% limit as published.
    pub lower_ci_99_8: Option<f64>,
    /// Upper 99.8% limit as published.
    pub upper_ci_99_8: Option<f64>,
    /// Numerator, in events or people; `None` where the publisher gives none.
    pub count: Option<Figure>,
    /// Denominator, in events or people; `None` where the publisher gives none.
    pub denominator: Option<Figure>,
    /// The publisher's note on this figure.
    pub note: Option<Arc<str>>,
    /// The other places whose people the figure counts together with those of `area`; `None` where it is of `area` alone.
    pub combined_with: Option<CombinedWith>,
}

/// The other places of a figure that is of several places together: their codes, at least one, sorted, each once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CombinedWith(Arc<str>);

impl CombinedWith {
    /// Other places that one figure may name at most.
    pub const MOST: usize = 4;

    /// Of codes separated by spaces, commas or semicolons; the place's own code may be among them and is left out. `None`
    /// where no other code is named.
    #[must_use]
    pub fn read(text: &str, own: &str) -> Option<Self> {
        let separates = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';');
        let codes: BTreeSet<&str> = text.split(separates).filter(|code| !code.is_empty() && *code != own).collect();
        let joined = codes.into_iter().collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then(|| Self(joined.into()))
    }

    /// The codes.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// The codes, separated by single spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Observation {
    /// What stands for a figure that is in the source and that no row may publish: no number, and a note that names the
    /// rule. It says nothing of what the source holds there, because a rejected text may be a person's.
    #[must_use]
    pub fn placeholder(
        indicator: Arc<str>,
        area: AreaCode,
        period: Period,
        breakdown: Arc<Breakdown>,
        reason: &str,
    ) -> Self {
        Self {
            indicator,
            area,
            period,
            breakdown,
            value: Figure::Missing(MissingKind::NotAvailable),
            lower_ci: None,
            upper_ci: None,
            lower_ci_99_8: None,
            upper_ci_99_8: None,
            count: None,
            denominator: None,
            note: Some(Self::placeholder_note(reason).into()),
            combined_with: None,
        }
    }

    /// The note of a placeholder.
    #[must_use]
    pub fn placeholder_note(reason: &str) -> String {
        format!("The source has a figure here that the hub could not take ({reason}).")
    }
}

/// Where a row is in the landed files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file's name, without folders.
    pub file: Arc<str>,
    /// The line of a text file, or the row of a sheet; from 1.
    pub row: u64,
}

/// A row and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced<T> {
    /// The row.
    pub row: T,
    /// Where it came from.
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_places_have_one_spelling() {
        let read = |text| CombinedWith::read(text, "E06000052").map(|with| with.as_str().to_owned());
        for text in ["E06000053", " E06000052, E06000053 ", "E06000053;E06000053", "E06000052 E06000053"] {
            assert_eq!(read(text).as_deref(), Some("E06000053"), "{text}");
        }
        assert_eq!(read("E09000012 E06000053").as_deref(), Some("E06000053 E09000012"));
        assert_eq!((read(""), read(" , "), read("E06000052")), (None, None, None));
    }
}
