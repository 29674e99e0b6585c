//! Why a connector cannot be used: what, where, and what to do next.

/// Why a connector's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// No folder of that name.
    #[error("there is no connector `{name}`{hint}; `hub connector list` shows those that there are")]
    Unknown {
        /// The name asked for.
        name: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// A file of the folder is wrong.
    #[error("{connector}/{file}: {what}")]
    Wrong {
        /// The connector.
        connector: String,
        /// The file in its folder.
        file: String,
        /// What is wrong, where, and what to do.
        what: String,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}
