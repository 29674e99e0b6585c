//! The plainest server that gives the same answer: one axum handler, the same SQL, the same fields through serde.

use crate::answers_store::Filled;
use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use outcomes_hub::outcomes::Period;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sqlx::{ConnectOptions, Row};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::TcpListener;

// What the store runs for these slices, these areas and these periods.
const SQL: &str = "
    SELECT f.value, f.value_missing, f.lower_ci, f.upper_ci, f.lower_ci_99_8, f.upper_ci_99_8, f.count, f.count_missing,
           f.denominator, f.denominator_missing, f.note, n.text, f.slice, f.area, f.period, f.opened, f.file, o.name,
           f.row
    FROM slice s
    CROSS JOIN dataset d ON d.id = s.dataset AND d.access_level <= ?1
    CROSS JOIN area a ON a.id IN (SELECT value FROM json_each(?10)) AND a.id >= iif(s.id = ?5, ?6, 0)
    CROSS JOIN figure f ON f.slice = s.id AND f.area = a.id AND f.period IN (SELECT value FROM json_each(?11))
    CROSS JOIN run_file o ON o.id = f.file
    LEFT JOIN note n ON n.id = f.note
    WHERE s.id IN (SELECT value FROM json_each(?2))
      AND f.opened <= ?3 AND (f.closed IS NULL OR f.closed > ?3)
      AND (s.id, a.id, f.period) > (?5, ?6, ?7)
    ORDER BY s.id, a.id, f.period
    LIMIT ?4";

/// What is asked for.
#[derive(Deserialize)]
struct Question {
    indicator: String,
    areas: Vec<String>,
    period: String,
}

#[derive(Serialize)]
struct Answer {
    data: Data,
}

#[derive(Serialize)]
struct Data {
    observations: Observations,
}

#[derive(Serialize)]
struct Observations {
    nodes: Vec<Node>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    area: Place,
    period: Iso,
    value: Option<f64>,
    lower_ci: Option<f64>,
    upper_ci: Option<f64>,
    count: Option<f64>,
    denominator: Option<f64>,
}

#[derive(Serialize)]
struct Place {
    code: Arc<str>,
    name: Arc<str>,
}

#[derive(Serialize)]
struct Iso {
    iso: String,
}

struct Bare {
    pool: SqlitePool,
    slices: HashMap<String, i64>,
    areas: HashMap<String, i64>,
    places: HashMap<i64, (Arc<str>, Arc<str>)>,
}

/// Serves `POST /` on this listener from the store's file, until the process ends.
pub async fn serve(listener: TcpListener, filled: &Filled) -> Result<()> {
    // As the store reads: as many connections, with caches as large.
    let options = SqliteConnectOptions::new()
        .filename(&filled.path)
        .read_only(true)
        .pragma("cache_size", "-8000")
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
    let ids = async |sql: &'static str| -> Result<HashMap<String, i64>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&pool).await?;
        Ok(rows.into_iter().collect())
    };
    let slices = ids("SELECT indicator, id FROM slice").await?;
    let areas = ids("SELECT code, id FROM area").await?;
    let places = filled.places.iter().filter_map(|place| {
        let names = (place.code.as_str().into(), place.name.as_str().into());
        Some((*areas.get(&place.code)?, names))
    });
    let places = places.collect();
    let bare = Arc::new(Bare { pool, slices, areas, places });
    let router = Router::new().route("/", post(answer)).with_state(bare);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

async fn answer(State(bare): State<Arc<Bare>>, Json(question): Json<Question>) -> Result<Json<Answer>, StatusCode> {
    let slice = bare.slices.get(&question.indicator).ok_or(StatusCode::NOT_FOUND)?;
    let areas: Vec<i64> = question.areas.iter().filter_map(|code| bare.areas.get(code).copied()).collect();
    let period = Period::parse(&question.period).map_err(|_| StatusCode::BAD_REQUEST)?;
    let list = |ids: &[i64]| serde_json::to_string(ids).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR);
    let rows = sqlx::query(SQL)
        .bind(0_i64)
        .bind(list(&[*slice])?)
        .bind(2_i64)
        .bind(151_i64)
        .bind(0_i64)
        .bind(0_i64)
        .bind(i64::MIN)
        .bind(i64::MIN)
        .bind(i64::MAX)
        .bind(list(&areas)?)
        .bind(list(&[period.key()])?)
        .fetch_all(&bare.pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let nodes = rows.iter().map(|row| bare.node(row)).collect::<Option<_>>();
    let nodes = nodes.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Answer { data: Data { observations: Observations { nodes } } }))
}

impl Bare {
    fn node(&self, row: &SqliteRow) -> Option<Node> {
        let number = |column: usize| row.try_get::<Option<f64>, _>(column).ok();
        let (code, name) = self.places.get(&row.try_get(13).ok()?)?;
        Some(Node {
            area: Place { code: Arc::clone(code), name: Arc::clone(name) },
            period: Iso { iso: Period::from_key(row.try_get(14).ok()?)?.iso() },
            value: number(0)?,
            lower_ci: number(2)?,
            upper_ci: number(3)?,
            count: number(6)?,
            denominator: number(8)?,
        })
    }
}
