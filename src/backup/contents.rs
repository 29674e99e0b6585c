//! `backup.json`: what a backup holds.

use super::error::BackupError;
use super::{CONTENTS, STORE};
use crate::disk;
use crate::outcomes::ReleaseNumber;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// How backups are laid out; another number is another layout.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The layout of the folder.
    pub format: u32,
    /// The hub that wrote it.
    pub hub: String,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// The store's version.
    pub store_version: i64,
    /// The newest release.
    pub release: ReleaseNumber,
    /// The digest of the newest release that has one.
    #[serde(default)]
    pub digest: Option<String>,
    /// Every table with its rows.
    pub rows: BTreeMap<String, u64>,
    /// The SHA-256 of `hub.sqlite`.
    pub sha256: String,
    /// The bytes of `hub.sqlite`.
    pub bytes: u64,
    /// The landed files.
    pub landed: Landed,
}

/// The landed files of a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landed {
    /// How many there are.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// Files whose bytes no longer match their SHA-256: left out.
    pub damaged: Vec<String>,
    /// Files that the store's runs name and this hub's folder lacks, by SHA-256: they may be in another hub's folder.
    pub absent: Vec<String>,
}

impl Contents {
    pub(super) fn new(made_at: DateTime<Utc>) -> Self {
        Self {
            format: FORMAT,
            hub: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            store_version: 0,
            release: 0,
            digest: None,
            rows: BTreeMap::new(),
            sha256: String::new(),
            bytes: 0,
            landed: Landed::default(),
        }
    }

    /// Reads a backup's description of itself.
    ///
    /// # Errors
    /// When the folder is not a complete backup, or was written by a newer hub.
    pub fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(CONTENTS);
        let text = match std::fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BackupError::NoBackup(folder.to_owned()));
            }
            read => read.map_err(BackupError::io(&path, "read"))?,
        };
        let wrong = |what: String| BackupError::Damaged { folder: folder.to_owned(), what };
        // The layout first: another one has other keys.
        let value: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| wrong(format!("{CONTENTS} cannot be read: {error}")))?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) if format > u64::from(FORMAT) => return Err(BackupError::Newer { folder: folder.to_owned() }),
            _ => return Err(wrong(format!("{CONTENTS} does not name its format"))),
        }
        serde_json::from_value(value).map_err(|error| wrong(format!("{CONTENTS} cannot be read: {error}")))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(CONTENTS);
        let written = serde_json::to_vec_pretty(self).map_err(io::Error::from).and_then(|mut text| {
            text.push(b'\n');
            let mut file = disk::options().write(true).create_new(true).open(&path)?;
            file.write_all(&text)?;
            file.sync_all()
        });
        written.map_err(BackupError::io(&path, "written"))
    }

    /// Fails where the store's file is not the one that was backed up.
    pub(super) fn is_of(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(STORE);
        let (sha256, bytes) = crate::landing::hash_of(&path).map_err(BackupError::io(&path, "read"))?;
        if (sha256.as_str(), bytes) == (self.sha256.as_str(), self.bytes) {
            return Ok(());
        }
        let what = format!(
            "{STORE} has {bytes} bytes with the SHA-256 {sha256}, and should have {} with {}",
            self.bytes, self.sha256
        );
        Err(BackupError::Damaged { folder: folder.to_owned(), what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<Contents, BackupError> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(CONTENTS), bytes).expect("written");
        Contents::read(folder.path())
    }

    fn contents(release: i64, rows: BTreeMap<String, u64>, damaged: Vec<String>) -> Contents {
        let landed = Landed { damaged, ..Landed::default() };
        Contents { release, rows, landed, ..Contents::new(DateTime::UNIX_EPOCH) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn what_is_written_is_read(release: i64, rows: BTreeMap<String, u64>, damaged: Vec<String>) {
            let contents = contents(release, rows, damaged);
            let folder = tempfile::tempdir().expect("a folder");
            contents.write(folder.path()).expect("written");
            prop_assert_eq!(Contents::read(folder.path()).expect("read"), contents);
        }

        /// A file that was cut, or in which bytes were changed, is read or refused, and nothing else happens.
        #[test]
        fn no_file_panics(cut: proptest::sample::Index, at: proptest::sample::Index, byte: u8, other: Vec<u8>) {
            let mut text = serde_json::to_vec(&contents(3, BTreeMap::from([("run".into(), 7)]), Vec::new())).expect("JSON");
            let place = at.index(text.len());
            text[place] = byte;
            for bytes in [&text[..], &text[..cut.index(text.len())], &other[..]] {
                let said = read(bytes);
                let refused = matches!(said, Err(BackupError::Damaged { .. } | BackupError::Newer { .. }));
                prop_assert!(refused || said.is_ok(), "{:?}", said);
            }
        }
    }
}
