//! What a run did, for a person and for a script.

use super::groups::RejectedGroups;
use crate::mapping::RowsUsed;
use crate::outcomes::{Counts, LandedFile, Outcome, Rejection, ReleaseNumber, RunId, Standing};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many rejected rows a report repeats; the store lists them all.
pub const EXAMPLES: usize = 20;

const EXAMPLES_OF_REPEATS: usize = 2;

/// The report of one run: it names everything that was not published.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The dataset.
    pub dataset: String,
    /// The run's number; none for a dry run.
    pub run: Option<RunId>,
    /// Whether nothing was to be published.
    pub dry_run: bool,
    /// How it ended; for a dry run, how it would have.
    pub outcome: Outcome,
    /// The release that it made.
    pub release: Option<ReleaseNumber>,
    /// How reliable the figures are.
    pub standing: Standing,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Rows read of each resource.
    pub rows_read: BTreeMap<String, u64>,
    /// What became of these rows in each relation that is traced to them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows_used: Vec<RowsUsed>,
    /// Figures: `mapped = added + changed + unchanged + rejected`.
    pub figures: Counts,
    /// Rows of the reference relations, counted alike.
    pub reference: Counts,
    /// Rejected rows by reason.
    pub rejected_by_reason: BTreeMap<&'static str, u64>,
    /// Rejected rows by reason, column and text, the largest groups first.
    #[serde(skip_serializing_if = "RejectedGroups::is_empty")]
    pub rejected_groups: RejectedGroups,
    /// The first rejected rows; `hub query` and GraphQL list them all.
    pub rejected: Vec<RejectedExample>,
    /// What deserves a look, and refuses nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The seconds of each stage.
    pub seconds: BTreeMap<String, f64>,
    /// The landed files.
    pub files: Vec<LandedFile>,
    /// Of a dry run: where the connector's draft still says `GAP`, so that a sync would be refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
    /// Why nothing was published.
    pub error: Option<Problem>,
    /// The run that was made from the same inputs, where this one only found that out: its counts stand here too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<RunId>,
    /// The first rows of each relation as they would be published, if requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preview: Vec<PreviewRow>,
    /// Whether a look before publishing stopped once it had rows to show. Then the counts and the rejected rows are of the part
    /// that was read, nothing was compared or judged, and the outcome stays [`Outcome::Running`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_in_part: bool,
}

/// Why a run ended without a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The rule's id, such as `column-gone`.
    pub code: String,
    /// What happened, where, and what to do.
    pub message: String,
}

/// A rejected row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedExample {
    /// The file.
    pub file: String,
    /// The line of a text file, or the row of a sheet.
    pub row: u64,
    /// The rule's id.
    pub reason: &'static str,
    /// The column that failed.
    pub column: Option<String>,
    /// The text in it.
    pub text: Option<String>,
    /// One sentence for a person.
    pub detail: String,
}

/// A row as it would be published: the relation's columns that say something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PreviewRow {
    /// The relation.
    pub relation: &'static str,
    /// The file.
    pub file: String,
    /// The line or row in it.
    pub row: u64,
    /// Column and text.
    pub columns: Vec<(&'static str, String)>,
}

impl From<&Rejection> for RejectedExample {
    fn from(rejection: &Rejection) -> Self {
        Self {
            file: rejection.origin.file.to_string(),
            row: rejection.origin.row,
            reason: rejection.reason,
            column: rejection.column.as_deref().map(ToOwned::to_owned),
            text: rejection.text.clone(),
            detail: rejection.detail.clone(),
        }
    }
}

impl Report {
    /// The exit status that the command line gives: 0 published, unchanged or looked at in part, 3 refused, 4 unreadable,
    /// 1 stopped. A look at a connector that still has gaps has 3, because a sync would be refused.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self.outcome {
            Outcome::Running if self.read_in_part && !self.gaps.is_empty() => 3,
            Outcome::Running if self.read_in_part => 0,
            Outcome::Published | Outcome::Unchanged => 0,
            Outcome::Refused => 3,
            Outcome::Unreadable => 4,
            Outcome::Running | Outcome::Stopped => 1,
        }
    }

    /// Whether gaps of the draft are all that keeps it from being published.
    #[must_use]
    pub fn is_only_gaps(&self) -> bool {
        self.error.as_ref().is_some_and(|problem| problem.code == "gaps")
    }

    /// Why nothing was published, and the first rejected rows, in words; empty where there is nothing to explain.
    #[must_use]
    pub fn explanation(&self) -> String {
        let mut lines = Vec::new();
        if let Some(problem) = &self.error {
            lines.push(format!("{}: {}", problem.code, problem.message));
        }
        for row in &self.rejected {
            let column = row.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
            lines.push(format!("{}, row {}{column}: {}: {}", row.file, row.row, row.reason, row.detail));
        }
        let listed = self.rejected.len() as u64;
        let all: u64 = self.rejected_by_reason.values().sum();
        if all > listed && listed > 0 {
            lines.push(format!("… and {} more rejected rows", all - listed));
        }
        lines.join("\n")
    }

    /// Counts rejected rows and keeps the first of them.
    pub fn reject(&mut self, rows: &[Rejection]) {
        for row in rows {
            *self.rejected_by_reason.entry(row.reason).or_default() += 1;
            self.rejected_groups.count(row);
        }
        for row in rows {
            // Repeats are no fault, and some publishers have hundreds: a few show what they are.
            let of_its_kind = self.rejected.iter().filter(|known| known.reason == row.reason).count();
            let most = if row.reason == "repeated" { EXAMPLES_OF_REPEATS } else { EXAMPLES };
            if self.rejected.len() < EXAMPLES && of_its_kind < most {
                self.rejected.push(RejectedExample::from(row));
            }
        }
    }

    /// Rows that repeat another exactly: listed, and no fault of the source.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.rejected_by_reason.get("repeated").copied().unwrap_or(0)
    }
}
