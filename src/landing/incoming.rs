//! Bytes on their way in: written under a temporary name, and only given their own once they are all safely there.

use super::{Landed, LandingError, TEMPORARY, place};
use crate::disk;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How much is gathered before it is written.
const CHUNK: usize = 1 << 20;

/// Bytes on their way in. Dropped before [`Incoming::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    root: PathBuf,
    limit: u64,
    bytes: u64,
    gathered: Vec<u8>,
    /// `None` while a write is running; the write removes the file itself if nobody waits for it any more.
    file: Option<Hashed>,
}

#[derive(Debug)]
struct Hashed {
    file: NamedTempFile,
    hash: Sha256,
}

impl Incoming {
    pub(super) async fn begin(root: PathBuf, limit: u64) -> Result<Self, LandingError> {
        let folder = root.clone();
        let file = off_thread(&root, move || tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)).await?;
        let file = Some(Hashed { file, hash: Sha256::new() });
        Ok(Self { root, limit, bytes: 0, gathered: Vec::with_capacity(CHUNK), file })
    }

    /// How many bytes have come.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When they are too many, or cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), LandingError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.limit {
            return Err(LandingError::TooLarge { limit: self.limit });
        }
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= CHUNK {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), LandingError> {
        let gathered = std::mem::take(&mut self.gathered);
        let mut hashed = self.take()?;
        let written = off_thread(&self.root, move || {
            hashed.hash.update(&gathered);
            hashed.file.as_file_mut().write_all(&gathered)?;
            Ok((hashed, gathered))
        });
        let (hashed, mut gathered) = written.await?;
        gathered.clear();
        self.gathered = gathered;
        self.file = Some(hashed);
        Ok(())
    }

    /// Gives the bytes the name of their SHA-256, once they are on the disk.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn finish(mut self) -> Result<Landed, LandingError> {
        self.flush().await?;
        let Hashed { file, hash } = self.take()?;
        let sha256 = hex(hash);
        let path = place(&self.root, &sha256);
        let landed = Landed { sha256, bytes: self.bytes, path };
        let (target, bytes) = (landed.path.clone(), self.bytes);
        off_thread(&landed.path, move || keep(file, &target, bytes)).await?;
        Ok(landed)
    }

    fn take(&mut self) -> Result<Hashed, LandingError> {
        self.file.take().ok_or_else(|| {
            LandingError::io(&self.root, io::Error::other("an earlier write of the same bytes was stopped"))
        })
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The SHA-256 of a file in 64 lower-case hex digits, and how many bytes it has. Blocks.
///
/// # Errors
/// When it cannot be read.
pub fn hash_of(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hex(hash), bytes));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

fn keep(file: NamedTempFile, path: &Path, bytes: u64) -> io::Result<()> {
    // Of another size, what is there was damaged, and is replaced.
    if path.metadata().is_ok_and(|there| there.is_file() && there.len() == bytes) {
        return Ok(());
    }
    file.as_file().sync_all()?;
    if let Some(folder) = path.parent() {
        disk::folder(folder)?;
        file.persist(path)?;
        // The new name is safe only once its folder is on the disk as well.
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
    }
    Ok(())
}

async fn off_thread<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, LandingError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(|source| LandingError::io(path, source)),
        Err(error) => Err(LandingError::io(path, error.into())),
    }
}
