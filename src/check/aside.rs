//! Figures of places that the hub does not know, set aside: listed, told, and no reason to refuse the others.

use crate::outcomes::{Rejection, Relation, shown};
use std::collections::BTreeMap;

/// How many codes the sentence names.
const NAMED: usize = 8;

/// The rows of each code that no known place has.
#[derive(Clone, Debug, Default)]
pub struct UnknownPlaces {
    rows: BTreeMap<String, u64>,
}

impl UnknownPlaces {
    /// Counts a rejected row, if it is a figure whose place is not known.
    pub fn note(&mut self, rejection: &Rejection) {
        if rejection.relation == Relation::Observations && rejection.reason == "unknown-area" {
            *self.rows.entry(rejection.text.clone().unwrap_or_default()).or_default() += 1;
        }
    }

    /// How many rows are set aside out of `mapped` ones. None are where the hub knows the place of no row at all: such a
    /// file has other codes than the mapping takes, and that is for a person to mend.
    #[must_use]
    pub fn aside(&self, mapped: u64) -> u64 {
        let rows = self.rows.values().sum();
        if rows < mapped { rows } else { 0 }
    }

    /// What was set aside, for the report; nothing where nothing was.
    #[must_use]
    pub fn told(&self, mapped: u64) -> Option<String> {
        let aside = self.aside(mapped);
        if aside == 0 {
            return None;
        }
        let mut by_rows: Vec<(&String, &u64)> = self.rows.iter().collect();
        by_rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let named = by_rows.iter().take(NAMED).map(|(code, rows)| format!("`{}` ({})", shown(code), counted(**rows)));
        let mut codes: Vec<String> = named.collect();
        if by_rows.len() > NAMED {
            codes.push(format!("and {} more", grouped((by_rows.len() - NAMED) as u64)));
        }
        let places = if by_rows.len() == 1 { "1 place".into() } else { format!("{} places", by_rows.len()) };
        Some(format!(
            "{} of {} are of {places} that the hub does not know, and were set aside: {}; to publish them, add the places (docs/CONNECTORS.md, \"Places of your own\")",
            grouped(aside),
            counted(mapped),
            codes.join(", ")
        ))
    }
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".into() } else { format!("{} rows", grouped(rows)) }
}

/// A whole number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::Origin;

    fn rejected(code: &str, relation: Relation, reason: &'static str) -> Rejection {
        Rejection {
            relation,
            raw: "{}".into(),
            origin: Origin { file: "f.csv".into(), row: 2 },
            reason,
            column: Some("area".into()),
            text: Some(code.into()),
            detail: String::new(),
        }
    }

    #[test]
    fn the_report_names_the_places_and_counts_their_rows() {
        let mut unknown = UnknownPlaces::default();
        assert_eq!(unknown.told(4168), None);
        for code in ["TLX1", "TLX1", "E99", "Z\u{a0}"] {
            unknown.note(&rejected(code, Relation::Observations, "unknown-area"));
        }
        unknown.note(&rejected("TLX1", Relation::Neighbours, "unknown-area"));
        unknown.note(&rejected("TLX1", Relation::Observations, "ambiguous-area"));
        assert_eq!(unknown.aside(4168), 4);
        let told = unknown.told(4168).expect("some were set aside");
        assert!(
            told.starts_with(
                "4 of 4,168 rows are of 3 places that the hub does not know, and were set aside: \
                 `TLX1` (2 rows), `E99` (1 row), `Z\\u{a0}` (1 row);"
            ),
            "{told}"
        );
    }

    #[test]
    fn a_file_of_which_no_place_is_known_is_not_set_aside() {
        let mut unknown = UnknownPlaces::default();
        for code in ["Leeds", "Bradford"] {
            unknown.note(&rejected(code, Relation::Observations, "unknown-area"));
        }
        assert_eq!(unknown.aside(2), 0);
        assert_eq!(unknown.told(2), None);
        assert_eq!(unknown.aside(3), 2);
    }
}
