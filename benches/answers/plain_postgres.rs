//! The plain table in Postgres, in a schema of its own in the hub's database. PostGraphile answers from the same one.

use super::plain_table::{Newest, PlainTable, Said, kept, said};
use super::world::{World, batches};
use anyhow::Result;
use async_trait::async_trait;
use outcomes_hub::outcomes::Observation;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use std::collections::HashMap;

// Both indexes have every column, so that no question looks into the table beside them. The names of places are for
// PostGraphile, which would have to join them.
const TABLE: &str = r#"
    DROP SCHEMA IF EXISTS plain CASCADE;
    CREATE SCHEMA plain;
    CREATE TABLE plain.observation (
        indicator text COLLATE "C" NOT NULL, area text COLLATE "C" NOT NULL, area_name text NOT NULL,
        period text COLLATE "C" NOT NULL, value float8, lower_ci float8, upper_ci float8, count float8,
        denominator float8, missing text)"#;
const INDEXES: &str = "
    ALTER TABLE plain.observation ADD PRIMARY KEY (indicator, period, area)
        INCLUDE (area_name, value, lower_ci, upper_ci, count, denominator, missing);
    CREATE INDEX observation_of_place ON plain.observation (area, indicator, period)
        INCLUDE (area_name, value, lower_ci, upper_ci, count, denominator, missing)";
const COPY: &str = "
    COPY plain.observation (indicator, area, area_name, period, value, lower_ci, upper_ci, count, denominator, missing)
    FROM STDIN";
/// Says that it was filled to the end.
const COMPLETE: &str = "COMMENT ON SCHEMA plain IS 'complete'";
const IS_COMPLETE: &str =
    "SELECT obj_description(to_regnamespace('plain'), 'pg_namespace') IS NOT DISTINCT FROM 'complete'";

// Joined, the places are merged with the index; as `area = ANY($3)`, each row would be held against every one of them.
const PLACES: &str = r#"
    SELECT o.area, o.value, o.lower_ci, o.upper_ci, o.count, o.denominator, o.missing
    FROM unnest($3::text[]) AS a (area)
    JOIN plain.observation o ON o.area = a.area COLLATE "C"
    WHERE o.indicator = $1 AND o.period = $2
    ORDER BY o.area"#;
const SERIES: &str = "
    SELECT period, value, lower_ci, upper_ci, count, denominator, missing
    FROM plain.observation
    WHERE area = $1 AND indicator = $2
    ORDER BY period";
const NEWEST: &str = "
    SELECT o.indicator, o.area, o.period, o.value, o.lower_ci, o.upper_ci, o.count, o.denominator, o.missing
    FROM unnest($1::text[]) AS i (indicator)
    CROSS JOIN unnest($2::text[]) AS a (area)
    CROSS JOIN LATERAL (
        SELECT *
        FROM plain.observation n
        WHERE n.area = a.area AND n.indicator = i.indicator
        ORDER BY n.period DESC
        LIMIT 1) o";

/// The table, open for reading.
pub struct PlainPostgres(PgPool);

/// Fills the table where it is not yet, and opens it as the hub opens its own.
pub async fn open(url: &str, world: &World) -> Result<PlainPostgres> {
    let options = url.parse::<PgConnectOptions>()?.disable_statement_logging();
    let mut connection = options.connect().await?;
    if !sqlx::query_scalar(IS_COMPLETE).fetch_one(&mut connection).await? {
        fill(&mut connection, world).await?;
    }
    connection.close().await?;
    // As many as the hub reads with, and no compiling of plans, as there.
    let options = options.options([("jit", "off")]);
    Ok(PlainPostgres(PgPoolOptions::new().max_connections(10).test_before_acquire(false).connect_with(options).await?))
}

async fn fill(connection: &mut PgConnection, world: &World) -> Result<()> {
    println!("  filling the plain table …");
    sqlx::raw_sql(TABLE).execute(&mut *connection).await?;
    let names = world.places.iter().map(|place| (&*place.code, &*place.name)).collect();
    let mut copy = connection.copy_in_raw(COPY).await?;
    for made_up in &world.datasets {
        for batch in batches(made_up, 1) {
            let lines: String = batch.iter().map(|traced| line(&traced.row, &names)).collect();
            copy.send(lines.into_bytes()).await?;
        }
    }
    copy.finish().await?;
    sqlx::raw_sql(INDEXES).execute(&mut *connection).await?;
    sqlx::raw_sql("VACUUM (ANALYZE) plain.observation").execute(&mut *connection).await?;
    sqlx::raw_sql(COMPLETE).execute(&mut *connection).await?;
    Ok(())
}

/// A row as COPY takes it. No code and no name of a place has a character that it would mistake.
fn line(row: &Observation, names: &HashMap<&str, &str>) -> String {
    let Said { value, lower_ci, upper_ci, count, denominator, missing } = kept(row);
    let name = names.get(&*row.area).copied().unwrap_or_default();
    let mut line = format!("{}\t{}\t{name}\t{}", row.indicator, row.area, row.period.iso());
    for number in [value, lower_ci, upper_ci, count, denominator] {
        line += &number.map_or_else(|| "\t\\N".to_owned(), |number| format!("\t{number}"));
    }
    line + "\t" + missing.as_deref().unwrap_or("\\N") + "\n"
}

#[async_trait]
impl PlainTable for PlainPostgres {
    async fn places(&self, indicator: &str, period: &str, areas: &[String]) -> sqlx::Result<Vec<(String, Said)>> {
        let query = sqlx::query_as(PLACES).bind(indicator).bind(period).bind(areas);
        Ok(query.fetch_all(&self.0).await?.into_iter().map(said).collect())
    }

    async fn series(&self, indicator: &str, area: &str) -> sqlx::Result<Vec<(String, Said)>> {
        let query = sqlx::query_as(SERIES).bind(area).bind(indicator);
        Ok(query.fetch_all(&self.0).await?.into_iter().map(said).collect())
    }

    async fn newest(&self, indicators: &[String], areas: &[String]) -> sqlx::Result<Vec<Newest>> {
        let query = sqlx::query_as(NEWEST).bind(indicators).bind(areas);
        Ok(query.fetch_all(&self.0).await?.into_iter().map(Newest::of).collect())
    }
}
