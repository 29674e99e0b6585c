//! Opening a store: its servers, its connections and its migrations.

use super::engine::Doing;
use super::follow::{self, Followed, Replica};
use super::{Pools, PostgresStore};
use crate::outcomes::ReleaseNumber;
use crate::store::common::{FileNames, Kept};
use crate::store::{Migrated, StoreError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgExecutor};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::AbortOnDropHandle;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The oldest server that is used, as it numbers itself.
const OLDEST: i32 = 150_000;
/// How long a read waits for a connection, also while a server starts.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that lay idle for longer is tried before it is used: a server may have gone away meanwhile.
const IDLE: Duration = Duration::from_secs(1);
/// Connections for what must not wait behind reads: listening, asking for the newest release, renewing leases.
const QUICK: u32 = 4;

/// Where a store's servers are, and how they are used.
#[derive(Clone)]
pub struct PostgresOptions {
    /// The primary, as `postgres://user:password@host:port/database`. Secret.
    pub url: String,
    /// Servers that follow it, in the same form: reads of a release go to those that hold it. Secret.
    pub replicas: Vec<String>,
    /// Connections to each server for reads.
    pub pool: u32,
    /// For how long after the primary was last heard of its newest release is answered from a replica.
    pub max_staleness: Duration,
}

impl PostgresOptions {
    /// One server, ten connections.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), replicas: Vec::new(), pool: 10, max_staleness: Duration::from_mins(1) }
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { replicas, pool, max_staleness, .. } = self;
        write!(f, "PostgresOptions {{ {} replicas, pool: {pool}, max_staleness: {max_staleness:?} }}", replicas.len())
    }
}

impl PostgresStore {
    /// Opens the store in a database, which it brings up to date where it is empty or older.
    ///
    /// # Errors
    /// When no server answers, it is older than Postgres 15, the database was written by a newer hub, or it is older and
    /// this role may not change it.
    pub async fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        if let Err(error) = Self::migrate(options).await {
            return Err(told_to_migrate(options, error).await);
        }
        let primary = address(&options.url)?;
        let reads = pool(&reading(&primary), options.pool);
        let quick = pool(&primary, QUICK);
        let replicas = options.replicas.iter().map(|url| {
            let address = address(url)?;
            Ok(Replica::new(
                format!("{}:{}", address.get_host(), address.get_port()),
                pool(&reading(&address), options.pool),
            ))
        });
        let replicas = replicas.collect::<Result<Vec<_>, StoreError>>()?;
        let followed = Arc::new(Followed::new(replicas, options.max_staleness));
        let following = vec![
            AbortOnDropHandle::new(tokio::spawn(follow::ask(quick.clone(), Arc::clone(&followed)))),
            AbortOnDropHandle::new(tokio::spawn(follow::listen(quick.clone(), Arc::clone(&followed)))),
        ];
        // What a release takes is bounded by its size, not by a clock.
        let publishing = primary.options([
            ("statement_timeout", "0"),
            ("work_mem", "128MB"),
            ("temp_buffers", "64MB"),
            ("maintenance_work_mem", "128MB"),
        ]);
        let pools = Pools { primary: reads, quick, publishing };
        Ok(Self { pools, followed, following, catalogues: Kept::default(), files: FileNames::default() })
    }

    /// Brings the database up to date, and says what it did.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn migrate(options: &PostgresOptions) -> Result<Migrated, StoreError> {
        // An index over all figures takes as long as it takes.
        let address = address(&options.url)?.options([("statement_timeout", "0")]);
        let mut connection = address.connect().await.doing("be opened")?;
        supported(&mut connection).await?;
        let from = version(&mut connection).await?;
        let to = newest();
        if from > to {
            return Err(StoreError::Newer { found: from, known: to });
        }
        if from < to {
            // The migrator holds a lock of the database: hubs that start together take turns.
            MIGRATIONS.run(&mut connection).await.map_err(|error| match error {
                MigrateError::VersionMissing(found) => StoreError::Newer { found, known: to },
                error => StoreError::Migration(error),
            })?;
        }
        connection.close().await.doing("be opened")?;
        Ok(Migrated { from, to })
    }

    /// The database's version and the newest that this hub knows; changes nothing.
    ///
    /// # Errors
    /// When no server answers, or it is older than Postgres 15.
    pub async fn version(options: &PostgresOptions) -> Result<Migrated, StoreError> {
        let mut connection = address(&options.url)?.connect().await.doing("be opened")?;
        supported(&mut connection).await?;
        let from = version(&mut connection).await?;
        connection.close().await.doing("be opened")?;
        Ok(Migrated { from, to: newest() })
    }

    /// A store whose every read goes through one connection, which the caller may have in the middle of a transaction.
    /// Follows nothing. No statement of it has a time limit.
    pub(in crate::store) fn single(options: &PostgresOptions) -> Result<(PgPool, Self), StoreError> {
        let address =
            address(&options.url)?.options([("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0")]);
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(address.clone());
        let pools = Pools { primary: pool.clone(), quick: pool.clone(), publishing: address };
        let followed = Arc::new(Followed::new(Vec::new(), Duration::ZERO));
        Ok((
            pool,
            Self { pools, followed, following: Vec::new(), catalogues: Kept::default(), files: FileNames::default() },
        ))
    }

    /// Tells every hub of a release, once the transaction of this connection is committed.
    pub(in crate::store) async fn announce(
        connection: &mut PgConnection,
        release: ReleaseNumber,
    ) -> Result<(), StoreError> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(follow::CHANNEL)
            .bind(release.to_string())
            .execute(connection)
            .await
            .doing("announce a release")?;
        Ok(())
    }

    /// Where the primary is, without secrets.
    pub(in crate::store) fn shown(options: &PostgresOptions) -> String {
        address(&options.url).map_or_else(
            |_| "the database".to_owned(),
            |address| {
                let database = address.get_database().unwrap_or_default();
                format!("postgres://{}:{}/{database}", address.get_host(), address.get_port())
            },
        )
    }
}

