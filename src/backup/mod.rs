//! Backups: a folder that holds a whole hub, whichever engine keeps its store.
//!
//! Takes a store and the landed files and gives a folder: the history as one SQLite file, the landed files, and a
//! `backup.json` that lists them with their hashes. Restoring takes such a folder and gives a store
//! on either engine.
//!
//! Must never take an incomplete backup for a complete one, and never restore over anything: a backup gets its name when it is
//! complete and on the disk, and a store when it is compared.

mod contents;
mod error;
mod folder;
mod restore;
mod write;

pub use contents::{Contents, Landed};
pub use error::BackupError;
pub use restore::{Restored, restore};
pub use write::write;

use crate::store;

/// The store's file in a backup.
const STORE: &str = "hub.sqlite";
/// The landed files in a backup.
const LANDING: &str = "landing";
/// The file whose presence means that a backup is complete.
const CONTENTS: &str = "backup.json";

/// How far a backup or its restoring is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The store is copied from one engine to the other.
    Store(store::Step),
    /// The store's file is copied.
    File,
    /// Hashes are compared with what they should be: files done, files in all.
    Checking(u64, u64),
    /// Landed files are copied: files done, files in all.
    Landing(u64, u64),
}

/// Receives how far it is.
pub type Watch<'a> = dyn Fn(Step) + Send + Sync + 'a;
