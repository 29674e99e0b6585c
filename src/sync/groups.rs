//! Rejected rows by what was wrong with them: the rule, the column and the text.

use crate::outcomes::{Rejection, shown};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::fmt;

/// So many kinds of rejection are counted apart; those of further texts are counted together by rule and column.
const KINDS: usize = 5_000;
/// So many are written into a report for scripts.
const WRITTEN: usize = 50;
/// How much of a text is shown.
const SHOWN: usize = 60;

/// Rejected rows that are alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RejectedGroup {
    /// How many rows.
    pub rows: u64,
    /// The rule's id.
    pub reason: &'static str,
    /// The column that failed.
    pub column: Option<String>,
    /// The text in it.
    pub text: Option<String>,
}

impl fmt::Display for RejectedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.rows, self.reason)?;
        if let Some(column) = &self.column {
            write!(f, " in `{column}`")?;
        }
        if let Some(text) = &self.text {
            let short: String = text.chars().take(SHOWN).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            write!(f, ": `{}{more}`", shown(&short))?;
        }
        Ok(())
    }
}

/// Rejected rows, counted by what was wrong with them.
#[derive(Clone, Debug, Default)]
pub struct RejectedGroups {
    rows: HashMap<(&'static str, Option<String>, Option<String>), u64>,
}

impl RejectedGroups {
    /// Counts a row.
    pub fn count(&mut self, row: &Rejection) {
        let column = row.column.as_deref().map(ToOwned::to_owned);
        let key = (row.reason, column.clone(), row.text.clone());
        let known = self.rows.len() < KINDS || self.rows.contains_key(&key);
        *self.rows.entry(if known { key } else { (row.reason, column, None) }).or_default() += 1;
    }

    /// All of them, the largest first.
    #[must_use]
    pub fn largest_first(&self) -> Vec<RejectedGroup> {
        let group = |((reason, column, text), rows): (&(&'static str, Option<String>, Option<String>), &u64)| {
            RejectedGroup { rows: *rows, reason, column: column.clone(), text: text.clone() }
        };
        let mut groups: Vec<RejectedGroup> = self.rows.iter().map(group).collect();
        groups.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.cmp(b)));
        groups
    }

    /// Whether nothing was rejected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Serialize for RejectedGroups {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.largest_first().into_iter().take(WRITTEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Origin, Relation};

    #[test]
    fn rows_that_are_alike_are_one_group_and_the_largest_comes_first() {
        let mut groups = RejectedGroups::default();
        for text in ["n/a", "?", "n/a", "n/a"] {
            groups.count(&Rejection {
                relation: Relation::Observations,
                origin: Origin { file: "a.csv".into(), row: 2 },
                reason: "unreadable-figure",
                column: Some("rate".into()),
                text: Some(text.into()),
                detail: String::new(),
                raw: String::new(),
            });
        }
        let told: Vec<String> = groups.largest_first().iter().map(ToString::to_string).collect();
        assert_eq!(told, ["3 × unreadable-figure in `rate`: `n/a`", "1 × unreadable-figure in `rate`: `?`"]);
    }
}
