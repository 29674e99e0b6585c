//! The hub's own stores, filled by its own publishing and kept from one run to the next.

use super::world::{World, batches};
use crate::measure::line;
use crate::publish::{publish, release};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use outcomes_hub::access::Viewer;
use outcomes_hub::outcomes::{Dataset, Origin, ReferenceRow, Traced};
use outcomes_hub::store::{Page, PostgresOptions, PostgresStore, SqliteStore, Store};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The data folder of a hub with these figures; filled where it is not yet.
pub async fn folder(world: &World) -> Result<PathBuf> {
    let folder = crate::kept()?.join(format!("answers-2-{}", world.len()));
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(folder);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    println!("  filling {} …", folder.display());
    // Closing folds the write-ahead log into the file, as it is found the next time.
    fill(&SqliteStore::open(&file(&folder)).await?, world).await?;
    std::fs::write(complete, "")?;
    Ok(folder)
}

/// The store's file in a hub's data folder.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("hub.sqlite")
}

/// Fills the database of this address where it is empty.
pub async fn database(url: &str, world: &World) -> Result<()> {
    let mut connection = url.parse::<PgConnectOptions>()?.connect().await?;
    let holds = |table: &'static str| sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table);
    if holds("bench_answers").fetch_one(&mut connection).await? {
        let figures: i64 = sqlx::query_scalar("SELECT figures FROM bench_answers").fetch_one(&mut connection).await?;
        if u64::try_from(figures)? != world.len() {
            bail!("the database holds {figures} figures, not {}: name an empty one", world.len());
        }
        return Ok(());
    }
    if holds("_sqlx_migrations").fetch_one(&mut connection).await? {
        bail!("the database holds something else, or was not filled to the end: name an empty one");
    }
    println!("  filling the database …");
    fill(&PostgresStore::open(&PostgresOptions::new(url)).await?, world).await?;
    // What the server does by itself a minute after a release.
    sqlx::raw_sql("VACUUM (ANALYZE) figure").execute(&mut connection).await?;
    sqlx::raw_sql("CREATE TABLE bench_answers (figures bigint NOT NULL)").execute(&mut connection).await?;
    let figures = i64::try_from(world.len())?;
    sqlx::query("INSERT INTO bench_answers VALUES ($1)").bind(figures).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Publishes places and framework, then the first edition of every dataset, then the second.
async fn fill(store: &dyn Store, world: &World) -> Result<()> {
    let like = &world.datasets.first().context("there is no dataset")?.dataset;
    let dataset = Dataset { id: "bench-places".to_owned(), ..like.clone() };
    let origin = Origin { file: "places.csv".into(), row: 1 };
    let places = world.places.iter().map(|place| ReferenceRow::Area(place.clone()));
    let rows = places.chain([ReferenceRow::Framework(world.framework())]);
    let rows = rows.map(|row| Traced { row, origin: origin.clone() }).collect();
    release(store, &dataset, rows, std::iter::empty::<Vec<_>>()).await?;
    for edition in 0..2 {
        for made_up in &world.datasets {
            let done = publish(store, made_up, batches(made_up, edition)).await?;
            let figures = &done.figures;
            if (edition == 0 && figures.added != made_up.len()) || (edition == 1 && figures.changed == 0) {
                bail!("not what was to be published: {figures:?}");
            }
            line(&format!("{}, edition {}", made_up.dataset.id, edition + 1), made_up.len(), done.total());
        }
    }
    store.close().await;
    Ok(())
}

/// A moment between the first editions and the second ones.
pub async fn between(store: &Arc<dyn Store>, world: &World) -> Result<DateTime<Utc>> {
    let viewer = Viewer::public();
    let at = store.head().await?;
    let (mut last, mut first) = (None, None);
    for made_up in &world.datasets {
        let page = Page { offset: 0, limit: 3 };
        let (known, _) = store.releases(&viewer, &made_up.dataset.id, at, page).await?;
        let mut times: Vec<_> = known.iter().map(|release| release.published_at).collect();
        times.sort_unstable();
        let &[one, two] = times.as_slice() else { bail!("{} has other releases than two", made_up.dataset.id) };
        last = last.max(Some(one));
        first = first.map_or(Some(two), |first: DateTime<Utc>| Some(first.min(two)));
    }
    let (last, first) = last.zip(first).context("there is no dataset")?;
    Ok(last + (first - last) / 2)
}
