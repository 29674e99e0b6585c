//! Opening the store that a copy goes to, and what becomes of it: all of it, or nothing.

use super::side::{Engine, Side, process_of};
use super::tables::TABLES;
use super::{Place, TransferError};
use crate::disk;
use crate::outcomes::ReleaseNumber;
use crate::store::common::Doing;
use crate::store::{PostgresStore, SqliteStore, StoreError};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The target in the middle of its transaction.
pub(super) struct Target {
    pub(super) side: Side,
    /// Where the store is a new file: it has another name until it is whole.
    draft: Option<Draft>,
}

/// Opens an empty store, or makes one.
pub(super) async fn open(place: &Place) -> Result<Target, TransferError> {
    let name = place.to_string();
    let (engine, draft) = match place {
        Place::Sqlite(path) => {
            let draft = if path.exists() { None } else { Some(Draft::begin(path)?) };
            let file = draft.as_ref().map_or(path, |draft| &draft.unfinished);
            (sqlite(file, draft.is_some()).await, draft)
        }
        Place::Postgres(options) => {
            let engine = async {
                PostgresStore::migrate(options).await?;
                let (pool, store) = PostgresStore::single(options)?;
                let process = process_of(&pool).await?;
                let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
                // Whoever writes to the empty store waits, and reading goes on. A copy that was killed lets go within
                // seconds.
                let lock = format!("LOCK TABLE {} IN EXCLUSIVE MODE", names.join(", "));
                let (patient, again) = ("SET LOCAL lock_timeout = '30s'", "SET LOCAL lock_timeout = 0");
                for statement in ["BEGIN".to_owned(), patient.to_owned(), lock, again.to_owned()] {
                    // Made of the tables' names alone.
                    let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(statement));
                    statement.execute(&pool).await.doing("be locked for the copy")?;
                }
                Ok(Engine::Postgres { pool, store, process })
            };
            (engine.await, None)
        }
    };
    let engine = match engine {
        Ok(engine) => engine,
        Err(error) => {
            if let Some(draft) = draft {
                draft.remove();
            }
            return Err(TransferError::of(&name)(error));
        }
    };
    let target = Target { side: Side { name, engine }, draft };
    // The connection goes back before anything is closed.
    let occupied = target.side.hold().await?.occupied().await;
    match occupied {
        Ok(None) => Ok(target),
        Ok(Some(table)) => {
            let error = not_empty(&target.side, table);
            target.discard().await;
            Err(error)
        }
        Err(error) => {
            let error = TransferError::of(&target.side.name)(error);
            target.discard().await;
            Err(error)
        }
    }
}

/// A store that may not be copied into.
pub(super) fn not_empty(side: &Side, table: &'static str) -> TransferError {
    let next = match &side.engine {
        Engine::Sqlite { .. } => "name one that is not there yet",
        Engine::Postgres { .. } => "make a new database and name that",
    };
    TransferError::NotEmpty { place: side.name.clone(), table, next }
}

/// A store that is up to date in a file without its name yet, made of one that may be older. Removed when it is dropped.
pub struct UpToDate {
    draft: Option<Draft>,
    place: Place,
}

impl UpToDate {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Gives it its name, once it is on the disk.
    ///
    /// # Errors
    /// When there is a file of that name already, or it cannot be written.
    pub fn keep(mut self) -> Result<(), TransferError> {
        self.draft.take().map_or(Ok(()), Draft::finish)
    }
}

impl Drop for UpToDate {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            draft.remove();
        }
    }
}

/// Copies an SQLite file, which stays as it is, and brings the copy up to date; `to` is the name that it may get, and
/// says where it is written.
///
/// # Errors
/// When the file cannot be read or written, is no store, or was written by a newer hub.
pub async fn up_to_date(from: &Path, to: &Path) -> Result<UpToDate, TransferError> {
    let draft = Draft::of(from, to).await?;
    Ok(UpToDate { place: Place::Sqlite(draft.unfinished.clone()), draft: Some(draft) })
}

async fn sqlite(path: &Path, is_new: bool) -> Result<Engine, StoreError> {
    SqliteStore::migrate(path).await?;
    let (pool, store) = SqliteStore::single(path, false).await?;
    // A new file is thrown away when the machine stops in the middle, so it needs neither the log nor to be synced until
    // it is whole; one that is there is changed in one transaction of the log.
    let pragmas: &[&'static str] = if is_new {
        &["PRAGMA journal_mode = delete", "PRAGMA synchronous = off"]
    } else {
        &["PRAGMA synchronous = full"]
    };
    for statement in pragmas.iter().chain(&["BEGIN IMMEDIATE"]) {
        sqlx::query(*statement).execute(&pool).await.doing("be locked for the copy")?;
    }
    Ok(Engine::Sqlite { pool, store })
}

