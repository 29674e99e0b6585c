//! Staging and publishing through the store's contract, beside a plain load of the same rows into one table.

use crate::made_up::{MadeUp, places};
use crate::measure::{heading, line, per_second};
use anyhow::{Result, bail};
use outcomes_hub::clock::{Clock, SystemClock};
use outcomes_hub::outcomes::{
    AreaType, Counts, Figure, MissingKind, Observation, Origin, Outcome, ReferenceRow, Run, Traced,
};
use outcomes_hub::store::{Scope, SqliteStore, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows handed over at once, as the road does.
pub const BATCH: usize = 8_192;
/// Rows a statement of the plain load.
const HEIGHT: usize = 512;

const TABLE: &str = "
    CREATE TABLE figure (
        slice INTEGER NOT NULL, area INTEGER NOT NULL, period INTEGER NOT NULL, opened INTEGER NOT NULL, closed INTEGER,
        value REAL, value_missing INTEGER, lower_ci REAL, upper_ci REAL, lower_ci_99_8 REAL, upper_ci_99_8 REAL,
        count REAL, count_missing INTEGER, denominator REAL, denominator_missing INTEGER, note INTEGER,
        file INTEGER NOT NULL, row INTEGER NOT NULL,
        PRIMARY KEY (slice, area, period, opened)) STRICT, WITHOUT ROWID";

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
    fn total(&self) -> Duration {
        self.staged + self.settled + self.written
    }
}

/// Measures so many figures, in the order of a publisher's file: by indicator, then period, then place.
pub async fn run(rows: u64) -> Result<()> {
    const AREAS: usize = 400;
    const QUARTERS: u32 = 25;
    let areas = places(&[AreaType::Utla, AreaType::Ltla, AreaType::Ward])?;
    let areas = areas.into_iter().take(AREAS).map(|place| place.code).collect();
    let made_up = MadeUp::new("bench-publish", rows.div_ceil(AREAS as u64 * u64::from(QUARTERS)), areas, QUARTERS)?;
    let rows = made_up.len();
    heading(&format!("publish: {rows} figures into an embedded store"));
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await?;
    let first_edition: Vec<_> = (0..rows).map(|number| made_up.figure(number, 0)).collect();

    let plain = plain_load(&folder.path().join("plain.sqlite"), &made_up, &first_edition).await?;
    let first = publish(&store, &made_up, first_edition.chunks(BATCH)).await?;
    let again = publish(&store, &made_up, first_edition.chunks(BATCH)).await?;
    drop(first_edition);
    let second_edition: Vec<_> = (0..rows).map(|number| made_up.figure(number, 1)).collect();
    let changed = publish(&store, &made_up, second_edition.chunks(BATCH)).await?;
    let (added, unchanged, revised) = (first.figures.added, again.figures.unchanged, changed.figures.changed);
    if (added, unchanged) != (rows, rows) || revised == 0 || revised * 50 > rows {
        bail!("not what was to be measured: {added} added, {unchanged} unchanged, {revised} changed");
    }
    store.close().await;

    line("plain load: one table, the same key, 512 rows a statement", rows, plain);
    for (name, done) in [
        ("hub, first publication", &first),
        ("hub, the same again", &again),
        (&*format!("hub, {revised} figures changed"), &changed),
    ] {
        line(name, rows, done.total());
        let Published { staged, settled, written, .. } = done;
        println!(
            "    staged {:.2} s, compared {:.2} s, written {:.2} s",
            staged.as_secs_f64(),
            settled.as_secs_f64(),
            written.as_secs_f64()
        );
    }
    let ratio = |done: &Published| per_second(rows, done.total()) / per_second(rows, plain);
    println!(
        "  hub ÷ plain load    {:.2} first, {:.2} again, {:.2} with changes",
        ratio(&first),
        ratio(&again),
        ratio(&changed)
    );
    Ok(())
}

/// Stages, settles and publishes a dataset's figures, given in batches.
pub async fn publish(
    store: &SqliteStore,
    made_up: &MadeUp,
    batches: impl Iterator<Item: AsRef<[Traced<Observation>]>>,
) -> Result<Published> {
    let now = SystemClock.now();
    let run = store.start_run(&made_up.dataset.id, now).await?;
    let started = Instant::now();
    let mut publication = store.stage(&made_up.dataset, made_up.dataset.standing).await?;
    let origin = Origin { file: "made-up.csv".into(), row: 1 };
    let definitions =
        made_up.definitions().map(|row| Traced { row: ReferenceRow::Indicator(row), origin: origin.clone() });
    publication.reference(definitions.collect()).await?;
    for batch in batches {
        publication.observations(batch.as_ref()).await?;
    }
    let staged = started.elapsed();
    let started = Instant::now();
    let outcome = publication.settle(&Scope::default(), &mut Vec::new()).await?;
    let settled = started.elapsed();
    let mut run = Run {
        id: run,
        dataset: made_up.dataset.id.clone(),
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

/// Loads the same rows in the same order with a prepared statement, in one transaction that is synced to disk.
async fn plain_load(path: &Path, made_up: &MadeUp, rows: &[Traced<Observation>]) -> Result<Duration> {
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
    let (areas, periods) = (made_up.areas.len(), made_up.periods.len());
    let halves = |figure: Option<Figure>| {
        (figure.and_then(Figure::number), figure.and_then(Figure::missing).map(MissingKind::code))
    };
    let id = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
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
            let number = chunk * HEIGHT + index;
            let (value, count, denominator) = (halves(Some(row.value)), halves(row.count), halves(row.denominator));
            query = query
                .bind(id(number / areas / periods) + 1)
                .bind(id(number % areas) + 1)
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
