//! Staging and publishing through the store's contract, beside a plain load of the same rows into one table.

use crate::made_up::{MadeUp, places};
use crate::measure::{heading, line, per_second};
use crate::plain;
use anyhow::{Result, bail};
use outcomes_hub::clock::{Clock, SystemClock};
use outcomes_hub::outcomes::{AreaType, Counts, Dataset, Observation, Origin, Outcome, ReferenceRow, Run, Traced};
use outcomes_hub::store::{PostgresOptions, PostgresStore, Scope, SqliteStore, Store};
use std::time::{Duration, Instant};

/// Rows handed over at once, as the road does.
pub const BATCH: usize = 8_192;

/// How long the parts of a publication took, and what it did.
pub struct Published {
    /// Handing the rows over.
    pub staged: Duration,
    /// Comparing them with what is published.
    pub settled: Duration,
    /// Writing the release; none where nothing changed.
    pub written: Duration,
    /// What became of the figures.
    pub figures: Counts,
}

impl Published {
    /// All of it.
    pub fn total(&self) -> Duration {
        self.staged + self.settled + self.written
    }
}

/// Measures so many figures, in the order of a publisher's file: by indicator, then period, then place.
pub async fn run(rows: u64, database: Option<&str>) -> Result<()> {
    const AREAS: usize = 200;
    const QUARTERS: u32 = 100;
    let areas = places(&[AreaType::Utla, AreaType::Ltla])?;
    let areas = areas.into_iter().take(AREAS).map(|place| place.code).collect();
    let made_up = MadeUp::new("bench-publish", rows.div_ceil(AREAS as u64 * u64::from(QUARTERS)), areas, QUARTERS)?;
    let edition = |edition| (0..made_up.len()).map(|number| made_up.figure(number, edition)).collect::<Vec<_>>();
    let editions = [edition(0), edition(1)];

    heading(&format!("publish: {} figures into an embedded store", made_up.len()));
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await?;
    let plain = plain::prepared(&folder.path().join("plain.sqlite"), &made_up, &editions[0]).await?;
    measure(&store, &made_up, &editions, ("a prepared statement of 512 rows into one table with the same key", plain))
        .await?;
    drop((store, folder));

    let Some(url) = database else {
        println!("\npublish: --database-url names no Postgres, so it is left out");
        return Ok(());
    };
    heading(&format!("publish: {} figures into Postgres", made_up.len()));
    let store = PostgresStore::open(&PostgresOptions::new(url)).await?;
    let plain = plain::copied(url, &made_up, &editions[0]).await?;
    measure(&store, &made_up, &editions, ("a binary COPY into one table with the same primary key", plain)).await
}

/// Publishes an edition, the same again and the next one, and prints them beside the plain load.
async fn measure(
    store: &dyn Store,
    made_up: &MadeUp,
    [first, next]: &[Vec<Traced<Observation>>; 2],
    (name, plain): (&str, Duration),
) -> Result<()> {
    let rows = made_up.len();
    let done = publish(store, made_up, first.chunks(BATCH)).await?;
    let again = publish(store, made_up, first.chunks(BATCH)).await?;
    let changed = publish(store, made_up, next.chunks(BATCH)).await?;
    let (added, unchanged, revised) = (done.figures.added, again.figures.unchanged, changed.figures.changed);
    if (added, unchanged) != (rows, rows) || revised == 0 || revised * 50 > rows {
        bail!("not what was to be measured: {added} added, {unchanged} unchanged, {revised} changed");
    }
    store.close().await;
    line(name, rows, plain);
    let changes = format!("hub, {revised} figures changed");
    for (name, done) in [("hub, first publication", &done), ("hub, the same again", &again), (&*changes, &changed)] {
        line(name, rows, done.total());
        let Published { staged, settled, written, .. } = done;
        let [staged, settled, written] = [staged, settled, written].map(Duration::as_secs_f64);
        println!("    staged {staged:.2} s, compared {settled:.2} s, written {written:.2} s");
    }
    let ratio = |done: &Published| per_second(rows, done.total()) / per_second(rows, plain);
    let [first, again, changed] = [&done, &again, &changed].map(ratio);
    println!("  hub ÷ plain load    {first:.2} first, {again:.2} again, {changed:.2} with changes");
    Ok(())
}

/// Publishes a dataset's indicators and its figures, given in batches.
pub async fn publish(
    store: &dyn Store,
    made_up: &MadeUp,
    batches: impl Iterator<Item: AsRef<[Traced<Observation>]>>,
) -> Result<Published> {
    let origin = Origin { file: "made-up.csv".into(), row: 1 };
    let definitions =
        made_up.definitions().map(|row| Traced { row: ReferenceRow::Indicator(row), origin: origin.clone() });
    release(store, &made_up.dataset, definitions.collect(), batches).await
}

/// Stages, settles and publishes a dataset's rows.
pub async fn release(
    store: &dyn Store,
    dataset: &Dataset,
    reference: Vec<Traced<ReferenceRow>>,
    batches: impl Iterator<Item: AsRef<[Traced<Observation>]>>,
) -> Result<Published> {
    let now = SystemClock.now();
    let run = store.start_run(&dataset.id, now).await?;
    let started = Instant::now();
    let mut publication = store.stage(dataset, dataset.standing).await?;
    publication.reference(reference).await?;
    for batch in batches {
        publication.observations(batch.as_ref()).await?;
    }
    let staged = started.elapsed();
    let started = Instant::now();
    let outcome = publication.settle(&Scope::default(), &mut Vec::new()).await?;
    let settled = started.elapsed();
    let mut run = Run {
        warnings: Vec::new(),
        id: run,
        dataset: dataset.id.clone(),
        started_at: now,
        finished_at: Some(SystemClock.now()),
        outcome: Outcome::Unchanged,
        release: None,
        figures: outcome.figures,
        reference: outcome.reference,
        files: Vec::new(),
        error: None,
        error_code: None,
        inputs: None,
    };
    let started = Instant::now();
    if outcome.changes_something() {
        run.outcome = Outcome::Published;
        publication.publish(run).await?;
    } else {
        store.finish_run(&run).await?;
    }
    Ok(Published { staged, settled, written: started.elapsed(), figures: outcome.figures })
}
