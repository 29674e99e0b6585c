//! Making a backup.

use super::contents::Contents;
use super::error::BackupError;
use super::folder::{Unfinished, sync};
use super::{LANDING, STORE, Step, Watch};
use crate::landing::Landing;
use crate::store::{self, Altered, Place, SqliteStore, TransferError, Verified};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

/// Writes a backup of a store and the landed files to a folder that does not exist yet, or is empty. The hub goes on serving
/// and syncing meanwhile: the store is read as of one moment, and every file that it names had already landed.
///
/// A store whose figures were altered is backed up all the same, and what was found is given with it: it may be all that is
/// left.
///
/// # Errors
/// When the folder is not empty or cannot be written, or the store or a landed file cannot be read. Nothing is left then.
pub async fn write(
    from: &Place,
    landing: &Landing,
    folder: &Path,
    made_at: DateTime<Utc>,
    watch: &Watch<'_>,
) -> Result<(Contents, Verified), BackupError> {
    let unfinished = Unfinished::begin(folder)?;
    let mut contents = Contents::new(made_at);
    let verified = store_of(from, unfinished.path(), &mut contents, watch).await?;
    files_of(landing, unfinished.path(), &mut contents, watch).await?;
    contents.write(unfinished.path())?;
    unfinished.finish()?;
    Ok((contents, verified))
}

async fn store_of(
    from: &Place,
    folder: &Path,
    contents: &mut Contents,
    watch: &Watch<'_>,
) -> Result<Verified, BackupError> {
    let path = folder.join(STORE);
    let copied = Place::Sqlite(path.clone());
    match from {
        Place::Sqlite(file) => {
            if !file.is_file() {
                return Err(TransferError::NotThere(file.clone()).into());
            }
            watch(Step::File);
            let of = |place: &Place| {
                let place = place.to_string();
                move |source| TransferError::Store { place, source }
            };
            let store = SqliteStore::open(file).await.map_err(of(from))?;
            let done = store.copy_to(&path).await.map_err(of(&copied));
            store::Upkeep::close(&store).await;
            done?;
        }
        Place::Postgres(_) => {
            store::copy(from, &copied, Altered::Allowed, &|step| watch(Step::Store(step))).await?;
        }
    }
    watch(Step::Checking(0, 1));
    let measured = store::measure(&copied).await?;
    (contents.store_version, contents.release) = (measured.version, measured.release);
    contents.rows = measured.tables.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect();
    contents.landed.absent = measured.landed;
    let failed = |doing| BackupError::io(&path, doing);
    File::open(&path).and_then(|file| file.sync_all()).map_err(failed("written"))?;
    (contents.sha256, contents.bytes) = crate::landing::hash_of(&path).map_err(failed("read"))?;
    watch(Step::Store(store::Step::Digests));
    let verified = store::verify(&copied).await?;
    contents.digest = verified.newest.as_ref().map(|(_, digest)| digest.clone());
    Ok(verified)
}

async fn files_of(
    landing: &Landing,
    folder: &Path,
    contents: &mut Contents,
    watch: &Watch<'_>,
) -> Result<(), BackupError> {
    let path = folder.join(LANDING);
    let kept = Landing::open(path.clone())?;
    let all = landing.all()?;
    let of = u64::try_from(all.len()).unwrap_or(u64::MAX);
    for (done, sha256) in (1..).zip(&all) {
        match landing.checked(sha256).await? {
            Some(bytes) => {
                kept.take(landing, sha256, true).await?;
                contents.landed.files += 1;
                contents.landed.bytes += bytes;
            }
            None => contents.landed.damaged.push(sha256.clone()),
        }
        watch(Step::Landing(done, of));
    }
    let there: HashSet<String> = all.into_iter().collect();
    contents.landed.absent.retain(|sha256| !there.contains(sha256));
    sync(&path).map_err(BackupError::io(&path, "written"))
}
