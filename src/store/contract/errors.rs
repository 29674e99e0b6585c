//! Why a store cannot do what it is asked.

/// Why a store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed.
    #[error("the store could not {doing}: {source}")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// The engine's error.
        #[source]
        source: sqlx::Error,
    },
    /// Rows could not be read.
    #[error("the store could not {doing}: {source}")]
    Reading {
        /// What was being done.
        doing: &'static str,
        /// The engine's error.
        #[source]
        source: rusqlite::Error,
    },
    /// There was no room for what the engine had to write.
    #[error(
        "the store could not {doing}, because {disk} is full: {source}; make room and run it again: what was published stays"
    )]
    Full {
        /// What was being done.
        doing: &'static str,
        /// Which disk.
        disk: &'static str,
        /// The engine's error.
        #[source]
        source: sqlx::Error,
    },
    /// A migration failed, or the store is newer than this hub.
    #[error("the store could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The store was written by a newer hub.
    #[error(
        "the store was written by a newer hub: it is at version {found} and this hub knows versions up to {known}; \
         use a hub at least as new as the one that wrote it"
    )]
    Newer {
        /// The store's version.
        found: i64,
        /// The newest version that this hub knows.
        known: i64,
    },
    /// The store was not brought up to date.
    #[error("the store is at version {found} and this hub needs version {known}; run `hub migrate`")]
    Older {
        /// The store's version.
        found: i64,
        /// The version that this hub needs.
        known: i64,
    },
    /// The server cannot be used as it was named.
    #[error("{0}")]
    Address(String),
    /// The connection broke while a release was committed, and the store could not be asked since.
    #[error(
        "whether run {run} was published is not known, because the store went away as it was committed ({source}); `hub doctor` tells once it is back"
    )]
    Unknown {
        /// The run.
        run: crate::outcomes::RunId,
        /// How the connection broke.
        #[source]
        source: sqlx::Error,
    },
    /// What is stored does not make sense.
    #[error("the store holds something that this hub did not write: {0}")]
    Inconsistent(String),
    /// Another run published the dataset after this one began staging.
    #[error("`{dataset}` was published by another run meanwhile, so nothing was written; run it again")]
    Overtaken {
        /// The dataset.
        dataset: String,
    },
    /// Another process syncs the dataset.
    #[error(
        "`{dataset}` is being synced by another process{}; wait until it is done, then try again",
        if holder.is_empty() { String::new() } else { format!(" ({holder})") }
    )]
    Held {
        /// The dataset.
        dataset: String,
        /// Who, where the holder said so.
        holder: String,
    },
    /// The caller broke the order of calls.
    #[error("the store was asked for something out of turn: {0}")]
    OutOfTurn(String),
    /// The folder or file cannot be used.
    #[error("the store at {path} cannot be opened: {source}")]
    Open {
        /// The folder or file.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}
