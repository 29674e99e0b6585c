//! The plain table in SQLite.

use super::plain_table::{Newest, PlainTable, Said, kept, said};
use super::world::{World, batches};
use anyhow::Result;
use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};

// The index has every column, so that no question looks into the table beside it.
const TABLE: &str = "
    CREATE TABLE observation (
        indicator TEXT NOT NULL, area TEXT NOT NULL, period TEXT NOT NULL, value REAL, lower_ci REAL, upper_ci REAL,
        count REAL, denominator REAL, missing TEXT,
        PRIMARY KEY (indicator, period, area)) STRICT, WITHOUT ROWID";
const INDEX: &str = "
    CREATE INDEX observation_of_place ON observation
        (area, indicator, period, value, lower_ci, upper_ci, count, denominator, missing)";

const PLACES: &str = "
    SELECT area, value, lower_ci, upper_ci, count, denominator, missing
    FROM observation
    WHERE indicator = ?1 AND period = ?2 AND area IN (SELECT value FROM json_each(?3))
    ORDER BY area";
const SERIES: &str = "
    SELECT period, value, lower_ci, upper_ci, count, denominator, missing
    FROM observation
    WHERE area = ?1 AND indicator = ?2
    ORDER BY period";
const NEWEST: &str = "
    SELECT o.indicator, o.area, o.period, o.value, o.lower_ci, o.upper_ci, o.count, o.denominator, o.missing
    FROM json_each(?1) i
    CROSS JOIN json_each(?2) a
    CROSS JOIN observation o
    WHERE o.area = a.value AND o.indicator = i.value AND o.period =
        (SELECT max(n.period) FROM observation n WHERE n.area = a.value AND n.indicator = i.value)";

/// The table, open for reading.
pub struct PlainSqlite(SqlitePool);

/// Fills the table in a file beside the hub's, where it is not yet, and opens it as the hub opens its own.
pub async fn open(folder: &Path, world: &World) -> Result<PlainSqlite> {
    let path = folder.join("plain.sqlite");
    let complete = folder.join("plain-complete");
    if !complete.exists() {
        fill(&path, world).await?;
        std::fs::write(complete, "")?;
    }
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .read_only(true)
        .pragma("cache_size", "-8000")
        .disable_statement_logging();
    // As many as the hub reads figures with.
    let connections = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    let connections = u32::try_from(connections.clamp(4, 16))?;
    Ok(PlainSqlite(SqlitePoolOptions::new().max_connections(connections).connect_with(options).await?))
}

async fn fill(path: &PathBuf, world: &World) -> Result<()> {
    println!("  filling {} …", path.display());
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    // A file that is not whole is made anew: nothing of it need survive a crash.
    let options = options.journal_mode(SqliteJournalMode::Off).pragma("cache_size", "-64000");
    let mut connection = options.connect().await?;
    sqlx::raw_sql(TABLE).execute(&mut connection).await?;
    let mut transaction = connection.begin().await?;
    for made_up in &world.datasets {
        for batch in batches(made_up, 1) {
            for row in batch.iter().map(|traced| &traced.row) {
                let Said { value, lower_ci, upper_ci, count, denominator, missing } = kept(row);
                sqlx::query("INSERT INTO observation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
                    .bind(&*row.indicator)
                    .bind(&row.area)
                    .bind(row.period.iso())
                    .bind(value)
                    .bind(lower_ci)
                    .bind(upper_ci)
                    .bind(count)
                    .bind(denominator)
                    .bind(missing)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
    }
    transaction.commit().await?;
    sqlx::raw_sql(INDEX).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

fn list(texts: &[String]) -> sqlx::Result<String> {
    serde_json::to_string(texts).map_err(|error| sqlx::Error::Encode(error.into()))
}

#[async_trait]
impl PlainTable for PlainSqlite {
    async fn places(&self, indicator: &str, period: &str, areas: &[String]) -> sqlx::Result<Vec<(String, Said)>> {
        let query = sqlx::query_as(PLACES).bind(indicator).bind(period).bind(list(areas)?);
        Ok(query.fetch_all(&self.0).await?.into_iter().map(said).collect())
    }

    async fn series(&self, indicator: &str, area: &str) -> sqlx::Result<Vec<(String, Said)>> {
        let query = sqlx::query_as(SERIES).bind(area).bind(indicator);
        Ok(query.fetch_all(&self.0).await?.into_iter().map(said).collect())
    }

    async fn newest(&self, indicators: &[String], areas: &[String]) -> sqlx::Result<Vec<Newest>> {
        let query = sqlx::query_as(NEWEST).bind(list(indicators)?).bind(list(areas)?);
        Ok(query.fetch_all(&self.0).await?.into_iter().map(Newest::of).collect())
    }
}
