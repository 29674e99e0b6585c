//! How far a run is, for a terminal or a log.

use std::fmt;

/// The stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The manifest and the SQL are checked against the columns that the golden case has.
    Planning,
    /// Bytes are fetched and landed.
    Fetching,
    /// Rows are decoded, mapped, checked and staged.
    Mapping,
    /// Staged rows are compared with published ones.
    Comparing,
    /// The release is written.
    Publishing,
    /// The run is over.
    Done,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planning => "planning",
            Self::Fetching => "fetching",
            Self::Mapping => "mapping",
            Self::Comparing => "comparing",
            Self::Publishing => "publishing",
            Self::Done => "done",
        })
    }
}

/// Receives how far a run is.
pub trait Progress: Send + Sync {
    /// A dataset's run enters a stage.
    fn stage(&self, dataset: &str, stage: Stage);

    /// Within a stage: bytes fetched of a total, or rows mapped (no total is known).
    fn advance(&self, done: u64, total: Option<u64>);
}

/// Ignores progress.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: Stage) {}

    fn advance(&self, _: u64, _: Option<u64>) {}
}
