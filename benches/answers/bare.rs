//! The best program for the job: axum, a prepared statement over the plain table, and serde. Its answers have the hub's shape.

use super::plain_table::{Newest, PlainTable, Said};
use super::rank::ranks;
use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

struct Bare {
    table: Arc<dyn PlainTable>,
    /// Each place's name by its code.
    names: HashMap<String, String>,
}

type Table = State<Arc<Bare>>;

/// Answers from this table until the process ends.
pub async fn serve(table: Arc<dyn PlainTable>, names: HashMap<String, String>) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/places", post(places))
        .route("/newest", post(newest))
        .route("/series", post(series))
        .route("/comparison", post(comparison))
        .route("/scorecard", post(scorecard))
        .with_state(Arc::new(Bare { table, names }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

type Answer = Result<Response, StatusCode>;

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

#[derive(Serialize)]
struct Observations<T> {
    observations: Nodes<T>,
}

#[derive(Serialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Serialize)]
struct Place<'a> {
    code: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Iso<'a> {
    iso: &'a str,
}

fn answer(data: impl Serialize) -> Response {
    Json(Data { data }).into_response()
}

fn failed(_: sqlx::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

impl Bare {
    fn place<'a>(&'a self, code: &'a str) -> Result<Place<'a>, StatusCode> {
        Ok(Place { code, name: self.names.get(code).ok_or(StatusCode::NOT_FOUND)? })
    }
}

/// An indicator of a period in these places.
#[derive(Deserialize)]
struct Across {
    indicator: String,
    period: String,
    areas: Vec<String>,
}

#[derive(Serialize)]
struct OfPlace<'a> {
    area: Place<'a>,
    period: Iso<'a>,
    #[serde(flatten)]
    said: &'a Said,
}

async fn places(State(bare): Table, Json(asked): Json<Across>) -> Answer {
    let rows = bare.table.places(&asked.indicator, &asked.period, &asked.areas).await.map_err(failed)?;
    let node = |(code, said)| Ok(OfPlace { area: bare.place(code)?, period: Iso { iso: &asked.period }, said });
    let nodes = rows.iter().map(|(code, said)| node((code, said))).collect::<Result<_, StatusCode>>()?;
    Ok(answer(Observations { observations: Nodes { nodes } }))
}

/// These indicators of these places.
#[derive(Deserialize)]
struct Many {
    indicators: Vec<String>,
    areas: Vec<String>,
}

#[derive(Serialize)]
struct OfIndicator<'a> {
    indicator: Id<'a>,
    period: Iso<'a>,
    #[serde(flatten)]
    said: &'a Said,
}

async fn newest(State(bare): Table, Json(asked): Json<Many>) -> Answer {
    let rows = bare.table.newest(&asked.indicators, &asked.areas).await.map_err(failed)?;
    let nodes = rows.iter().map(|row| OfIndicator {
        indicator: Id { id: &row.indicator },
        period: Iso { iso: &row.period },
        said: &row.said,
    });
    Ok(answer(Observations { observations: Nodes { nodes: nodes.collect() } }))
}

/// An indicator of a place.
#[derive(Deserialize)]
struct One {
    indicator: String,
    area: String,
}

#[derive(Serialize)]
struct Chart<'a> {
    series: Lists<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lists<'a> {
    periods: Vec<Iso<'a>>,
    values: Vec<Option<f64>>,
    lower: Vec<Option<f64>>,
    upper: Vec<Option<f64>>,
    counts: Vec<Option<f64>>,
    denominators: Vec<Option<f64>>,
    missing_kinds: Vec<Option<&'a str>>,
}

async fn series(State(bare): Table, Json(asked): Json<One>) -> Answer {
    let rows = bare.table.series(&asked.indicator, &asked.area).await.map_err(failed)?;
    let list = |number: fn(&Said) -> Option<f64>| rows.iter().map(|(_, said)| number(said)).collect();
    let series = Lists {
        periods: rows.iter().map(|(period, _)| Iso { iso: period }).collect(),
        values: list(|said| said.value),
        lower: list(|said| said.lower_ci),
        upper: list(|said| said.upper_ci),
        counts: list(|said| said.count),
        denominators: list(|said| said.denominator),
        missing_kinds: rows.iter().map(|(_, said)| said.missing.as_deref()).collect(),
    };
    Ok(answer(Chart { series }))
}

#[derive(Serialize)]
struct Compared<'a> {
    comparison: Rows<Ranked<'a>>,
}

#[derive(Serialize)]
struct Rows<T> {
    rows: Vec<T>,
}

#[derive(Serialize)]
struct Ranked<'a> {
    area: Place<'a>,
    value: Option<f64>,
    rank: Option<usize>,
    missing: Option<&'a str>,
}

async fn comparison(State(bare): Table, Json(asked): Json<Across>) -> Answer {
    let rows = bare.table.places(&asked.indicator, &asked.period, &asked.areas).await.map_err(failed)?;
    let ranks = ranks(&rows);
    let found: HashMap<&str, _> = rows.iter().zip(ranks).map(|((code, said), rank)| (&**code, (said, rank))).collect();
    // As the hub answers them: in the order of asking.
    let row = |code| {
        let (said, rank) = found.get(code).ok_or(StatusCode::NOT_FOUND)?;
        Ok(Ranked { area: bare.place(code)?, value: said.value, rank: *rank, missing: said.missing.as_deref() })
    };
    let rows = asked.areas.iter().map(|code| row(code)).collect::<Result<_, StatusCode>>()?;
    Ok(answer(Compared { comparison: Rows { rows } }))
}

#[derive(Serialize)]
struct Card<'a> {
    scorecard: Rows<Measure<'a>>,
}

#[derive(Serialize)]
struct Measure<'a> {
    cells: Vec<Cell<'a>>,
}

#[derive(Serialize)]
struct Cell<'a> {
    area: Code<'a>,
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
struct Part<'a> {
    indicator: Id<'a>,
    latest: Latest<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Latest<'a> {
    period: Iso<'a>,
    value: Option<f64>,
    lower_ci: Option<f64>,
    upper_ci: Option<f64>,
    missing: Option<&'a str>,
}

/// Only the newest figures: what a program costs that judges nothing.
async fn scorecard(State(bare): Table, Json(asked): Json<Many>) -> Answer {
    let rows = bare.table.newest(&asked.indicators, &asked.areas).await.map_err(failed)?;
    let found: HashMap<_, _> = rows.iter().map(|row| ((&*row.indicator, &*row.area), row)).collect();
    let cell = |indicator, code| {
        let Newest { period, said, .. } = found.get(&(indicator, code)).ok_or(StatusCode::NOT_FOUND)?;
        let latest = Latest {
            period: Iso { iso: period },
            value: said.value,
            lower_ci: said.lower_ci,
            upper_ci: said.upper_ci,
            missing: said.missing.as_deref(),
        };
        Ok(Cell { area: Code { code }, parts: [Part { indicator: Id { id: indicator }, latest }] })
    };
    let measure = |indicator| {
        let cells = asked.areas.iter().map(|code| cell(indicator, &**code)).collect::<Result<_, StatusCode>>()?;
        Ok(Measure { cells })
    };
    let rows = asked.indicators.iter().map(|indicator| measure(&**indicator)).collect::<Result<_, StatusCode>>()?;
    Ok(answer(Card { scorecard: Rows { rows } }))
}
