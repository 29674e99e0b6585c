//! A strategy's file as published: its text, and what names it.

use serde::{Deserialize, Serialize};

/// A framework file, kept as its text: what it says is read from it, as of any release, by the room `frameworks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkDocument {
    /// Its id, which is also its file's stem: `bradford-better-health-better-lives`.
    pub id: String,
    /// The edition that the file itself names.
    pub version: String,
    /// The file's whole text, in TOML.
    pub document: String,
}
