//! How fast a large dataset is loaded and read, and within how much memory:
//! `HUB_ROWS=5000000 cargo test --lib a_large_dataset -- --ignored --nocapture`

use super::SqliteStore;
use crate::access::Viewer;
use crate::outcomes::{Breakdown, Figure, Observation, Standing, Traced};
use crate::store::conformance::{dataset, everything, figure, minute, origin, run, settle, year};
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Publication, Publishing, Reads, Scope, Upkeep};
use std::sync::Arc;
use std::time::{Duration, Instant};

const AREAS: u32 = 500;
const YEARS: i32 = 10;

#[tokio::test]
#[ignore = "takes a while; run it to measure"]
async fn a_large_dataset() {
    let rows: u32 = std::env::var("HUB_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(300_000);
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await.expect("a store");
    // New, the same again, and all of it under another standing.
    for (id, standing) in [(1, Standing::Official), (2, Standing::Official), (3, Standing::Local)] {
        assert_eq!(store.start_run("large", minute(id)).await.expect("a run"), id);
        let mut publication = store.stage(&dataset("large"), standing).await.expect("staging");
        let staging = stage(&mut publication, rows).await;
        let start = Instant::now();
        let (settled, _) = settle(&mut publication, &Scope::default()).await;
        let settling = start.elapsed();
        let start = Instant::now();
        assert_eq!(settled.changes_something(), id != 2);
        if settled.changes_something() {
            publication.publish(run(id, "large", minute(id), &settled)).await.expect("a release");
        }
        let publishing = start.elapsed();
        println!("{rows} rows: staged in {staging:?}, settled in {settling:?}, published in {publishing:?}");
        println!("{}", memory());
    }
    read(&store).await;
    let start = Instant::now();
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
    println!("checked in {:?}\n{}", start.elapsed(), memory());
}

/// Stages rows as publishers order their files: by year, then by area, then by indicator. Gives the time that the store
/// took, without that of making the rows.
async fn stage(publication: &mut Box<dyn Publication>, rows: u32) -> Duration {
    const BATCH: usize = 8192;
    let indicators: Vec<Arc<str>> = (0..rows.div_ceil(AREAS * 10)).map(|i| format!("indicator-{i}").into()).collect();
    let areas: Vec<String> = (0..AREAS).map(|area| format!("E{area:08}")).collect();
    let breakdown = Arc::new(Breakdown::default());
    let origin = origin(2);
    let mut numbers = (0..rows).map(f64::from);
    let mut batch: Vec<Traced<Observation>> = Vec::with_capacity(BATCH);
    let mut took = Duration::ZERO;
    for period in (2010..2010 + YEARS).map(year) {
        for area in &areas {
            for indicator in &indicators {
                let Some(number) = numbers.next() else { continue };
                let mut row = figure("", area, 2020, number / 7.0).row;
                row.indicator = Arc::clone(indicator);
                row.breakdown = Arc::clone(&breakdown);
                row.period = period;
                (row.lower_ci, row.upper_ci) = (Some(number / 8.0), Some(number / 6.0));
                row.count = Some(Figure::Number(number));
                batch.push(Traced { row, origin: origin.clone() });
            }
            if batch.len() > BATCH {
                let start = Instant::now();
                publication.observations(&batch).await.expect("figures");
                took += start.elapsed();
                batch.clear();
            }
        }
    }
    let start = Instant::now();
    publication.observations(&batch).await.expect("figures");
    took + start.elapsed()
}

async fn read(store: &SqliteStore) {
    let catalogue = store.catalogue(2).await.expect("a catalogue");
    let viewer = Viewer::public();
    let all = everything(&catalogue, &viewer);
    let latest = FigureQuery {
        slices: vec![all.slices[7]],
        areas: AreaSelection::Ids((1..=150).collect()),
        periods: PeriodSelection::Latest,
        ..all.clone()
    };
    for (name, query) in [
        ("150 areas, latest", latest.clone()),
        ("150 areas, every year", FigureQuery { periods: PeriodSelection::All, ..latest.clone() }),
        ("every area, latest", FigureQuery { areas: AreaSelection::All, ..latest }),
        ("a page of 10,000 of everything", FigureQuery { limit: 10_000, ..all }),
    ] {
        for _ in 0..3 {
            let start = Instant::now();
            let figures = store.figures(&viewer, &query).await.expect("figures");
            println!("{name}: {} figures in {:?}", figures.len(), start.elapsed());
        }
    }
}

/// The process's memory at its largest and now, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).collect::<Vec<_>>().join(" ")
}
