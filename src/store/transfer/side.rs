//! One of the two stores of a copy: a single connection in the middle of one transaction, and a [`Store`] that reads
//! through it. At the source the transaction is the snapshot; at the target nobody else sees what it has written.

use super::TransferError;
use super::encode::{Cell, Line};
use super::tables::{Kind, TABLES, Table};
use crate::store::common::Doing;
use crate::store::{PostgresStore, SqliteStore, Store, StoreError, Verified, postgres, sqlite};
use chrono::{DateTime, Utc};
use futures::stream::{BoxStream, StreamExt};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row, Sqlite};

/// A store with its one connection.
pub(super) struct Side {
    /// The place, without secrets.
    pub(super) name: String,
    pub(super) engine: Engine,
}

pub(super) enum Engine {
    Sqlite {
        pool: SqlitePool,
        store: SqliteStore,
    },
    /// The server's process behind the connection tells it from another one.
    Postgres {
        pool: PgPool,
        store: PostgresStore,
        process: i32,
    },
}

/// The connection itself, for what is not in [`Store`].
pub(super) enum Held {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Side {
    /// The store's own answers, from inside of the transaction. None may be asked for while the connection is held.
    pub(super) fn store(&self) -> &dyn Store {
        match &self.engine {
            Engine::Sqlite { store, .. } => store,
            Engine::Postgres { store, .. } => store,
        }
    }

    pub(super) async fn hold(&self) -> Result<Held, TransferError> {
        let held = match &self.engine {
            Engine::Sqlite { pool, .. } => pool.acquire().await.map(Held::Sqlite),
            Engine::Postgres { pool, .. } => pool.acquire().await.map(Held::Postgres),
        };
        held.doing("be reached").map_err(TransferError::of(&self.name))
    }

    /// Fails where the connection is not the one that it was.
    pub(super) async fn still_the_same(&self) -> Result<(), TransferError> {
        let Engine::Postgres { pool, process, .. } = &self.engine else { return Ok(()) };
        let now = process_of(pool).await.map_err(TransferError::of(&self.name))?;
        if now == *process {
            return Ok(());
        }
        let lost = StoreError::Address("the connection broke in the middle of the copy; run it again".to_owned());
        Err(TransferError::of(&self.name)(lost))
    }

    /// Ends the transaction without a trace.
    pub(super) async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { pool, .. } => pool.close().await,
            Engine::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// The server's process behind the one connection of a pool.
pub(super) async fn process_of(pool: &PgPool) -> Result<i32, StoreError> {
    sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(pool).await.doing("be reached")
}

impl Held {
    /// Every row of a table, in the order of its key. They are read as they are asked for.
    pub(super) fn lines<'a>(&'a mut self, table: &'static Table) -> BoxStream<'a, Result<Line, StoreError>> {
        let statements = table.statements();
        match self {
            Self::Sqlite(connection) => sqlx::query(statements.read_sqlite.as_str())
                .fetch(&mut **connection)
                .map(|row| sqlite_line(table, &row.doing("read a row")?))
                .boxed(),
            Self::Postgres(connection) => sqlx::query(statements.read_postgres.as_str())
                .fetch(&mut **connection)
                .map(|row| postgres_line(table, &row.doing("read a row")?))
                .boxed(),
        }
    }

    /// The first table that holds a row.
    pub(super) async fn occupied(&mut self) -> Result<Option<&'static str>, StoreError> {
        for table in &TABLES {
            let any = table.statements().any.as_str();
            let any: bool = match self {
                Self::Sqlite(connection) => sqlx::query_scalar(any).fetch_one(&mut **connection).await,
                Self::Postgres(connection) => sqlx::query_scalar(any).fetch_one(&mut **connection).await,
            }
            .doing("be looked into")?;
            if any {
                return Ok(Some(table.name));
            }
        }
        Ok(None)
    }

    /// Holds every release against its digest.
    pub(super) async fn verify(&mut self) -> Result<Verified, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::digests::verify(connection).await,
            Self::Postgres(connection) => postgres::digests::verify(connection).await,
        }
    }

    /// Tells the engine what it holds now, and where new ids begin.
    pub(super) async fn settle(&mut self) -> Result<(), TransferError> {
        let Self::Postgres(connection) = self else { return Ok(()) };
        let failed = TransferError::of("the target");
        for table in &TABLES {
            let name = table.name;
            let mut statements = vec![format!("ANALYZE {name}")];
            if table.numbered {
                statements.push(format!(
                    "SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name} HAVING max(id) IS NOT NULL"
                ));
            }
            for statement in statements {
                // Made of a table's name alone.
                let statement = sqlx::raw_sql(AssertSqlSafe(statement));
                statement.execute(&mut **connection).await.doing("be settled").map_err(&failed)?;
            }
        }
        Ok(())
    }
}

fn sqlite_line(table: &Table, row: &SqliteRow) -> Result<Line, StoreError> {
    let cell = |(at, (_, kind)): (usize, &(&str, Kind))| {
        let cell = match kind {
            Kind::Real => row.try_get::<Option<f64>, _>(at)?.map(Cell::Real),
            Kind::Text | Kind::Shown => row.try_get::<Option<String>, _>(at)?.map(Cell::Text),
            Kind::Small | Kind::Narrow | Kind::Wide | Kind::Time => {
                row.try_get::<Option<i64>, _>(at)?.map(Cell::Integer)
            }
        };
        Ok(cell.unwrap_or(Cell::Null))
    };
    table.columns.iter().enumerate().map(cell).collect::<Result<_, sqlx::Error>>().doing("read a row")
}

fn postgres_line(table: &Table, row: &PgRow) -> Result<Line, StoreError> {
    let cell = |(at, (_, kind)): (usize, &(&str, Kind))| {
        let cell = match kind {
            Kind::Small => row.try_get::<Option<i16>, _>(at)?.map(|number| Cell::Integer(number.into())),
            Kind::Narrow => row.try_get::<Option<i32>, _>(at)?.map(|number| Cell::Integer(number.into())),
            Kind::Wide => row.try_get::<Option<i64>, _>(at)?.map(Cell::Integer),
            Kind::Real => row.try_get::<Option<f64>, _>(at)?.map(Cell::Real),
            Kind::Text | Kind::Shown => row.try_get::<Option<String>, _>(at)?.map(Cell::Text),
            Kind::Time => {
                row.try_get::<Option<DateTime<Utc>>, _>(at)?.map(|time| Cell::Integer(time.timestamp_micros()))
            }
        };
        Ok(cell.unwrap_or(Cell::Null))
    };
    table.columns.iter().enumerate().map(cell).collect::<Result<_, sqlx::Error>>().doing("read a row")
}
