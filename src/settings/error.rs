//! Why settings cannot be read.

use std::path::PathBuf;

/// Why settings cannot be read. None repeats a value that could hold a password.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The command line itself: clap writes the message, and shows help if it was requested.
    #[error("{0}")]
    Arguments(#[from] clap::Error),
    /// A file cannot be read.
    #[error("{setting}: {path} cannot be read: {source}")]
    Unreadable {
        /// The setting that names it.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// `hub.toml` is wrong.
    #[error("{path}{}: {what}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: Option<usize>,
        /// What is wrong.
        what: String,
    },
    /// Two settings contradict each other, or one makes no sense.
    #[error("{0}")]
    Wrong(String),
}
