//! A connection whose statement ends with whoever asked for it.
//!
//! SQLite works in this process and knows no time-out: a statement that gives no row would go on to its end on one of a few
//! connections, long after nobody waits for it.

use super::engine::Doing;
use crate::store::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqlitePool};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How long one statement may take: as with Postgres.
const LONGEST: Duration = Duration::from_secs(30);

/// Steps of SQLite's machine between two looks: some tens of microseconds.
const STEPS: i32 = 10_000;

/// What has become of the statement.
const UNDER_WAY: u8 = 0;
const LEFT: u8 = 1;
const FINISHED: u8 = 2;

/// A connection for one statement. When it is dropped before the statement has ended, the statement is interrupted.
pub(super) struct Reader {
    connection: PoolConnection<Sqlite>,
    state: Arc<AtomicU8>,
}

impl Reader {
    /// A connection of this pool.
    pub async fn of(pool: &SqlitePool) -> Result<Self, StoreError> {
        let doing = "give a connection to read figures";
        let mut connection = pool.acquire().await.doing(doing)?;
        let state = Arc::new(AtomicU8::new(UNDER_WAY));
        let (until, own) = (Instant::now() + LONGEST, Arc::clone(&state));
        // It stays on the connection, and lets every later statement pass.
        let goes_on = move || match own.load(Ordering::Relaxed) {
            UNDER_WAY => Instant::now() < until,
            state => state == FINISHED,
        };
        connection.lock_handle().await.doing(doing)?.set_progress_handler(STEPS, goes_on);
        Ok(Self { connection, state })
    }

    /// The connection.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Says that the statement has ended, well or not.
    pub fn finish(self) {
        self.state.store(FINISHED, Ordering::Relaxed);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // What has ended stays so.
        let _ = self.state.compare_exchange(UNDER_WAY, LEFT, Ordering::Relaxed, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::SqlitePoolOptions;
    use tokio::time::timeout;

    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_gives_its_connection_back() {
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.expect("a pool");
        for _ in 0..3 {
            let endless = async {
                let mut reader = Reader::of(&pool).await.expect("a connection");
                sqlx::query(ENDLESS).fetch_all(reader.connection()).await.map(|_| ())
            };
            assert!(timeout(Duration::from_millis(50), endless).await.is_err(), "it has no end");
        }
        let next = async {
            let mut reader = Reader::of(&pool).await.expect("a connection");
            sqlx::query_scalar::<_, i64>("SELECT 7").fetch_one(reader.connection()).await.expect("a row")
        };
        assert_eq!(timeout(Duration::from_secs(20), next).await.expect("the connection is free"), 7);
    }
}
