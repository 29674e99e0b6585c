//! Connections that read figures, each statement on a thread of its own until it has ended or nobody waits for it any more.
//!
//! The driver of the rest of the store hands over every row through a channel, its values copied one by one: for a page of
//! figures that takes several times as long as the read itself. Here rows are taken where they are read.
//!
//! SQLite works in this process and knows no time-out: a statement that gives no row would go on to its end on one of a few
//! connections, long after its client has gone.

use crate::store::common::{Columns, StoredTime, Taking};
use crate::store::{PoolUse, StoreError};
use crate::threads::Threads;
use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How long one statement may take: as with Postgres.
const LONGEST: Duration = Duration::from_secs(30);

/// How long a read waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// Steps of SQLite's machine between two looks: some tens of microseconds.
const STEPS: i32 = 10_000;

/// A few connections to one file. Each is opened when it is first needed.
pub(super) struct Readers(Arc<Shared>);

struct Shared {
    path: PathBuf,
    /// The page cache of each, as SQLite takes it.
    cache: &'static str,
    idle: Mutex<Vec<Connection>>,
    threads: Threads,
    turns: Arc<Semaphore>,
    most: u32,
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Readers").field(&self.0.path).finish()
    }
}

/// Says that nobody waits for a statement any more, once whoever asked is dropped.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Readers {
    /// At most so many connections to the file at `path`.
    pub fn new(path: &Path, most: u32, cache: &'static str) -> Self {
        let turns = Arc::new(Semaphore::new(most as usize));
        let (path, threads) = (path.to_owned(), Threads::new("figures"));
        Self(Arc::new(Shared { path, cache, idle: Mutex::default(), threads, turns, most }))
    }

    /// Gives the rows of a statement to `into`. When this is dropped before the statement has ended, it is interrupted.
    pub async fn read<T: Taking>(&self, sql: &'static str, values: Vec<Value>, into: T) -> Result<T, StoreError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(StoreError::Engine {
                doing: "give a connection to read figures",
                source: sqlx::Error::PoolTimedOut,
            });
        };
        let gone = Arc::new(AtomicBool::new(false));
        let _waits = Waits(Arc::clone(&gone));
        let shared = Arc::clone(&self.0);
        let work = self.0.threads.run(move || {
            let _turn = turn;
            shared.read(sql, values, into, gone)
        });
        work.await.unwrap_or_else(|_| Err(StoreError::Inconsistent("a read broke off".into())))
    }

    /// As the pool tells.
    pub fn used(&self) -> PoolUse {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        let busy = (self.0.most as usize).saturating_sub(self.0.turns.available_permits());
        PoolUse { pool: "figures".to_owned(), idle, busy }
    }

    /// Closes the connections, once none is at work.
    pub async fn close(&self) {
        // Closed twice, there is nothing to wait for.
        let all = self.0.turns.acquire_many(self.0.most).await;
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.0.turns.close();
        drop(all);
    }
}

impl Shared {
    fn read<T: Taking>(
        &self,
        sql: &'static str,
        values: Vec<Value>,
        mut into: T,
        gone: Arc<AtomicBool>,
    ) -> Result<T, StoreError> {
        let failed = |source| StoreError::Reading { doing: T::DOING, source };
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = kept.map_or_else(|| self.open(), Ok).map_err(failed)?;
        let until = Instant::now() + LONGEST;
        let is_over = move || gone.load(Ordering::Relaxed) || Instant::now() >= until;
        connection.progress_handler(STEPS, Some(is_over)).map_err(failed)?;
        {
            let mut statement = connection.prepare_cached(sql).map_err(failed)?;
            let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                into.row(row)?;
            }
        }
        // One that failed is not used again; the next read opens another.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(into)
    }

    fn open(&self) -> Result<Connection, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "cache_size", self.cache)?;
        // One plan whatever the values: else the engine plans a statement anew for each.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    }
}

impl Columns for Row<'_> {
    fn id(&self, column: usize, doing: &'static str) -> Result<i64, StoreError> {
        value(self, column, doing)
    }

    fn id_or_none(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError> {
        value(self, column, doing)
    }

    fn whole(&self, column: usize, doing: &'static str) -> Result<i64, StoreError> {
        value(self, column, doing)
    }

    fn code(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError> {
        value(self, column, doing)
    }

    fn number(&self, column: usize, doing: &'static str) -> Result<Option<f64>, StoreError> {
        value(self, column, doing)
    }

    fn flag(&self, column: usize, doing: &'static str) -> Result<bool, StoreError> {
        value(self, column, doing)
    }

    fn text(&self, column: usize, doing: &'static str) -> Result<&str, StoreError> {
        let found = self.get_ref(column).and_then(|found| Ok(found.as_str()?));
        found.map_err(|source| StoreError::Reading { doing, source })
    }

    fn text_or_none(&self, column: usize, doing: &'static str) -> Result<Option<&str>, StoreError> {
        let found = self.get_ref(column).and_then(|found| Ok(found.as_str_or_null()?));
        found.map_err(|source| StoreError::Reading { doing, source })
    }

    fn time(&self, column: usize, doing: &'static str) -> Result<DateTime<Utc>, StoreError> {
        value::<i64>(self, column, doing)?.told()
    }

    fn time_or_none(&self, column: usize, doing: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
        value::<Option<i64>>(self, column, doing)?.map(StoredTime::told).transpose()
    }
}

fn value<T: FromSql>(row: &Row<'_>, column: usize, doing: &'static str) -> Result<T, StoreError> {
    row.get(column).map_err(|source| StoreError::Reading { doing, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    #[derive(Debug, Default, PartialEq)]
    struct Numbers(Vec<i64>);

    impl Taking for Numbers {
        const DOING: &'static str = "count";

        fn row(&mut self, row: &impl Columns) -> Result<(), StoreError> {
            self.0.push(row.whole(0, Self::DOING)?);
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_gives_its_connection_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("empty.sqlite");
        Connection::open(&path).expect("a file").execute_batch("CREATE TABLE t (i)").expect("a table");
        let readers = Readers::new(&path, 1, "-100");
        for _ in 0..3 {
            let endless = readers.read(ENDLESS, Vec::new(), Numbers::default());
            assert!(timeout(Duration::from_millis(50), endless).await.is_err(), "it has no end");
        }
        let next = readers.read("SELECT ?1 UNION ALL SELECT 8", vec![Value::Integer(7)], Numbers::default());
        let read = timeout(Duration::from_secs(20), next).await.expect("the connection is free");
        assert_eq!(read.expect("rows"), Numbers(vec![7, 8]));
        readers.close().await;
        assert!(readers.read("SELECT 1", Vec::new(), Numbers::default()).await.is_err(), "closed");
    }
}
