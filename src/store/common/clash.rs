//! Rows that were staged more than once under one key: what is said of them, and giving them on in batches.

use crate::outcomes::{Origin, Rejection, Relation};
use crate::store::{Quarantine, StoreError};

/// Rejections are given in batches of so many.
const BATCH: usize = 1000;

/// The rejection of a row that clashes with the one at `other`.
pub(in crate::store) fn clash(
    relation: Relation,
    origin: Origin,
    other: &Origin,
    same: bool,
    raw: String,
) -> Rejection {
    let Origin { file, row } = other;
    let (reason, detail) = if same {
        ("repeated", format!("repeats row {row} of {file}, which is kept"))
    } else {
        ("duplicate-key", format!("row {row} of {file} says something else for the same key, so neither is kept"))
    };
    Rejection { relation, origin, reason, column: None, text: None, detail, raw }
}

/// The same for a row of the reference relation `name`, whose stored form is `body`.
pub(in crate::store) fn reference_clash(
    name: &str,
    body: &str,
    origin: Origin,
    other: &Origin,
    same: bool,
) -> Result<Rejection, StoreError> {
    let relation = Relation::from_name(name)
        .ok_or_else(|| StoreError::Inconsistent(format!("`{name}` is not a shared relation")))?;
    // Stored as `{"relation": …, "row": {…}}`; a person wants the row.
    let mut body: serde_json::Value = serde_json::from_str(body)
        .map_err(|error| StoreError::Inconsistent(format!("a staged row of {name}: {error}")))?;
    let raw = body.get_mut("row").map(serde_json::Value::take).unwrap_or(body);
    Ok(clash(relation, origin, other, same, raw.to_string()))
}

/// Gives rejections on, a batch at a time.
pub(in crate::store) struct Batch<'a> {
    rejected: &'a mut dyn Quarantine,
    rows: Vec<Rejection>,
}

impl<'a> Batch<'a> {
    /// An empty batch before a quarantine.
    pub(in crate::store) fn new(rejected: &'a mut dyn Quarantine) -> Self {
        Self { rejected, rows: Vec::new() }
    }

    pub(in crate::store) async fn push(&mut self, row: Rejection) -> Result<(), StoreError> {
        self.rows.push(row);
        if self.rows.len() == BATCH { self.flush().await } else { Ok(()) }
    }

    pub(in crate::store) async fn flush(&mut self) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.rejected.take(std::mem::take(&mut self.rows)).await
    }
}
