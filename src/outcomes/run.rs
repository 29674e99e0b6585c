//! Runs: one journey along the road, whether or not it ended in a release.

use super::{Counts, Origin, Relation, ReleaseNumber};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Numbered from 1 in the order of starting.
pub type RunId = i64;

/// The code of a run that was stopped because it took too long.
pub const OUT_OF_TIME: &str = "out-of-time";

/// The code of a run that was stopped because it needed too much memory.
pub const OUT_OF_MEMORY: &str = "out-of-memory";

/// The source of a file that a person gave with `--input`.
pub const BY_HAND: &str = "local file";

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Under way.
    Running,
    /// Ended in a release.
    Published,
    /// Everything was as published: no release, no figure written.
    Unchanged,
    /// A check refused it; the published release stays.
    Refused,
    /// The source could not be read; the published release stays.
    Unreadable,
    /// Stopped before it was done; the published release stays.
    Stopped,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Published, Self::Unchanged, Self::Refused, Self::Unreadable, Self::Stopped];

    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Published => "published",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
            Self::Stopped => "stopped",
        }
    }

    /// The outcome behind a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// A file as it was landed, and how many rows were read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedFile {
    /// The manifest's resource.
    pub resource: String,
    /// The file's name, without folders.
    pub name: String,
    /// Where it came from: a URL without its query, or `local file`.
    pub source: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Data rows read from it.
    pub rows: u64,
}

/// A row that was quarantined, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The relation that the row was mapped to.
    pub relation: Relation,
    /// Where the row is.
    pub origin: Origin,
    /// The rule's id, such as `unreadable-figure`.
    pub reason: &'static str,
    /// The publisher's column that failed, or the relation's where the publisher's is not known.
    pub column: Option<Arc<str>>,
    /// The text in it.
    pub text: Option<String>,
    /// One sentence for a person.
    pub detail: String,
    /// The mapped row as JSON, so that it can be looked at without the file.
    pub raw: String,
}

impl Rejection {
    /// The same without anything that stood in the row: its place, its column and the rule.
    #[must_use]
    pub fn without_text(self) -> Self {
        let detail =
            format!("the row broke the rule `{}`; it is made of records of people, and not shown", self.reason);
        Self { text: None, raw: "{}".into(), detail, ..self }
    }
}

/// One run along the road.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// The dataset.
    pub dataset: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Outcome,
    /// The release that it made.
    pub release: Option<ReleaseNumber>,
    /// What it did with the figures it mapped.
    pub figures: Counts,
    /// What it did with the rows of reference relations.
    pub reference: Counts,
    /// The landed files.
    pub files: Vec<LandedFile>,
    /// Why it was refused or stopped, for a person.
    pub error: Option<String>,
    /// The refusal's code, such as `column-gone`.
    pub error_code: Option<String>,
    /// What deserved a look and refused nothing, for a person.
    pub warnings: Vec<String>,
    /// What it was made from (files, connector, parameters, what was known then), as one hash; `None` where it did not
    /// get so far.
    pub inputs: Option<String>,
}

impl Run {
    /// Whether files were given with `--input`, so that the publisher was not asked for the newest.
    #[must_use]
    pub fn given_by_hand(&self) -> bool {
        self.files.iter().any(|file| file.source == BY_HAND)
    }

    /// Whether it was stopped at a limit of its manifest: the next one would very likely pass it too.
    #[must_use]
    pub fn passed_a_limit(&self) -> bool {
        matches!(self.error_code.as_deref(), Some(OUT_OF_TIME | OUT_OF_MEMORY))
    }
}
