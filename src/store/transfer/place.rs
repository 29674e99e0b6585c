//! Where a store is.

use crate::store::{PostgresOptions, PostgresStore};
use std::fmt;
use std::path::PathBuf;

/// A store by the place where it is, or will be.
#[derive(Clone, Debug)]
pub enum Place {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A Postgres database; replicas play no part.
    Postgres(PostgresOptions),
}

/// Without secrets.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(options) => f.write_str(&PostgresStore::shown(options)),
        }
    }
}
