//! Restoring a backup.

use super::contents::Contents;
use super::error::BackupError;
use super::{LANDING, STORE, Step, Watch};
use crate::landing::Landing;
use crate::store::{self, Altered, Measured, Place, SqliteStore, TransferError, Verified};
use std::path::Path;

/// What was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The backup's description of itself.
    pub contents: Contents,
    /// Landed files that were copied.
    pub files: u64,
    /// The releases, held against their digests.
    pub verified: Verified,
    /// What was compared, where the store was copied from one engine to another.
    pub compared: Option<store::Summary>,
}

/// Restores a backup into an empty store: hashes are checked before anything is written, landed files are copied
/// (unless `landing` is none), and the store comes last, whole or not at all.
///
/// # Errors
/// When the folder is not a complete backup or is damaged, when figures are not those that were published and that is not
/// allowed, when the store is not empty, or anything cannot be written.
pub async fn restore(
    folder: &Path,
    to: &Place,
    landing: Option<&Landing>,
    data_dir: &Path,
    altered: Altered,
    watch: &Watch<'_>,
) -> Result<Restored, BackupError> {
    no_links(folder)?;
    let contents = Contents::read(folder)?;
    store::vacant(to).await?;
    watch(Step::Checking(0, 1));
    contents.is_of(folder)?;
    let path = folder.join(STORE);
    let known = SqliteStore::version(&path)
        .await
        .map_err(|source| TransferError::Store { place: path.display().to_string(), source })?
        .to;
    if contents.store_version > known {
        return Err(BackupError::Newer { folder: folder.to_owned() });
    }
    let mut files = 0;
    if let Some(landing) = landing {
        let kept = Landing::open(folder.join(LANDING))?;
        for sha256 in &checked(&kept, folder, &contents, watch).await? {
            // Never linked: what a backup holds is not shared with a hub at work.
            landing.take(&kept, sha256, false).await?;
            files += 1;
            watch(Step::Landing(files, contents.landed.files));
        }
    }
    let (verified, compared) = match to {
        Place::Sqlite(file) if !file.exists() => {
            watch(Step::File);
            let draft = store::up_to_date(&path, file).await?;
            as_said(folder, &contents, &store::measure(draft.place()).await?)?;
            watch(Step::Store(store::Step::Digests));
            let verified = altered.judge(store::verify(draft.place()).await?)?;
            draft.keep()?;
            (verified, None)
        }
        _ => {
            // The columns of an older store are not those that are copied; and a backup is only read.
            let older = if contents.store_version < known {
                Some(store::up_to_date(&path, &data_dir.join("restoring.sqlite")).await?)
            } else {
                None
            };
            let from = older.as_ref().map_or_else(|| Place::Sqlite(path.clone()), |older| older.place().clone());
            as_said(folder, &contents, &store::measure(&from).await?)?;
            let summary = store::copy(&from, to, altered, &|step| watch(Step::Store(step))).await?;
            (summary.verified.clone(), Some(summary))
        }
    };
    Ok(Restored { contents, files, verified, compared })
}

/// Fails where a backup holds a link: what it leads to is not part of the backup, and may be anything that the hub can read.
fn no_links(folder: &Path) -> Result<(), BackupError> {
    let mut open = vec![folder.to_owned()];
    while let Some(inside) = open.pop() {
        // One that is not there, or no folder, is judged by whoever reads the backup.
        let Ok(entries) = std::fs::read_dir(&inside) else { continue };
        for entry in entries {
            let entry = entry.map_err(BackupError::io(&inside, "read"))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(BackupError::io(&path, "read"))?;
            if kind.is_symlink() {
                let what = format!("{} is a link, and a backup holds files and folders only", path.display());
                return Err(BackupError::Damaged { folder: folder.to_owned(), what });
            }
            if kind.is_dir() {
                open.push(path);
            }
        }
    }
    Ok(())
}

/// Every landed file of a backup, once the hash of each was checked.
async fn checked(
    kept: &Landing,
    folder: &Path,
    contents: &Contents,
    watch: &Watch<'_>,
) -> Result<Vec<String>, BackupError> {
    let damaged = |what: String| BackupError::Damaged { folder: folder.to_owned(), what };
    let all = kept.all()?;
    let of = u64::try_from(all.len()).unwrap_or(u64::MAX);
    if of < contents.landed.files {
        let missing = contents.landed.files - of;
        return Err(damaged(format!(
            "{missing} of {} landed files are missing; --store-only restores without landed files",
            contents.landed.files
        )));
    }
    for (done, sha256) in (1..).zip(&all) {
        if kept.checked(sha256).await?.is_none() {
            return Err(damaged(format!(
                "the landed file {sha256} is damaged: its bytes do not match its name; --store-only restores without landed files"
            )));
        }
        watch(Step::Checking(done, of));
    }
    Ok(all)
}

/// Fails where a store does not hold what the backup said.
fn as_said(folder: &Path, contents: &Contents, found: &Measured) -> Result<(), BackupError> {
    let rows = |table: &str| contents.rows.get(table).copied();
    let same = found.release == contents.release
        // A table that came with a later version has no number.
        && found.tables.iter().all(|(table, found)| rows(table).is_none_or(|said| said == *found));
    if same {
        return Ok(());
    }
    let what = "its store does not hold as many rows as backup.json says".to_owned();
    Err(BackupError::Damaged { folder: folder.to_owned(), what })
}
