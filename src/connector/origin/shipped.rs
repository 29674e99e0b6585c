//! A file that comes with the connector or the hub.

use crate::connector::error::ConnectorError;
use crate::connector::format::Format;
use std::borrow::Cow;

/// A file of a resource, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedFile {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// What it is shipped with: `connector` or `hub`.
    pub with: &'static str,
}

/// The last part of a path.
pub(super) fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Those of these names that tell the format.
pub(super) fn of_format(names: Vec<String>, format: Format) -> impl Iterator<Item = String> {
    names.into_iter().filter(move |name| Format::of_file(name) == Some(format))
}

/// What is said where a path leads to nothing.
pub(super) fn no_file(connector: &str, path: &str, format: Format) -> ConnectorError {
    wrong(
        connector,
        format!(
            "`{path}` is neither a file nor a folder with a {} file; correct the resource's `path`",
            format.extension()
        ),
    )
}

/// A mistake in a connector's manifest.
pub(super) fn wrong(connector: &str, what: String) -> ConnectorError {
    ConnectorError::Wrong { connector: connector.to_owned(), file: "connector.toml".into(), what }
}
