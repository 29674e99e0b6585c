//! Landing: every file that the hub ever read, kept as its raw bytes under their SHA-256.
//!
//! Takes bytes as they come and gives where they are kept, so that a mapping can be replayed, a figure traced
//! to its bytes, and an unchanged download recognised before any work is done.
//!
//! Must never change landed bytes, name them by anything except their content, or delete them unless a person says that they
//! must not be kept.

mod incoming;
mod moved;

pub use incoming::{Incoming, hash_of};

use crate::disk;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::{Stream, StreamExt};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;

/// How the names of files that are still being written begin.
const TEMPORARY: &str = ".incoming-";
/// How old such a file is when whoever wrote it is certainly gone.
const LEFT_OVER: TimeDelta = TimeDelta::days(1);

/// Bytes that have landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The SHA-256 of the bytes, in 64 lower-case hex digits.
    pub sha256: String,
    /// How many there are.
    pub bytes: u64,
    /// Where they are.
    pub path: PathBuf,
}

/// Why bytes could not be landed.
#[derive(Debug, thiserror::Error)]
pub enum LandingError {
    /// The folder or a file in it cannot be used.
    #[error("{path} cannot be written: {source}; {next}")]
    Io {
        /// The folder or file.
        path: String,
        /// Why not.
        #[source]
        source: io::Error,
        /// What to do.
        next: &'static str,
    },
    /// More bytes came than are allowed.
    #[error("the file has more than {limit} bytes, the most that the hub takes; check that it is the right file")]
    TooLarge {
        /// The most bytes.
        limit: u64,
    },
    /// The bytes stopped coming.
    #[error("the transfer stopped: {0}; try again")]
    Interrupted(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl LandingError {
    /// Whether there was no room on the disk.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Io { source, .. } if disk::is_full(source))
    }

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let next = disk::next(&source);
        Self::Io { path: path.display().to_string(), source, next }
    }
}

/// The folder of landed bytes. Cheap to clone; any number of processes may share it.
#[derive(Clone, Debug)]
pub struct Landing {
    root: PathBuf,
}

impl Landing {
    /// Opens the folder, and makes it where there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: PathBuf) -> Result<Self, LandingError> {
        disk::folder(&root).map_err(|source| LandingError::io(&root, source))?;
        Ok(Self { root })
    }

    /// Begins to land bytes, at most `max_bytes` of them.
    ///
    /// # Errors
    /// When no file can be made.
    pub async fn begin(&self, max_bytes: u64) -> Result<Incoming, LandingError> {
        Incoming::begin(self.root.clone(), max_bytes).await
    }

    /// Lands a stream of bytes, at most `max_bytes` of them.
    ///
    /// # Errors
    /// When the stream fails, gives too much, or its bytes cannot be written.
    pub async fn put<E>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
        max_bytes: u64,
    ) -> Result<Landed, LandingError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut stream = pin!(stream);
        let mut incoming = self.begin(max_bytes).await?;
        while let Some(bytes) = stream.next().await {
            incoming.write(&bytes.map_err(|error| LandingError::Interrupted(error.into()))?).await?;
        }
        incoming.finish().await
    }

    /// Lands bytes that are in memory.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn put_bytes(&self, bytes: &[u8]) -> Result<Landed, LandingError> {
        let mut incoming = self.begin(u64::MAX).await?;
        incoming.write(bytes).await?;
        incoming.finish().await
    }

    /// The landed bytes that are the same as those of a file elsewhere, if they have landed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn holds(&self, file: &Path) -> io::Result<Option<Landed>> {
        let (root, file) = (self.root.clone(), file.to_owned());
        let hashed = tokio::task::spawn_blocking(move || incoming::hash_of(&file)).await.map_err(io::Error::from)?;
        let (sha256, bytes) = hashed?;
        let path = place(&root, &sha256);
        // Of another size, what is there was damaged.
        let there = path.metadata().is_ok_and(|there| there.is_file() && there.len() == bytes);
        Ok(there.then_some(Landed { sha256, bytes, path }))
    }

    /// A file elsewhere as if it had landed, under its own path: for what is not to be kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn hashed(&self, file: &Path) -> io::Result<Landed> {
        let path = file.to_owned();
        let own = path.clone();
        let hashed = tokio::task::spawn_blocking(move || incoming::hash_of(&own)).await.map_err(io::Error::from)?;
        let (sha256, bytes) = hashed?;
        Ok(Landed { sha256, bytes, path })
    }

    /// Where the bytes of this SHA-256 are, if they have landed.
    #[must_use]
    pub fn find(&self, sha256: &str) -> Option<PathBuf> {
        let is_hex = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let path = is_hex.then(|| place(&self.root, sha256))?;
        path.is_file().then_some(path)
    }

    /// Removes the bytes of this SHA-256 for good; says whether they were there.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget(&self, sha256: &str) -> Result<bool, LandingError> {
        let Some(path) = self.find(sha256) else { return Ok(false) };
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(LandingError::io(&path, error)),
        }
    }

    /// Removes what runs that were stopped left half written more than a day before `now`; gives how many files.
    ///
    /// # Errors
    /// When the folder cannot be read or a file not removed.
    pub fn sweep(&self, now: DateTime<Utc>) -> Result<usize, LandingError> {
        let failed = |source| LandingError::io(&self.root, source);
        let mut swept = 0;
        for entry in std::fs::read_dir(&self.root).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if !entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                continue;
            }
            let removed = match entry.metadata().and_then(|metadata| metadata.modified()) {
                Ok(modified) if now - DateTime::<Utc>::from(modified) <= LEFT_OVER => continue,
                Ok(_) => std::fs::remove_file(entry.path()),
                Err(error) => Err(error),
            };
            match removed {
                Ok(()) => {}
                // It was finished or swept in the meantime.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(LandingError::io(&entry.path(), error)),
            }
            swept += 1;
        }
        Ok(swept)
    }
}

