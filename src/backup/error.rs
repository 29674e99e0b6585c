//! Why a backup could not be made or restored.

use crate::disk;
use crate::landing::LandingError;
use crate::store::TransferError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a backup could not be made or restored. Nothing that existed before is changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder for a backup holds something.
    #[error("{0} already exists and is not empty; name a new folder for the backup")]
    Occupied(PathBuf),
    /// The folder for a backup has no name.
    #[error("{0} does not name a folder for the backup; name a folder that does not exist yet")]
    Unnamed(PathBuf),
    /// Another process writes the same backup.
    #[error("another process is writing the backup {0}; wait until it is done")]
    Busy(PathBuf),
    /// A folder that is not a backup.
    #[error(
        "{0} holds no backup.json, so it is not a backup or an incomplete one; name the folder of a complete backup"
    )]
    NoBackup(PathBuf),
    /// The backup is of a later hub.
    #[error("the backup {folder} was written by a newer hub; restore it with one at least as new")]
    Newer {
        /// The backup.
        folder: PathBuf,
    },
    /// The backup is not as it was written.
    #[error("the backup {folder} is damaged, and nothing was restored: {what}")]
    Damaged {
        /// The backup.
        folder: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The store could not be copied.
    #[error(transparent)]
    Store(#[from] TransferError),
    /// A landed file could not be taken over.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// A file or folder cannot be used.
    #[error("{path} cannot be {doing}: {source}{}", full(source))]
    Io {
        /// The file or folder.
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

impl BackupError {
    pub(super) fn io(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { path, doing, source }
    }
}
