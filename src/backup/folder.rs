//! The folder of a backup while it is written: it has another name until it is complete.

use super::error::BackupError;
use crate::disk;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Distinguishes a folder that is being written from one that a killed process left.
const LOCK: &str = "lock";

/// A backup that is being written.
pub(super) struct Unfinished {
    target: PathBuf,
    folder: PathBuf,
    _lock: File,
}

impl Unfinished {
    /// Begins a backup beside the folder that it will be. What a killed one left is removed.
    pub(super) fn begin(target: &Path) -> Result<Self, BackupError> {
        let name = target.file_name().ok_or_else(|| BackupError::Unnamed(target.to_owned()))?;
        let empty = match std::fs::read_dir(target) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(BackupError::io(target, "used for a backup")(error)),
        };
        if !empty {
            return Err(BackupError::Occupied(target.to_owned()));
        }
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".unfinished");
        let folder = target.with_file_name(hidden);
        let failed = |doing| BackupError::io(&folder, doing);
        disk::folder(&folder).map_err(failed("made"))?;
        let lock = folder.join(LOCK);
        let lock = disk::options().create(true).truncate(false).write(true).open(&lock);
        let lock = lock.map_err(failed("written"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(target.to_owned())),
            Err(TryLockError::Error(source)) => return Err(failed("locked")(source)),
        }
        let unfinished = Self { target: target.to_owned(), folder: folder.clone(), _lock: lock };
        unfinished.clear().map_err(failed("cleared"))?;
        Ok(unfinished)
    }

    /// Where to write.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// Gives it its name, once it is on the disk.
    pub(super) fn finish(self) -> Result<(), BackupError> {
        self.name().map_err(BackupError::io(&self.target, "made"))
    }

    fn name(&self) -> io::Result<()> {
        std::fs::remove_file(self.folder.join(LOCK))?;
        sync(&self.folder)?;
        // It is empty, or not there.
        match std::fs::remove_dir(&self.target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::rename(&self.folder, &self.target)?;
        match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
            _ => sync(Path::new(".")),
        }
    }

    fn clear(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name() == LOCK {
                continue;
            }
            if entry.file_type()?.is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            } else {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Where it got its name there is nothing left; what cannot be removed is, when a backup is next made here.
        if self.folder.exists() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// New names in a folder are safe only once it is on the disk as well.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