/// Where the bytes of this SHA-256 belong.
fn place(root: &Path, sha256: &str) -> PathBuf {
    root.join(&sha256[..2]).join(&sha256[2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn landing() -> (tempfile::TempDir, Landing) {
        let folder = tempfile::tempdir().expect("a folder");
        let landing = Landing::open(folder.path().join("landing")).expect("a landing");
        (folder, landing)
    }

    fn temporaries(landing: &Landing) -> usize {
        let entries = std::fs::read_dir(&landing.root).expect("a folder").flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(TEMPORARY)).count()
    }

    #[tokio::test]
    async fn bytes_are_kept_under_their_hash() {
        let (_folder, landing) = landing();
        assert_eq!(landing.find(ABC), None);
        let parts: Vec<Result<Bytes, io::Error>> = vec![Ok("a".into()), Ok("".into()), Ok("bc".into())];
        let landed = landing.put(stream::iter(parts), 3).await.expect("landed");
        assert_eq!((landed.sha256.as_str(), landed.bytes), (ABC, 3));
        assert!(landed.path.ends_with(format!("{}/{}", &ABC[..2], &ABC[2..])));
        assert_eq!(landing.find(ABC), Some(landed.path.clone()));
        assert_eq!(std::fs::read(&landed.path).expect("bytes"), b"abc");
        assert_eq!(temporaries(&landing), 0);
        assert_eq!(landing.find("../../etc/passwd"), None);
        assert_eq!(landing.find(&ABC.to_uppercase()), None);
    }

    #[tokio::test]
    async fn what_has_landed_is_not_written_again_unless_it_is_damaged() {
        let (_folder, landing) = landing();
        let landed = landing.put_bytes(b"abc").await.expect("landed");
        let written = |landed: &Landed| std::fs::metadata(&landed.path).and_then(|m| m.modified()).expect("a time");
        let first = written(&landed);
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert_eq!(landing.put_bytes(b"abc").await.expect("landed"), landed);
        assert_eq!(written(&landed), first);
        std::fs::write(&landed.path, b"ab").expect("damaged");
        landing.put_bytes(b"abc").await.expect("landed");
        assert_eq!(std::fs::read(&landed.path).expect("bytes"), b"abc");
        assert_eq!(temporaries(&landing), 0);
    }

    #[tokio::test]
    async fn the_same_bytes_may_land_at_once() {
        let (_folder, landing) = landing();
        let bytes = vec![7; 3 << 20];
        let all = futures::future::join_all((0..8).map(|_| landing.put_bytes(&bytes))).await;
        let all: Vec<Landed> = all.into_iter().collect::<Result<_, _>>().expect("landed");
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(std::fs::read(&all[0].path).expect("bytes"), bytes);
        assert_eq!(temporaries(&landing), 0);
    }

    #[tokio::test]
    async fn too_much_and_a_broken_stream_leave_nothing() {
        let (_folder, landing) = landing();
        let endless = stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[0; 1024])));
        let error = landing.put(endless, 5_000_000).await.expect_err("too much");
        assert!(error.to_string().contains("5000000"), "{error}");
        let broken = stream::iter([Ok(Bytes::from_static(b"a")), Err(io::Error::other("the line went dead"))]);
        let error = landing.put(broken, 10).await.expect_err("broken");
        assert!(error.to_string().contains("the line went dead"), "{error}");
        assert_eq!(std::fs::read_dir(&landing.root).expect("a folder").count(), 0);
    }

    #[tokio::test]
    async fn a_dropped_landing_leaves_nothing_and_a_killed_one_is_swept() {
        let (_folder, landing) = landing();
        let mut incoming = landing.begin(u64::MAX).await.expect("begun");
        incoming.write(&vec![1; 4 << 20]).await.expect("written");
        assert_eq!(temporaries(&landing), 1);
        drop(incoming);
        assert_eq!(temporaries(&landing), 0);

        let left = landing.root.join(".incoming-x");
        std::fs::write(&left, b"half").expect("written");
        let kept = landing.put_bytes(b"abc").await.expect("landed");
        let written: DateTime<Utc> = std::fs::metadata(&left).and_then(|m| m.modified()).expect("a time").into();
        assert_eq!(landing.sweep(written + TimeDelta::hours(23)).expect("swept"), 0);
        assert_eq!(landing.sweep(written + TimeDelta::hours(25)).expect("swept"), 1);
        assert!(!left.exists() && kept.path.exists());
    }
}
