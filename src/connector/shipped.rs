//! Files that need no fetching: those of a connector's folder, and those that the hub itself ships in `schema/`.

use super::{Connector, ConnectorError, Format, Resource, ResourceKind};
use std::borrow::Cow;

/// The contracts that the binary carries: the frameworks, the shared indicators.
#[derive(rust_embed::RustEmbed)]
#[folder = "schema/"]
struct Schema;

/// A file of a resource, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedFile {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
}

impl Connector {
    /// The files that come with the connector or the hub for this resource, in the order of their names. None for a
    /// resource that is fetched, read from the store or given by hand.
    ///
    /// # Errors
    /// When there is no such file, or a folder holds none of the resource's format.
    pub fn shipped(&self, resource: &Resource) -> Result<Vec<ShippedFile>, ConnectorError> {
        let Some(path) = resource.path.as_deref().map(|path| path.trim_end_matches('/')) else {
            return Ok(Vec::new());
        };
        let names = |inside: Vec<String>| -> Vec<String> {
            inside.into_iter().filter(|name| Format::of_file(name) == Some(resource.format)).collect()
        };
        match resource.kind {
            ResourceKind::File => {
                let inside = self.folder.files(path);
                if inside.is_empty() {
                    return Ok(vec![ShippedFile { name: last(path), bytes: self.folder.bytes(path)? }]);
                }
                let files: Vec<ShippedFile> = names(inside)
                    .into_iter()
                    .map(|name| Ok(ShippedFile { bytes: self.folder.bytes(&format!("{path}/{name}"))?, name }))
                    .collect::<Result<_, ConnectorError>>()?;
                if files.is_empty() { Err(self.no_file(path, resource)) } else { Ok(files) }
            }
            ResourceKind::Schema => {
                if let Some(file) = Schema::get(path) {
                    return Ok(vec![ShippedFile { name: last(path), bytes: file.data }]);
                }
                let files: Vec<ShippedFile> = names(schema_files(path))
                    .into_iter()
                    .filter_map(|name| Some(ShippedFile { bytes: Schema::get(&format!("{path}/{name}"))?.data, name }))
                    .collect();
                if files.is_empty() { Err(self.no_file(&format!("schema/{path}"), resource)) } else { Ok(files) }
            }
            ResourceKind::Http => Ok(Vec::new()),
        }
    }

    fn no_file(&self, path: &str, resource: &Resource) -> ConnectorError {
        ConnectorError::Wrong {
            connector: self.name.clone(),
            file: "connector.toml".into(),
            what: format!(
                "`{path}` is neither a file nor a folder with a {} file; correct the resource's `path`",
                resource.format.extension()
            ),
        }
    }
}

/// The names of the files directly in a folder of `schema/`, in order.
fn schema_files(folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/");
    let inside = |path: &str| path.strip_prefix(&prefix).map(ToOwned::to_owned);
    let mut names: Vec<String> =
        Schema::iter().filter_map(|path| inside(&path)).filter(|name| !name.contains('/')).collect();
    names.sort();
    names
}

fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
