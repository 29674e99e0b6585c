//! The newest release, asked for again only when something was committed.
//!
//! Every request begins with it, those whose answer is kept in memory too: a statement for it takes longer than such an answer.
//! SQLite's own readers learn of a commit from the header of the write-ahead log's index, which every process that has
//! the store open shares (file format, "WAL-Index Header"): it holds a counter that each commit raises. As long as these bytes are
//! the same, nothing was committed.

use crate::outcomes::ReleaseNumber;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The first of the header's two copies.
const HEADER: usize = 48;

type Header = [u8; HEADER];

/// The newest release, and the header while it was read.
#[derive(Debug)]
pub(super) struct Head {
    index: Option<PathBuf>,
    /// Opened once the store's first connection has made it.
    file: OnceLock<File>,
    last: Mutex<Option<(Header, ReleaseNumber)>>,
}

impl Head {
    /// Of the store in the file at `path`, nothing known yet.
    pub fn new(path: &Path) -> Self {
        let mut index = path.as_os_str().to_owned();
        index.push("-shm");
        Self { index: Some(index.into()), file: OnceLock::new(), last: Mutex::default() }
    }

    /// Where the one connection may be in the middle of a transaction, whose release nobody else knows of.
    pub fn asked_each_time() -> Self {
        Self { index: None, file: OnceLock::new(), last: Mutex::default() }
    }

    /// The newest release: the last one that was read, where nothing was committed since, or else as `read` gives it.
    pub async fn get<E>(&self, read: impl Future<Output = Result<ReleaseNumber, E>>) -> Result<ReleaseNumber, E> {
        let before = self.header();
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((header, head)) = last
            && before == Some(header)
        {
            return Ok(head);
        }
        let head = read.await?;
        // Where something was committed meanwhile, the two may not belong together.
        if let Some(header) = before.filter(|before| self.header() == Some(*before)) {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((header, head));
        }
        Ok(head)
    }

    /// The header as it is now; `None` where it cannot be read, and nothing is remembered.
    fn header(&self) -> Option<Header> {
        let file = if let Some(file) = self.file.get() {
            file
        } else {
            let file = File::open(self.index.as_ref()?).ok()?;
            self.file.get_or_init(|| file)
        };
        let mut header = [0; HEADER];
        read_at_start(file, &mut header).ok()?;
        Some(header)
    }
}

#[cfg(unix)]
fn read_at_start(file: &File, bytes: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, 0)
}

/// Elsewhere what another process has mapped is not certain to be what a read gives.
#[cfg(not(unix))]
fn read_at_start(_: &File, _: &mut [u8]) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;
    use crate::store::conformance::{Batch, dataset, figure, minute};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn it_is_read_again_only_after_a_commit_of_whichever_process() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hub.sqlite");
        let [store, other] =
            [SqliteStore::open(&path).await.expect("a store"), SqliteStore::open(&path).await.expect("a store")];
        let (head, reads) = (Head::new(&path), AtomicUsize::new(0));
        let newest = async || {
            let read = async {
                reads.fetch_add(1, Ordering::Relaxed);
                super::super::releases::head(&store.reads).await
            };
            (head.get(read).await.expect("a head"), reads.load(Ordering::Relaxed))
        };
        assert_eq!([newest().await, newest().await], [(0, 1), (0, 1)]);
        for release in 1..=20 {
            let figures = vec![figure("a", "E01", 2020, f64::from(release))];
            // Connections of another store, as another process would have.
            let by = if release % 2 == 0 { &store } else { &other };
            Batch::new(dataset("one"), figures).publish(by, minute(release.into())).await;
            let found = newest().await;
            assert_eq!((found.0, newest().await), (release.into(), found), "read once more, and kept");
        }
    }
}
