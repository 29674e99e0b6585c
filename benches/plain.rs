//! Plain loads: the least that a program could do to get the same rows into one table with the same primary key.

use crate::made_up::MadeUp;
use anyhow::Result;
use outcomes_hub::outcomes::{Figure, MissingKind, Observation, Traced};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows a statement of the prepared load.
const HEIGHT: usize = 512;
/// Rows handed to COPY at once.
const SENT: usize = 8_192;

const TABLE: &str = "
    CREATE TABLE figure (
        slice INTEGER NOT NULL, area INTEGER NOT NULL, period INTEGER NOT NULL, opened INTEGER NOT NULL, closed INTEGER,
        value REAL, value_missing INTEGER, lower_ci REAL, upper_ci REAL, lower_ci_99_8 REAL, upper_ci_99_8 REAL,
        count REAL, count_missing INTEGER, denominator REAL, denominator_missing INTEGER, note INTEGER,
        file INTEGER NOT NULL, row INTEGER NOT NULL,
        PRIMARY KEY (slice, area, period, opened)) STRICT, WITHOUT ROWID";

/// The hub's own table: the same columns, key, checks and further indexes.
const LIKE: &str = "
    DROP TABLE IF EXISTS plain_figure;
    CREATE TABLE plain_figure (LIKE figure INCLUDING ALL)";

const COPY: &str = "
    COPY plain_figure (slice, area, period, opened, value, value_missing, lower_ci, upper_ci, count, count_missing,
                       denominator, denominator_missing, file, row) FROM STDIN (FORMAT binary)";

/// The ids that the row of this number would have: of its indicator and of its place.
fn ids(made_up: &MadeUp, number: usize) -> (i32, i32) {
    let id = |number: usize| i32::try_from(number + 1).unwrap_or(i32::MAX);
    let (areas, periods) = (made_up.areas.len(), made_up.periods.len());
    (id(number / areas / periods), id(number % areas))
}

fn halves(figure: Option<Figure>) -> (Option<f64>, Option<i64>) {
    (figure.and_then(Figure::number), figure.and_then(Figure::missing).map(MissingKind::code))
}

/// Loads the same rows in the same order with a prepared statement, in one transaction that is synced to disk.
pub async fn prepared(path: &Path, made_up: &MadeUp, rows: &[Traced<Observation>]) -> Result<Duration> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-16000");
    let mut connection = options.connect().await?;
    sqlx::raw_sql(TABLE).execute(&mut connection).await?;
    let row = format!("({})", vec!["?"; 18].join(","));
    let insert = |height: usize| format!("INSERT INTO figure VALUES {}", vec![&*row; height].join(","));
    let whole = insert(HEIGHT);
    let started = Instant::now();
    let mut transaction = connection.begin().await?;
    for (chunk, rows) in rows.chunks(HEIGHT).enumerate() {
        let last;
        let text = if rows.len() == HEIGHT {
            &whole
        } else {
            last = insert(rows.len());
            &last
        };
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text.as_str()));
        for (index, Traced { row, origin }) in rows.iter().enumerate() {
            let (slice, area) = ids(made_up, chunk * HEIGHT + index);
            let (value, count, denominator) = (halves(Some(row.value)), halves(row.count), halves(row.denominator));
            query = query
                .bind(slice)
                .bind(area)
                .bind(row.period.key())
                .bind(1_i64)
                .bind(None::<i64>)
                .bind(value.0)
                .bind(value.1)
                .bind(row.lower_ci)
                .bind(row.upper_ci)
                .bind(row.lower_ci_99_8)
                .bind(row.upper_ci_99_8)
                .bind(count.0)
                .bind(count.1)
                .bind(denominator.0)
                .bind(denominator.1)
                .bind(None::<i64>)
                .bind(1_i64)
                .bind(i64::try_from(origin.row).unwrap_or(0));
        }
        query.execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    let time = started.elapsed();
    connection.close().await?;
    Ok(time)
}

/// Loads the same rows in the same order by one COPY, in one transaction, into a table that is made like the hub's.
pub async fn copied(url: &str, made_up: &MadeUp, rows: &[Traced<Observation>]) -> Result<Duration> {
    let mut connection: PgConnection = url.parse::<PgConnectOptions>()?.connect().await?;
    sqlx::raw_sql(LIKE).execute(&mut connection).await?;
    let started = Instant::now();
    let mut copy = connection.copy_in_raw(COPY).await?;
    let mut bytes = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for (chunk, rows) in rows.chunks(SENT).enumerate() {
        for (index, row) in rows.iter().enumerate() {
            let (slice, area) = ids(made_up, chunk * SENT + index);
            encode(&mut bytes, slice, area, row);
        }
        copy.send(std::mem::take(&mut bytes)).await?;
    }
    copy.send((-1_i16).to_be_bytes().to_vec()).await?;
    copy.finish().await?;
    let time = started.elapsed();
    sqlx::raw_sql("DROP TABLE plain_figure").execute(&mut connection).await?;
    connection.close().await?;
    Ok(time)
}

fn encode(bytes: &mut Vec<u8>, slice: i32, area: i32, Traced { row, origin }: &Traced<Observation>) {
    fn field<const N: usize>(bytes: &mut Vec<u8>, value: Option<[u8; N]>) {
        let length = value.map_or(-1, |_| i32::try_from(N).unwrap_or(0));
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend(value.into_iter().flatten());
    }
    let number = |bytes: &mut Vec<u8>, number: Option<f64>| field(bytes, number.map(f64::to_be_bytes));
    let code = |bytes: &mut Vec<u8>, code: Option<i64>| {
        field(bytes, code.and_then(|code| i16::try_from(code).ok()).map(i16::to_be_bytes));
    };
    let id = |bytes: &mut Vec<u8>, id: i32| field(bytes, Some(id.to_be_bytes()));
    bytes.extend_from_slice(&14_i16.to_be_bytes());
    id(bytes, slice);
    id(bytes, area);
    field(bytes, Some(row.period.key().to_be_bytes()));
    id(bytes, 1);
    let (value, missing) = halves(Some(row.value));
    number(bytes, value);
    code(bytes, missing);
    number(bytes, row.lower_ci);
    number(bytes, row.upper_ci);
    for figure in [row.count, row.denominator] {
        let (value, missing) = halves(figure);
        number(bytes, value);
        code(bytes, missing);
    }
    id(bytes, 1);
    id(bytes, i32::try_from(origin.row).unwrap_or(i32::MAX));
}