/// Where this role may not bring the database up to date, another one has to.
async fn told_to_migrate(options: &PostgresOptions, error: StoreError) -> StoreError {
    const MAY_NOT: &str = "42501";
    let cause = match &error {
        StoreError::Migration(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) => Some(cause),
        _ => None,
    };
    let code = cause.and_then(sqlx::Error::as_database_error).and_then(sqlx::error::DatabaseError::code);
    match (code.as_deref(), PostgresStore::version(options).await) {
        (Some(MAY_NOT), Ok(Migrated { from, to })) => StoreError::Older { found: from, known: to },
        _ => error,
    }
}

/// How connections for reads are opened. The server would plan a statement anew for the first values that it is given, and
/// later compare that plan with one for any: which it then takes depends on the values that came first. Here every statement
/// has one plan, the one that is tested.
fn reading(address: &PgConnectOptions) -> PgConnectOptions {
    address.clone().options([("plan_cache_mode", "force_generic_plan")])
}

/// A server's address. What is wrong with one is told without it: it holds a password.
fn address(url: &str) -> Result<PgConnectOptions, StoreError> {
    let unreadable = || {
        StoreError::Address(
            "the database's address cannot be read; it is written postgres://user:password@host:5432/database"
                .to_owned(),
        )
    };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(unreadable());
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| unreadable())?;
    Ok(options
        .application_name("outcomes-hub")
        // The engine's guesses of cost are far off for reads that a key drives: compiling them takes longer than they do.
        .options([("jit", "off"), ("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "5min")])
        // The server notices a hub whose machine is gone.
        .options([("tcp_keepalives_idle", "30"), ("tcp_keepalives_interval", "10"), ("tcp_keepalives_count", "3")])
        .disable_statement_logging())
}

fn pool(address: &PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(address.clone())
}

async fn supported(connection: &mut PgConnection) -> Result<(), StoreError> {
    let found: String =
        sqlx::query_scalar("SHOW server_version_num").fetch_one(connection).await.doing("tell its server's version")?;
    match found.parse::<i32>() {
        Ok(number) if number >= OLDEST => Ok(()),
        _ => Err(StoreError::Address(format!(
            "Postgres {} or newer is needed; this server is {}",
            OLDEST / 10_000,
            found.get(..2).unwrap_or(&found)
        ))),
    }
}

/// The newest version that this hub knows.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The database's version; 0 where it is empty.
async fn version(connection: &mut PgConnection) -> Result<i64, StoreError> {
    let table: Option<String> = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text")
        .fetch_one(&mut *connection)
        .await
        .doing("tell its version")?;
    if table.is_none() { Ok(0) } else { recorded(connection).await }
}

async fn recorded(from: impl PgExecutor<'_>) -> Result<i64, StoreError> {
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success")
        .fetch_one(from)
        .await
        .doing("tell its version")
}

/// Fails where the database is older than this hub. One that a newer hub brought further goes on serving this one:
/// migrations only add, so that hubs can be replaced one by one.
pub(super) async fn current(quick: &PgPool) -> Result<(), StoreError> {
    let (found, known) = (recorded(quick).await?, newest());
    if found < known { Err(StoreError::Older { found, known }) } else { Ok(()) }
}
