//! Ids within a file, and what measures and the other parts check alike.

use super::table::{At, Table};
use crate::frameworks::Standing;
use crate::hint::did_you_mean;
use std::collections::BTreeMap;

const STANDINGS: [(&str, Standing); 2] = [("stated", Standing::Stated), ("proposed", Standing::Proposed)];

/// Ids of one sort, each with the line that gave it first.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) first: BTreeMap<String, usize>,
}

impl Ids {
    /// Takes an id; a second one of the same name is a mistake.
    pub(super) fn take(&mut self, table: &Table<'_, '_, '_>, noun: &str, id: &At) {
        if id.text.is_empty() {
            return;
        }
        if let Some(line) = self.first.get(&id.text) {
            let reason = format!("the {noun} `{}` is already on line {line}: change this one, or remove it", id.text);
            table.mistake(id.line, reason);
        } else {
            self.first.insert(id.text.clone(), id.line);
        }
    }

    /// Whether there is such an id; if not, that is a mistake.
    pub(super) fn refer(&self, table: &Table<'_, '_, '_>, noun: &str, id: &At) {
        if id.text.is_empty() || self.first.contains_key(&id.text) {
            return;
        }
        let hint = did_you_mean(&id.text, self.first.keys());
        let reason = if hint.is_empty() {
            format!("there is no {noun} `{}` in this file: add it, or name another", id.text)
        } else {
            format!("there is no {noun} `{}` in this file{hint}", id.text)
        };
        table.mistake(id.line, reason);
    }
}

/// Whether the strategy says it; proposed if the file does not say, which is also reported as a mistake.
pub(super) fn standing(table: &Table<'_, '_, '_>) -> Standing {
    table.word("standing", &STANDINGS).unwrap_or(Standing::Proposed)
}

/// Says so where the hub knows no place of this code.
pub(super) fn known_place(table: &Table<'_, '_, '_>, code: &At) {
    if code.text.is_empty() || table.page.known().is_none_or(|known| known.knows_place(&code.text)) {
        return;
    }
    table.mistake(
        code.line,
        format!(
            "there is no place `{}`: write the code of a place that the hub holds (the query `areas` lists them)",
            code.text
        ),
    );
}
