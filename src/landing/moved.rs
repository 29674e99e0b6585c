//! Landed bytes on their way to another folder of landed bytes, as a backup makes one and is restored from it.

use super::incoming::hash_of;
use super::{Landing, LandingError, TEMPORARY, place};
use crate::disk;
use std::fs::File;
use std::io;
use std::path::Path;

impl Landing {
    /// The SHA-256 of everything that has landed, in order.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all(&self) -> Result<Vec<String>, LandingError> {
        let mut all = Vec::new();
        let failed = |source| LandingError::io(&self.root, source);
        for folder in std::fs::read_dir(&self.root).map_err(failed)? {
            let folder = folder.map_err(failed)?;
            let begin = folder.file_name().to_string_lossy().into_owned();
            if begin.len() != 2 || !folder.path().is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(folder.path()).map_err(failed)? {
                let sha256 = begin.clone() + &entry.map_err(failed)?.file_name().to_string_lossy();
                // What has no such name was not landed.
                if self.find(&sha256).is_some() {
                    all.push(sha256);
                }
            }
        }
        all.sort_unstable();
        Ok(all)
    }

    /// How many bytes landed under this name, if they are those that it says; none where they are absent or damaged.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn checked(&self, sha256: &str) -> Result<Option<u64>, LandingError> {
        let Some(path) = self.find(sha256) else { return Ok(None) };
        let hashed = tokio::task::spawn_blocking({
            let path = path.clone();
            move || hash_of(&path)
        });
        let (found, bytes) =
            hashed.await.unwrap_or_else(|error| Err(error.into())).map_err(|source| LandingError::io(&path, source))?;
        Ok((found == sha256).then_some(bytes))
    }

    /// Takes bytes over that are [`checked`](Self::checked) elsewhere. With `link`, they are shared with the other folder
    /// where both are on one disk: landed bytes never change.
    ///
    /// # Errors
    /// When they are not there, or cannot be written here.
    pub async fn take(&self, from: &Self, sha256: &str, link: bool) -> Result<(), LandingError> {
        let path = place(&self.root, sha256);
        let taken = tokio::task::spawn_blocking({
            let (root, path) = (self.root.clone(), path.clone());
            let (there, sha256) = (place(&from.root, sha256), sha256.to_owned());
            move || take(&root, &there, &path, &sha256, link)
        });
        taken.await.unwrap_or_else(|error| Err(error.into())).map_err(|source| LandingError::io(&path, source))
    }
}

fn take(root: &Path, from: &Path, path: &Path, sha256: &str, link: bool) -> io::Result<()> {
    if path.is_file() && hash_of(path)?.0 == sha256 {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(root);
    disk::folder(folder)?;
    if !link || std::fs::hard_link(from, path).is_err() {
        let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(root)?;
        io::copy(&mut File::open(from)?, file.as_file_mut())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
    }
    // The new name is safe only once its folder is on the disk as well.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_landed_moves_and_what_is_damaged_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let landing = |name: &str| Landing::open(folder.path().join(name)).expect("a landing");
        let (one, linked, copied) = (landing("one"), landing("linked"), landing("copied"));
        let mut landed = Vec::new();
        for bytes in [b"abc".as_slice(), b"", b"def"] {
            landed.push(one.put_bytes(bytes).await.expect("landed").sha256);
        }
        std::fs::write(folder.path().join("one/.incoming-x"), b"half").expect("written");
        std::fs::write(folder.path().join("one/README"), b"not landed").expect("written");
        landed.sort();
        assert_eq!(one.all().expect("names"), landed);
        for (to, link) in [(&linked, true), (&copied, false)] {
            for sha256 in &landed {
                to.take(&one, sha256, link).await.expect("taken");
                to.take(&one, sha256, link).await.expect("taken again");
            }
            assert_eq!(to.all().expect("names"), landed);
        }
        assert!(one.find(&landed[0]).is_some_and(|path| path.exists()));
        std::fs::write(copied.find(&landed[0]).expect("a file"), b"abd").expect("damaged");
        assert_eq!(copied.checked(&landed[0]).await.expect("read"), None);
        assert_eq!(copied.checked(&"0".repeat(64)).await.expect("read"), None);
        assert!(one.checked(&landed[0]).await.expect("read").is_some());
        copied.take(&one, &landed[0], false).await.expect("mended");
        assert!(copied.checked(&landed[0]).await.expect("read").is_some());
    }
}
