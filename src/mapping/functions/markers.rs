//! The manifest's markers: what a publisher's symbols stand for.

use super::figure::number;
use crate::outcomes::{MissingKind, bare};
use std::collections::BTreeMap;

/// Markers by their exact text. One that is a number stands for that number however it is written: a workbook or a json file
/// gives `-99.0` where a person sees `-99`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Markers {
    texts: BTreeMap<String, MissingKind>,
    /// By the bits of the number, because numbers themselves have no order.
    numbers: BTreeMap<u64, MissingKind>,
}

impl Markers {
    /// The markers of a manifest.
    pub fn new(texts: BTreeMap<String, MissingKind>) -> Self {
        let numbers = texts.iter().filter_map(|(text, kind)| Some((number(text)?.to_bits(), *kind))).collect();
        Self { texts, numbers }
    }

    /// What the text stands for.
    pub fn exact(&self, text: &str) -> Option<MissingKind> {
        self.texts.get(text).copied()
    }

    /// What the number stands for.
    pub fn of_number(&self, number: f64) -> Option<MissingKind> {
        if self.numbers.is_empty() { None } else { self.numbers.get(&number.to_bits()).copied() }
    }

    /// What a flag beside a value says of it: a marker, or a missing kind's own word.
    pub fn flag(&self, flag: &str) -> Option<MissingKind> {
        self.exact(flag).or_else(|| flag.parse().ok())
    }
}

/// A sentence for the first marker that can never act; `functions` are the SQL files of the connector.
///
/// # Errors
/// The marker, why it cannot act, and what to write.
pub fn check<'s>(
    markers: &BTreeMap<String, MissingKind>,
    mut sql: impl Iterator<Item = &'s str>,
) -> Result<(), String> {
    if let Some(marker) = markers.keys().find(|marker| bare(marker) != marker.as_str()) {
        return Err(format!(
            "connector.toml, [markers]: {marker:?} has a blank before or after it, and cells are read without: it can never act; \
             write {:?}",
            bare(marker)
        ));
    }
    let reads = |sql: &str| {
        let sql: String = sql.to_lowercase().split_whitespace().collect();
        ["figure(", "number(", "thousands(", "flagged("].iter().any(|function| sql.contains(function))
    };
    match markers.keys().next() {
        Some(marker) if !sql.any(reads) => Err(format!(
            "connector.toml, [markers]: {marker:?} can never act, because the SQL reads no text with figure(…) or number(…); read \
             the publisher's text with them, or take the markers away"
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_that_can_never_act_is_refused() {
        let markers = |text: &str| BTreeMap::from([(text.to_owned(), MissingKind::Suppressed)]);
        let said = |text: &str, sql: &str| check(&markers(text), std::iter::once(sql)).err().unwrap_or_default();
        assert_eq!(said("-99", "SELECT figure (a) AS value"), "");
        assert_eq!(said("", "SELECT NUMBER(a) AS value"), "");
        assert!(said(" c", "SELECT figure(a)").contains("write \"c\""));
        assert!(said("c\u{a0}", "SELECT figure(a)").contains("never act"));
        assert!(said("c", "SELECT CAST(a AS DOUBLE) AS value").contains("reads no text"));
        assert_eq!(check(&BTreeMap::new(), std::iter::once("SELECT 1")), Ok(()));
    }
}
