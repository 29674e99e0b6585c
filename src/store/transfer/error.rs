//! Why a store could not be moved.

use crate::disk;
use crate::store::StoreError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a store could not be copied. Nothing of a copy that failed is left at the target.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of the two stores failed.
    #[error("{place}: {source}")]
    Store {
        /// Which, without secrets.
        place: String,
        /// How.
        #[source]
        source: StoreError,
    },
    /// There is no store to copy.
    #[error("there is no store at {0}; name the file that holds one")]
    NotThere(PathBuf),
    /// The target holds something already.
    #[error("{place} is not empty: it has rows in `{table}`, and a copy is never mixed with what is there; {next}")]
    NotEmpty {
        /// The target, without secrets.
        place: String,
        /// A table that holds rows.
        table: &'static str,
        /// What to do.
        next: &'static str,
    },
    /// The copy is not what was copied.
    #[error("the copy is not the same, so it was thrown away and the target is as it was: {0}")]
    Differs(String),
    /// The source is not what its releases were when they were published.
    #[error(
        "{0}; nothing was written: take an earlier backup, or keep what there is with --allow-altered, and `hub doctor --deep` \
         goes on to say so"
    )]
    Altered(String),
    /// The copy cannot hold a value of the source.
    #[error("the copy cannot hold what the source has, and nothing was written: {0}")]
    Unfit(String),
    /// Another process makes a store at the same place.
    #[error("another process is writing {0}; wait until it is done")]
    Busy(PathBuf),
    /// A file cannot be used.
    #[error("{path} cannot be {doing}: {source}{}", full(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done to it, as in `written`.
        doing: &'static str,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// `; ` and what to do, where the disk is full.
fn full(error: &io::Error) -> String {
    if disk::is_full(error) { format!("; {}", disk::next(error)) } else { String::new() }
}

impl TransferError {
    pub(super) fn of(place: &str) -> impl Fn(StoreError) -> Self + use<> {
        let place = place.to_owned();
        move |source| Self::Store { place: place.clone(), source }
    }

    pub(super) fn io(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { path, doing, source }
    }
}
