//! A connector's folder: inside the binary, or on disk.

use super::error::ConnectorError;
use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The connectors that the binary carries.
#[derive(rust_embed::RustEmbed)]
#[folder = "connectors/"]
struct Shipped;

/// Where a connector's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Inside the binary, under this name.
    Shipped(String),
    /// On disk; the folder's own name is the connector's.
    Disk(PathBuf),
}

impl Folder {
    /// The names of the connectors that the binary carries, in order.
    #[must_use]
    pub fn shipped_names() -> Vec<String> {
        let mut names: Vec<String> =
            Shipped::iter().filter_map(|path| path.split_once('/').map(|(name, _)| name.to_owned())).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The connector's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Shipped(name) => name,
            Self::Disk(path) => path.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
        }
    }

    /// The folder's path for people.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Shipped(name) => format!("connectors/{name} (shipped)"),
            Self::Disk(path) => path.display().to_string(),
        }
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn bytes(&self, file: &str) -> Result<Cow<'static, [u8]>, ConnectorError> {
        let io = |source| ConnectorError::Io { path: format!("{}/{file}", self.display()), source };
        match self {
            Self::Shipped(name) => Shipped::get(&format!("{name}/{file}"))
                .map(|embedded| embedded.data)
                .ok_or_else(|| io(std::io::ErrorKind::NotFound.into())),
            Self::Disk(path) => std::fs::read(self.inside(path, file)?).map(Cow::Owned).map_err(io),
        }
    }

    /// Where something in the folder is, once every link on the way was followed.
    ///
    /// # Errors
    /// When it is not there, or when a link leads out of the folder: a connector of somebody else's must not read what only
    /// the hub may. A link within the folder is no harm, and the folder may itself be one.
    fn inside(&self, folder: &Path, name: &str) -> Result<PathBuf, ConnectorError> {
        let path = folder.join(name);
        let io = |source| ConnectorError::Io { path: path.display().to_string(), source };
        let (root, found) = (folder.canonicalize().map_err(io)?, path.canonicalize().map_err(io)?);
        if found.starts_with(&root) {
            return Ok(found);
        }
        Err(ConnectorError::Wrong {
            connector: self.name().to_owned(),
            file: name.to_owned(),
            what: "it is a link that leads out of the connector's folder; put the file itself there".into(),
        })
    }

    /// A file's text.
    ///
    /// # Errors
    /// When there is no such file, or it is not UTF-8.
    pub fn text(&self, file: &str) -> Result<String, ConnectorError> {
        let bytes = self.bytes(file)?;
        String::from_utf8(bytes.into_owned()).map_err(|_| ConnectorError::Wrong {
            connector: self.name().to_owned(),
            file: file.to_owned(),
            what: "it is not UTF-8 text".into(),
        })
    }

    /// The names of the files directly in `inside` (`""` is the folder itself), in order.
    ///
    /// # Errors
    /// When the folder cannot be listed whole: a shorter list would look like files that are gone.
    pub fn files(&self, inside: &str) -> Result<Vec<String>, ConnectorError> {
        let entries = self.entries(inside)?.into_iter();
        Ok(entries.filter_map(|(name, is_folder)| (!is_folder).then_some(name)).collect())
    }

    /// The names of the folders directly in `inside`, in order.
    ///
    /// # Errors
    /// When the folder cannot be listed whole.
    pub fn folders(&self, inside: &str) -> Result<Vec<String>, ConnectorError> {
        let entries = self.entries(inside)?.into_iter();
        Ok(entries.filter_map(|(name, is_folder)| is_folder.then_some(name)).collect())
    }

    fn entries(&self, inside: &str) -> Result<Vec<(String, bool)>, ConnectorError> {
        let mut entries: Vec<(String, bool)> = match self {
            Self::Shipped(name) => {
                let prefix = if inside.is_empty() { format!("{name}/") } else { format!("{name}/{inside}/") };
                Shipped::iter()
                    .filter_map(|path| path.strip_prefix(&prefix).map(ToOwned::to_owned))
                    .map(|rest| match rest.split_once('/') {
                        Some((folder, _)) => (folder.to_owned(), true),
                        None => (rest, false),
                    })
                    .collect()
            }
            Self::Disk(path) => self.listed(path, inside)?,
        };
        entries.sort();
        entries.dedup();
        Ok(entries)
    }

    /// What a folder of the disk holds; nothing where it is not there or is a file: what must be there is asked for by name.
    fn listed(&self, folder: &Path, inside: &str) -> Result<Vec<(String, bool)>, ConnectorError> {
        let path = match self.inside(folder, inside) {
            Err(ConnectorError::Io { source, .. }) if is_absent(&source) => return Ok(Vec::new()),
            path => path?,
        };
        let unread = |source| ConnectorError::Io { path: path.display().to_string(), source };
        let entries = match std::fs::read_dir(&path) {
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            entries => entries.map_err(unread)?,
        };
        let mut listed = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().into_string().map_err(|name| ConnectorError::Wrong {
                connector: self.name().to_owned(),
                file: name.to_string_lossy().into_owned(),
                what: "its name is not UTF-8: rename it".into(),
            })?;
            if !name.starts_with('.') {
                listed.push((name, entry.path().is_dir()));
            }
        }
        Ok(listed)
    }
}

/// Whether there is nothing of that name, or no folder.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_folder() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir_all(at("one/cases")).expect("folders");
        std::fs::create_dir(at("other")).expect("a folder");
        std::fs::write(at("secret.csv"), "x").expect("written");
        std::fs::write(at("other/secret.csv"), "x").expect("written");
        std::fs::write(at("one/own.csv"), "x").expect("written");
        symlink(at("one"), at("linked")).expect("a link");
        symlink(at("secret.csv"), at("one/out.csv")).expect("a link");
        symlink("../other", at("one/data")).expect("a link");
        symlink("own.csv", at("one/same.csv")).expect("a link");
        for folder in ["one", "linked"] {
            let disk = Folder::Disk(at(folder));
            for file in ["out.csv", "data/secret.csv", "../secret.csv"] {
                let error = disk.bytes(file).expect_err(file).to_string();
                assert!(error.contains(file) && error.contains("out of the connector's folder"), "{error}");
            }
            assert!(disk.files("data").expect_err("out of it").to_string().contains("out of the connector's folder"));
            assert_eq!(disk.text("same.csv").expect("within"), "x");
            assert_eq!(disk.files("").expect("a list"), ["out.csv", "own.csv", "same.csv"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_cannot_be_read_is_an_error_and_no_shorter_list() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.csv"), "x").expect("written");
        let disk = Folder::Disk(folder.path().to_owned());
        assert_eq!(disk.files("").expect("a list"), ["a.csv"]);
        assert!(disk.files("not-there").expect("nothing").is_empty());
        std::fs::write(folder.path().join(OsStr::from_bytes(b"b\xff.csv")), "x").expect("written");
        assert!(disk.files("").expect_err("refused").to_string().contains("not UTF-8"));
    }
}
