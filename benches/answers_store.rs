//! A store with millions of made-up figures of real councils, kept from one run to the next.

use crate::made_up::{MadeUp, places};
use crate::measure::line;
use crate::publish::{self, BATCH};
use anyhow::{Result, bail};
use outcomes_hub::clock::{Clock, SystemClock};
use outcomes_hub::outcomes::{Area, AreaType, Dataset, Origin, Outcome, ReferenceRow, Run, Standing, Traced};
use outcomes_hub::store::{Publishing, Reads, Scope, SqliteStore, Upkeep};
use std::path::{Path, PathBuf};

const AREAS: usize = 200;
const QUARTERS: u32 = 100;

/// A store and what is in it.
pub struct Filled {
    /// Its file.
    pub path: PathBuf,
    /// The store, open.
    pub store: SqliteStore,
    /// Its figures.
    pub made_up: MadeUp,
    /// Its places.
    pub places: Vec<Area>,
}

/// A store of at least so many figures: 200 places × 100 quarters × as many indicators as it takes.
pub async fn filled(figures: u64) -> Result<Filled> {
    let places: Vec<Area> = places(&[AreaType::Utla, AreaType::Ltla])?.into_iter().take(AREAS).collect();
    let codes: Vec<String> = places.iter().map(|place| place.code.clone()).collect();
    let indicators = figures.div_ceil(AREAS as u64 * u64::from(QUARTERS));
    let made_up = MadeUp::new("bench-answers", indicators, codes, QUARTERS)?;
    let path = crate::kept()?.join(format!("answers-1-{}.sqlite", made_up.len()));
    if let Ok(store) = SqliteStore::open(&path).await {
        if store.head().await? == 2 {
            return Ok(Filled { path, store, made_up, places });
        }
        store.close().await;
    }
    // It is not there, not finished, or was written by a hub of another age.
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.clone().into_os_string();
        file.push(suffix);
        if Path::new(&file).exists() {
            std::fs::remove_file(&file)?;
        }
    }
    println!("  filling {} …", path.display());
    let store = SqliteStore::open(&path).await?;
    publish_places(&store, &made_up.dataset, &places).await?;
    let numbers: Vec<u64> = (0..made_up.len()).collect();
    let batches =
        numbers.chunks(BATCH).map(|batch| batch.iter().map(|number| made_up.figure(*number, 0)).collect::<Vec<_>>());
    let done = publish::publish(&store, &made_up, batches).await?;
    if done.figures.added != made_up.len() {
        bail!("only {} figures were published", done.figures.added);
    }
    line(
        "filling the store, with the making up of its figures",
        made_up.len(),
        done.staged + done.settled + done.written,
    );
    // Closing folds the write-ahead log into the file, as it is found the next time.
    store.close().await;
    let store = SqliteStore::open(&path).await?;
    Ok(Filled { path, store, made_up, places })
}

async fn publish_places(store: &SqliteStore, like: &Dataset, places: &[Area]) -> Result<()> {
    let dataset = Dataset { id: "bench-places".to_owned(), ..like.clone() };
    let now = SystemClock.now();
    let run = store.start_run(&dataset.id, now).await?;
    let mut publication = store.stage(&dataset, Standing::Official).await?;
    let origin = Origin { file: "areas.csv".into(), row: 1 };
    let rows = places.iter().map(|place| Traced { row: ReferenceRow::Area(place.clone()), origin: origin.clone() });
    publication.reference(rows.collect()).await?;
    let settled = publication.settle(&Scope::default(), &mut Vec::new()).await?;
    let run = Run {
        warnings: Vec::new(),
        id: run,
        dataset: dataset.id,
        started_at: now,
        finished_at: Some(SystemClock.now()),
        outcome: Outcome::Published,
        release: None,
        figures: settled.figures,
        reference: settled.reference,
        files: Vec::new(),
        error: None,
        error_code: None,
        inputs: None,
    };
    publication.publish(run).await?;
    Ok(())
}
