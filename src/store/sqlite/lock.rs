//! One run of a connector at a time, over all processes of a data folder: a lock on a file beside the store. The lock
//! dies with its holder.

use crate::disk;
use crate::store::{Lease, StoreError};
use async_trait::async_trait;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

/// A connector's lock; dropping it, or the end of the process, frees it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

#[async_trait]
impl Lease for Lock {
    /// The kernel keeps it for as long as the process lives.
    async fn lost(&self) {
        std::future::pending::<()>().await;
    }

    async fn release(self: Box<Self>) {}
}

impl Lock {
    /// Takes a connector's lock at once, or says who holds it.
    ///
    /// # Errors
    /// When another process holds it, or the folder cannot be written.
    pub(super) fn take(folder: &Path, name: &str) -> Result<Self, StoreError> {
        let path = folder.join(format!("{name}.lock"));
        let io = |source| StoreError::Open { path: path.clone(), source };
        disk::folder(folder).map_err(io)?;
        let mut file = disk::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&path).unwrap_or_default();
                let holder = if holder.is_empty() { holder } else { format!("process {}", holder.trim()) };
                return Err(StoreError::Held { dataset: name.to_owned(), holder });
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
