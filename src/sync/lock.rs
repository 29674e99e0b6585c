//! One run of a connector at a time, over all processes of a data folder. The lock dies with its holder.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

/// A connector's lock; dropping it, or the end of the process, frees it.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why a lock was not had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("`{name}` is being synced by another process{holder}; wait until it is done, then try again")]
    Held {
        /// The connector.
        name: String,
        /// ` (process 123)`, where the holder wrote it.
        holder: String,
    },
    /// The lock's file cannot be used.
    #[error("the lock {path} cannot be used: {source}")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

impl Lock {
    /// Takes a connector's lock at once, or says who holds it.
    ///
    /// # Errors
    /// When another process holds it, or the folder cannot be written.
    pub fn take(folder: &Path, name: &str) -> Result<Self, LockError> {
        let path = folder.join(format!("{name}.lock"));
        let io = |source| LockError::Io { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(io)?;
        let mut file = File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&path).unwrap_or_default();
                let holder = if holder.is_empty() { holder } else { format!(" (process {})", holder.trim()) };
                return Err(LockError::Held { name: name.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = Lock::take(folder.path(), "ascof").expect("the lock");
        let error = Lock::take(folder.path(), "ascof").expect_err("it is held");
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        Lock::take(folder.path(), "fingertips").expect("another connector's lock");
        drop(held);
        Lock::take(folder.path(), "ascof").expect("the lock is free again");
    }
}
