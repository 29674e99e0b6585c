//! The four ways in which figures are read from Postgres, at growing sizes: how long each takes, and how the database goes
//! about it.

use crate::made_up::{MadeUp, mixed, places};
use crate::measure::heading;
use crate::publish::{BATCH, publish};
use anyhow::{Result, bail};
use outcomes_hub::access::Viewer;
use outcomes_hub::outcomes::AreaType;
use outcomes_hub::store::{
    AreaSelection, Catalogue, FigureQuery, PeriodSelection, PostgresOptions, PostgresStore, Reads, Upkeep,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::time::{Duration, Instant};

/// Figures of one dataset at most: 500 indicators, 200 places, 100 quarters.
const AREAS: usize = 200;
const QUARTERS: u32 = 100;
const PER_INDICATOR: u64 = AREAS as u64 * QUARTERS as u64;
const PER_DATASET: u64 = 500 * PER_INDICATOR;
/// Reads of each pattern that are timed, after a tenth as many that are not; then the same reads again, whose pages are in
/// memory by then.
const READS: u64 = 300;

/// A pattern: its name, and the question of a number.
type Pattern = (&'static str, fn(&Catalogue, u64) -> FigureQuery);

const PATTERNS: [Pattern; 4] = [
    ("one indicator, every place, latest", |catalogue, seed| {
        question(catalogue, seed, 1, AreaSelection::All, PeriodSelection::Latest)
    }),
    ("one place, 50 indicators, latest", |catalogue, seed| {
        question(catalogue, seed, 50, AreaSelection::Ids(areas(seed, 1)), PeriodSelection::Latest)
    }),
    ("one indicator, one place, every period", |catalogue, seed| {
        question(catalogue, seed, 1, AreaSelection::Ids(areas(seed, 1)), PeriodSelection::All)
    }),
    ("a scorecard: 10 indicators x 10 places, latest", |catalogue, seed| {
        question(catalogue, seed, 10, AreaSelection::Ids(areas(seed, 10)), PeriodSelection::Latest)
    }),
];

/// Measures at each of these sizes, in millions of figures.
pub async fn run(millions: &[u64], database: Option<&str>) -> Result<()> {
    let Some(url) = database else {
        println!("\npatterns: --database-url names no Postgres, so they are left out");
        return Ok(());
    };
    let store = PostgresStore::open(&PostgresOptions::new(url)).await?;
    let mut medians: Vec<(u64, Vec<Duration>)> = Vec::new();
    for size in millions {
        grow(&store, size * 1_000_000).await?;
        settle_down(url).await?;
        let catalogue = store.catalogue(store.head().await?).await?;
        heading(&format!("patterns: {} figures in Postgres", held(&catalogue) * PER_INDICATOR));
        let mut found = Vec::new();
        for (name, question) in PATTERNS {
            found.push(measure(&store, &catalogue, name, question).await?);
        }
        medians.push((*size, found));
    }
    if let (Some((small, before)), Some((large, after))) = (medians.iter().nth_back(1), medians.last()) {
        println!("\npatterns: p50 at {large} million beside p50 at {small} million, each asked again");
        for ((name, _), (after, before)) in PATTERNS.iter().zip(after.iter().zip(before)) {
            println!("  {name:<50} {:.2}", after.as_secs_f64() / before.as_secs_f64());
        }
    }
    store.close().await;
    Ok(())
}

/// Publishes datasets until there are so many figures.
async fn grow(store: &PostgresStore, wanted: u64) -> Result<()> {
    let places = places(&[AreaType::Utla, AreaType::Ltla])?;
    let codes: Vec<String> = places.into_iter().take(AREAS).map(|place| place.code).collect();
    loop {
        let catalogue = store.catalogue(store.head().await?).await?;
        let held = held(&catalogue) * PER_INDICATOR;
        if held >= wanted {
            return Ok(());
        }
        let indicators = (wanted - held).min(PER_DATASET).div_ceil(PER_INDICATOR);
        let name = format!("patterns-{}", catalogue.at() + 1);
        let made_up = MadeUp::new(&name, indicators, codes.clone(), QUARTERS)?;
        let numbers: Vec<u64> = (0..made_up.len()).step_by(BATCH).collect();
        let batches = numbers.into_iter().map(|from| {
            let to = (from + BATCH as u64).min(made_up.len());
            (from..to).map(|number| made_up.figure(number, 0)).collect::<Vec<_>>()
        });
        let done = publish(store, &made_up, batches).await?;
        println!("  loaded {} figures of {name}", done.figures.added);
    }
}

/// How many indicators are loaded.
fn held(catalogue: &Catalogue) -> u64 {
    catalogue.visible_slices(&Viewer::public()).count() as u64
}

/// What the server does by itself a minute after a release.
async fn settle_down(url: &str) -> Result<()> {
    let mut connection = url.parse::<PgConnectOptions>()?.connect().await?;
    sqlx::raw_sql("VACUUM (ANALYZE) figure").execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

fn areas(seed: u64, count: u64) -> Vec<i64> {
    (0..count).map(|n| i64::try_from(mixed(seed ^ (n << 32)) % AREAS as u64).unwrap_or(0) + 1).collect()
}

fn question(
    catalogue: &Catalogue,
    seed: u64,
    slices: u64,
    areas: AreaSelection,
    periods: PeriodSelection,
) -> FigureQuery {
    let all: Vec<_> = catalogue.visible_slices(&Viewer::public()).map(|slice| slice.id).collect();
    let pick =
        |n: u64| all.get(usize::try_from(mixed(seed ^ (n << 40)) % all.len().max(1) as u64).unwrap_or(0)).copied();
    FigureQuery {
        slices: (0..slices).filter_map(pick).collect(),
        areas,
        periods,
        at: catalogue.at(),
        after: None,
        limit: 10_000,
    }
}

/// Times one pattern twice and prints it; gives the second median.
async fn measure(
    store: &PostgresStore,
    catalogue: &Catalogue,
    name: &str,
    pattern: fn(&Catalogue, u64) -> FigureQuery,
) -> Result<Duration> {
    let viewer = Viewer::public();
    let mut median = Duration::ZERO;
    for round in ["first", "again"] {
        let mut times = Vec::new();
        let mut figures = 0;
        for seed in 0..READS + READS / 10 {
            let query = pattern(catalogue, seed);
            let started = Instant::now();
            figures = store.figures(&viewer, &query).await?.len();
            if seed >= READS / 10 {
                times.push(started.elapsed());
            }
        }
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        median = at(50);
        let slow = ms(at(99));
        println!("  {name:<50} {round}  p50 {:>8.3} ms  p99 {slow:>8.3} ms  {figures} figures", ms(median));
    }
    let plan = store.explain(&viewer, &pattern(catalogue, READS * 7)).await?;
    for step in plan.iter().filter(|step| step.contains("Scan") || step.contains("Heap Fetches")) {
        println!("      {}", step.trim_start());
    }
    if !plan.iter().any(|step| step.contains("Index Only Scan") && step.contains("figure_pkey")) {
        bail!("not answered from the key alone:\n{}", plan.join("\n"));
    }
    Ok(median)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
