//! GraphQL over HTTP on loopback, beside the best program for the job and PostGraphile, over the same figures.
//!
//! The load runs in the same process, on the same processors as the servers, so that it weighs on all alike.

mod bare;
mod memory;
mod plain_postgres;
mod plain_sqlite;
mod plain_table;
mod postgraphile;
mod questions;
mod rank;
mod rounds;
mod same;
mod store;
mod world;

use crate::measure::{heading, per_second, thousands};
use anyhow::{Context, Result, bail};
use outcomes_hub::clock::SystemClock;
use outcomes_hub::graphql::State;
use outcomes_hub::http;
use outcomes_hub::store::{PostgresOptions, PostgresStore, SqliteStore, Store};
use plain_table::PlainTable;
use postgraphile::Postgraphile;
use questions::{Names, QUESTIONS, Question, Side};
use rounds::Pace;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use world::World;

/// Where a hub answers, and its task.
type Served = (SocketAddr, JoinHandle<std::io::Result<()>>);

/// What is measured.
pub struct Choice {
    /// How many figures there are at least.
    pub figures: u64,
    /// How long each round takes.
    pub time: Duration,
    /// At once; with several, the memory under each is measured too.
    pub connections: Vec<usize>,
    /// Only these questions, by name.
    pub only: Option<String>,
    /// A Postgres database, empty or filled by an earlier run of as many figures.
    pub database: Option<String>,
}

impl Choice {
    fn questions(&self) -> Result<Vec<&'static Question>> {
        let wanted = |question: &&Question| {
            self.only.as_deref().is_none_or(|only| only.split(',').any(|name| name == question.name))
        };
        let questions: Vec<_> = QUESTIONS.iter().filter(wanted).collect();
        if questions.is_empty() {
            let names: Vec<_> = QUESTIONS.iter().map(|question| question.name).collect();
            bail!("answers: --only takes of {}, with commas between", names.join(", "));
        }
        Ok(questions)
    }
}

/// Where the figures are.
enum Engine<'a> {
    Sqlite,
    Postgres(&'a str),
}

/// Measures SQLite, and Postgres where a database is named.
pub async fn run(choice: Choice) -> Result<()> {
    let world = World::of(choice.figures)?;
    let folder = store::folder(&world).await?;
    measure(&choice, &world, &folder, Engine::Sqlite).await?;
    if let Some(url) = &choice.database {
        return measure(&choice, &world, &folder, Engine::Postgres(url)).await;
    }
    println!("\nanswers: --database-url names no Postgres, so it is left out, and PostGraphile with it");
    Ok(())
}

async fn measure(choice: &Choice, world: &World, folder: &Path, engine: Engine<'_>) -> Result<()> {
    let connections = choice.connections.first().copied().context("--connections names none")?;
    let name = if matches!(engine, Engine::Sqlite) { "SQLite" } else { "Postgres" };
    let many = thousands(per_second(world.len(), Duration::from_secs(1)));
    heading(&format!("answers: {name}, {many} figures in two releases, {connections} connections"));
    let (store, table): (Arc<dyn Store>, Arc<dyn PlainTable>) = match engine {
        Engine::Sqlite => {
            let store = SqliteStore::open(&store::file(folder)).await?;
            (Arc::new(store), Arc::new(plain_sqlite::open(folder, world).await?))
        }
        Engine::Postgres(url) => {
            store::database(url, world).await?;
            let store = PostgresStore::open(&PostgresOptions::new(url)).await?;
            (Arc::new(store), Arc::new(plain_postgres::open(url, world).await?))
        }
    };
    let names = Arc::new(Names::of(world, store::between(&store, world).await?));
    let postgraphile = match engine {
        Engine::Sqlite => None,
        Engine::Postgres(url) => Postgraphile::start(url)?,
    };
    let (hub, stop) = serve(store).await?;
    let places = world.places.iter().map(|place| (place.code.clone(), place.name.clone())).collect();
    let mut sides = vec![(Side::Hub, hub.0), (Side::Bare, bare::serve(table, places).await?)];
    sides.extend(postgraphile.iter().map(|started| (Side::Postgraphile, started.address)));

    let pace = Pace { time: choice.time, connections };
    for question in choice.questions()? {
        let sides: Vec<_> = sides.iter().copied().filter(|(side, _)| question.is_for(*side)).collect();
        same::check(&sides, question, &names, world).await?;
        rounds::run(&sides, question, &names, pace).await?;
    }
    stop.cancel();
    hub.1.await??;
    drop(postgraphile);
    if choice.connections.len() > 1 {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres(url) => Some(url),
        };
        memory::run(folder, database, &names, choice.time, &choice.connections).await?;
    }
    Ok(())
}

/// Serves a hub until it is told to stop.
async fn serve(store: Arc<dyn Store>) -> Result<(Served, CancellationToken)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let state = State::new(store, Arc::new(SystemClock));
    // One client asks for as much as it can: what one client may take is not measured here.
    let clients = http::PerClient { rate: 0, ..http::PerClient::default() };
    let options = http::Options { clients, ..http::Options::default() };
    let stop = CancellationToken::new();
    let token = stop.clone();
    let server = tokio::spawn(async move { http::serve_with(listener, None, state, &options, token).await });
    Ok(((address, server), stop))
}
