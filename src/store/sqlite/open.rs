//! Opening a store: its folder, its file, its connections and its migrations.

use super::SqliteStore;
use super::engine::Doing;
use super::head::Head;
use super::readers::Readers;
use super::reading::Reading;
use crate::disk;
use crate::store::common::{FileNames, Kept, not_migrated};
use crate::store::{Migrated, StoreError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a writer waits for another process to finish writing.
const PATIENCE: Duration = Duration::from_secs(30);
/// Look-ups at once: the newest release, runs, catalogues.
const LOOK_UPS: u32 = 4;

/// Reads of figures at once: twice as many as the large questions of all processors may have, so that small ones find one free. Each
/// holds at most `READ_CACHE`.
fn readers() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(2 * processors).unwrap_or(u32::MAX).clamp(4, 16)
}

/// Page caches, as SQLite takes them: KiB, negative. Together they bound the memory of the store.
const READ_CACHE: &str = "-8000";
const WRITE_CACHE: &str = "-4000";
/// Also what the engine sorts within, before it spills to a temporary file.
const PUBLISH_CACHE: &str = "-16000";
const STAGING_CACHE: &str = "-8000";
/// The write-ahead log is cut back to this many bytes once a large release is in the file.
const LOG_LIMIT: &str = "67108864";

impl SqliteStore {
    /// Opens the store in the file at `path`; makes the file and its folder where there is none, and brings an older
    /// store up to date.
    ///
    /// # Errors
    /// When the file cannot be made or read, is no store, or was written by a newer hub.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::migrate(path).await?;
        let options = options(path);

        // A run's record may be lost with the machine's power; a release may not (see `publishing`).
        let writing = options.clone().synchronous(SqliteSynchronous::Normal).pragma("cache_size", WRITE_CACHE);
        let writes = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(writing.disable_statement_logging())
            .await
            .doing("be opened for writing")?;
        let reading = options.clone().read_only(true).pragma("cache_size", READ_CACHE);
        let reads = SqlitePoolOptions::new()
            .max_connections(LOOK_UPS)
            .connect_with(reading)
            .await
            .doing("be opened for reading")?;
        let figures = Reading::Own(Readers::new(path, readers(), READ_CACHE));
        // Foreign keys are not checked row by row while publishing: every id comes from a join in the same
        // transaction, `problems` checks them all, and checking them one by one takes four times as long as writing.
        let publishing = options
            .foreign_keys(false)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", PUBLISH_CACHE)
            .pragma("temp.cache_size", STAGING_CACHE)
            .disable_statement_logging();
        let locks = path.parent().unwrap_or(Path::new(".")).join("locks");
        let turn = Arc::new(Mutex::new(()));
        let (catalogues, files, head) = (Kept::default(), FileNames::default(), Head::new(path));
        Ok(Self { reads, figures, writes, publishing, turn, locks, catalogues, files, head })
    }

    /// Brings the store in the file at `path` up to date, and says what it did; makes the file and its folder where there
    /// is none.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn migrate(path: &Path) -> Result<Migrated, StoreError> {
        let failed = |source| StoreError::Open { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            disk::folder(folder).map_err(failed)?;
        }
        // SQLite gives its files beside it the mode of this one.
        disk::file(path).map_err(failed)?;
        migrate(&options(path)).await
    }

    /// The version of the store in the file at `path` and the newest that this hub knows; changes nothing.
    ///
    /// # Errors
    /// When there is no such file or it is no store.
    pub async fn version(path: &Path) -> Result<Migrated, StoreError> {
        let mut connection = only_read(options(path)).connect().await.doing("be opened")?;
        let from = version(&mut connection).await?;
        connection.close().await.doing("be opened")?;
        Ok(Migrated { from, to: newest() })
    }

    /// A store whose every read goes through one connection, which the caller may have in the middle of a transaction.
    /// Foreign keys are not checked.
    pub(in crate::store) async fn single(path: &Path, read_only: bool) -> Result<(SqlitePool, Self), StoreError> {
        let options = options(path).foreign_keys(false).pragma("cache_size", PUBLISH_CACHE);
        let options = if read_only { only_read(options) } else { options }.disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await
            .doing("be opened")?;
        let (turn, locks) = (Arc::default(), path.parent().unwrap_or(Path::new(".")).join("locks"));
        let (reads, figures, writes) = (pool.clone(), Reading::Shared(pool.clone()), pool.clone());
        let (catalogues, files, head) = (Kept::default(), FileNames::default(), Head::asked_each_time());
        Ok((pool, Self { reads, figures, writes, publishing: options, turn, locks, catalogues, files, head }))
    }

    /// Writes a copy of the store, as it stands now, to a new file; readers and writers go on meanwhile.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        // It may be there if it is empty, and then keeps its mode.
        let made = disk::options().write(true).create_new(true).open(path);
        made.map_err(|source| StoreError::Open { path: path.to_owned(), source })?;
        let path = path.to_string_lossy();
        sqlx::query("VACUUM INTO ?1").bind(path.as_ref()).execute(&self.writes).await.doing("be copied")?;
        Ok(())
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("journal_size_limit", LOG_LIMIT)
}

/// Nothing is written through the connection. Unlike one that is opened for reading alone it tidies up behind itself when it
/// is the last to close: the store is one file again.
fn only_read(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma("query_only", "on")
}

/// The file's version; 0 where it is empty.
async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let doing = "tell its version";
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(&mut *connection).await.doing(doing)?;
    if tables == 0 {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations";
    sqlx::query_scalar(newest).fetch_one(connection).await.doing(doing)
}

/// Fails where the file is older than this hub. One that a newer hub brought further goes on serving this one:
/// migrations only add.
pub(super) async fn current(reads: &SqlitePool) -> Result<(), StoreError> {
    let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(reads)
        .await
        .doing("tell its version")?;
    let known = newest();
    if found < known { Err(StoreError::Older { found, known }) } else { Ok(()) }
}

/// Brings the file up to date in one transaction, so that two hubs that start together do not both try.
async fn migrate(options: &SqliteConnectOptions) -> Result<Migrated, StoreError> {
    let options = options.clone().create_if_missing(true);
    let mut connection = options.connect().await.doing("be opened")?;
    write_ahead(&mut connection).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.doing("be locked to bring it up to date")?;
    let from = version(&mut transaction).await?;
    MIGRATIONS.run(&mut *transaction).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) => StoreError::Newer { found, known: newest() },
        error => not_migrated(error),
    })?;
    transaction.commit().await.doing("be brought up to date")?;
    connection.close().await.doing("be opened")?;
    Ok(Migrated { from, to: newest() })
}

/// The newest version that this hub knows.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Turns the write-ahead log on. Unlike any other lock, this one is not waited for by SQLite itself.
async fn write_ahead(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    const PAUSE: Duration = Duration::from_millis(50);
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        match sqlx::raw_sql("PRAGMA journal_mode = wal").execute(&mut *connection).await {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("5") => {
                tokio::time::sleep(PAUSE).await;
            }
            result => return result.map(|_| ()).doing("be opened"),
        }
    }
    Err(StoreError::Inconsistent("another process keeps the store locked".to_owned()))
}
