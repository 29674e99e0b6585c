//! A landed file, and the columns by which the hub traces its rows.

use std::path::PathBuf;

/// The column that names the resource.
pub const RESOURCE: &str = "_resource";
/// The column that names the file.
pub const FILE: &str = "_file";
/// The column that numbers the row: the line of a csv, the row of a sheet, the object or record from 1.
pub const ROW: &str = "_row";

/// The column of what a row's file was asked for by: the value of `each`.
pub const EACH: &str = "_each";

/// A landed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFile {
    /// The manifest's resource.
    pub resource: String,
    /// The file's name, without folders.
    pub name: String,
    /// Where the landed bytes are.
    pub path: PathBuf,
    /// What it was asked for by; none where it was given by hand, or its resource asks once.
    pub each: Option<String>,
}
