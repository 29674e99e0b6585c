//! The connectors that a hub knows: those shipped, and those of the folder given by `--connectors`.

use super::{Connector, ConnectorError, Folder};
use crate::hint::did_you_mean;
use std::collections::BTreeMap;
use std::path::Path;

/// The connectors that a hub knows, by name.
#[derive(Clone, Debug)]
pub struct Library {
    folders: BTreeMap<String, Folder>,
}

impl Library {
    /// The shipped connectors, added to or overridden by the folders of `extra`.
    ///
    /// # Errors
    /// When `extra` is not a folder.
    pub fn open(extra: Option<&Path>) -> Result<Self, ConnectorError> {
        let mut folders: BTreeMap<String, Folder> =
            Folder::shipped_names().into_iter().map(|name| (name.clone(), Folder::Shipped(name))).collect();
        if let Some(extra) = extra {
            let io = |source| ConnectorError::Io { path: extra.display().to_string(), source };
            for entry in std::fs::read_dir(extra).map_err(io)? {
                let path = entry.map_err(io)?.path();
                let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
                if path.join("connector.toml").is_file() {
                    folders.insert(name.to_owned(), Folder::Disk(path.clone()));
                }
            }
        }
        Ok(Self { folders })
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.folders.keys().map(String::as_str)
    }

    /// Only those of these names, as far as there are such.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.folders.retain(|name, _| names.contains(&name.as_str()));
        self
    }

    /// Reads one connector.
    ///
    /// # Errors
    /// When there is none of that name (the nearest is named), or when its folder is wrong.
    pub fn get(&self, name: &str) -> Result<Connector, ConnectorError> {
        let folder = self
            .folders
            .get(name)
            .ok_or_else(|| ConnectorError::Unknown { name: name.to_owned(), hint: did_you_mean(name, self.names()) })?;
        Connector::read(folder.clone())
    }
}