impl Target {
    /// Makes the copy count.
    pub(super) async fn keep(self, release: ReleaseNumber) -> Result<(), TransferError> {
        let done = commit(&self.side.engine, release).await.map_err(TransferError::of(&self.side.name));
        self.side.close().await;
        match (self.draft, done) {
            (Some(draft), Ok(())) => draft.finish(),
            (Some(draft), Err(error)) => {
                draft.remove();
                Err(error)
            }
            (None, done) => done,
        }
    }

    /// Leaves nothing of it.
    pub(super) async fn discard(self) {
        self.side.close().await;
        if let Some(draft) = self.draft {
            draft.remove();
        }
    }
}

async fn commit(engine: &Engine, release: ReleaseNumber) -> Result<(), StoreError> {
    let doing = "commit the copy";
    match engine {
        Engine::Sqlite { pool, .. } => {
            sqlx::query("COMMIT").execute(pool).await.doing(doing)?;
        }
        Engine::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await.doing(doing)?;
            PostgresStore::announce(&mut connection, release).await?;
            sqlx::query("COMMIT").execute(&mut *connection).await.doing(doing)?;
            // Reads of the index alone need it; the server would come to it by itself, later.
            if let Err(error) = sqlx::query("VACUUM figure").execute(&mut *connection).await {
                tracing::warn!(%error, "the copy stands, and its figures could not be vacuumed; the server will do so");
            }
        }
    }
    Ok(())
}

/// A store that is being made in a new file.
struct Draft {
    path: PathBuf,
    unfinished: PathBuf,
    /// Held until the file has its name: tells one that is being written from one that was left.
    file: File,
}

impl Draft {
    /// With the bytes of another file, as a store that is up to date.
    async fn of(from: &Path, to: &Path) -> Result<Self, TransferError> {
        let (from, to) = (from.to_owned(), to.to_owned());
        let copied = tokio::task::spawn_blocking(move || {
            let mut draft = Self::begin(&to)?;
            let copied = File::open(&from).and_then(|mut from| io::copy(&mut from, &mut draft.file));
            match copied {
                Ok(_) => Ok(draft),
                Err(error) => {
                    draft.remove();
                    Err(TransferError::io(&from, "copied")(error))
                }
            }
        });
        let draft = copied.await.map_err(|error| TransferError::Unfit(error.to_string()))??;
        match SqliteStore::migrate(&draft.unfinished).await {
            Ok(_) => Ok(draft),
            Err(error) => {
                let failed = TransferError::of(&draft.path.display().to_string())(error);
                draft.remove();
                Err(failed)
            }
        }
    }

    fn begin(path: &Path) -> Result<Self, TransferError> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        let failed = |source| TransferError::io(&unfinished, "made")(source);
        if let Some(folder) = path.parent() {
            disk::folder(folder).map_err(TransferError::io(folder, "made"))?;
        }
        let file = disk::options().create(true).truncate(false).read(true).write(true).open(&unfinished);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(TransferError::Busy(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // What a copy that was killed has left.
        file.set_len(0).map_err(failed)?;
        let draft = Self { path: path.to_owned(), unfinished, file };
        draft.remove_beside();
        Ok(draft)
    }

    /// Gives it its name, once it is on the disk.
    fn finish(self) -> Result<(), TransferError> {
        let named = self.file.sync_all().and_then(|()| give(&self.unfinished, &self.path));
        self.remove();
        named.map_err(TransferError::io(&self.path, "made"))
    }

    fn remove(&self) {
        self.remove_beside();
        // It may have its own name by now; what cannot be removed is overwritten by the next copy.
        let _ = std::fs::remove_file(&self.unfinished);
    }

    /// SQLite's own files.
    fn remove_beside(&self) {
        for suffix in ["-journal", "-wal", "-shm"] {
            let mut beside = self.unfinished.as_os_str().to_owned();
            beside.push(suffix);
            let _ = std::fs::remove_file(beside);
        }
    }
}

/// Names a file, never over another one.
fn give(unfinished: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(unfinished, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // A file system without links.
        Err(_) if path.exists() => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => std::fs::rename(unfinished, path)?,
    }
    // The new name is safe only once its folder is on the disk as well.
    if cfg!(unix)
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
