//! What hostile questions are asked about: the demo's data (every place of the country, every framework, a figure of each
//! connector), and made-up figures of every framework's measures for every upper-tier council, published in two releases.

use crate::scorecards;
use anyhow::{Context, Result, bail};
use outcomes_hub::access::Viewer;
use outcomes_hub::answers::places::every_council;
use outcomes_hub::store::{Page, SqliteStore, Store};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The names that questions need.
pub struct World {
    /// The data folder.
    pub folder: PathBuf,
    /// Every council of England that there is today.
    pub councils: Vec<String>,
    /// Every area.
    pub areas: Vec<String>,
    /// Every framework.
    pub frameworks: Vec<String>,
    /// Indicators with figures for the councils, each with the sex that it is published for.
    pub indicators: Vec<(String, String)>,
    /// When the releases were published, the first to the last.
    pub releases: Vec<String>,
}

/// Fills the folder if it is not there, and reads the names.
pub async fn world(hub: &Path) -> Result<World> {
    let folder = crate::kept()?.join("hostile-1");
    let complete = folder.join("complete");
    if !complete.exists() {
        println!("  filling {}", folder.display());
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let mut demo = Command::new(hub);
        demo.args(["demo", "--no-serve", "--keep"]).arg(&folder).stdin(Stdio::null());
        let done = demo.output().context("the hub cannot be started")?;
        if !done.status.success() {
            bail!("hub demo ended with {}\n{}", done.status, String::from_utf8_lossy(&done.stderr));
        }
    }
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.join("hub.sqlite")).await?);
    let viewer = Viewer::operator();
    let mut catalogue = store.catalogue(store.head().await?).await?;
    let frameworks = scorecards::shipped(&catalogue, &viewer)?;
    if !complete.exists() {
        let figures = scorecards::made_up(&catalogue, &frameworks)?;
        scorecards::publish(store.as_ref(), &figures[..figures.len() / 2]).await?;
        scorecards::publish(store.as_ref(), &figures).await?;
        std::fs::write(&complete, "")?;
        catalogue = store.catalogue(store.head().await?).await?;
    }
    let series = frameworks.iter().flat_map(|framework| &framework.measures).flat_map(|measure| &measure.series);
    let mut indicators: Vec<_> = series.map(|one| (one.indicator.clone(), one.sex.clone())).collect();
    indicators.sort();
    indicators.dedup();
    let mut releases = Vec::new();
    for dataset in catalogue.datasets(&viewer) {
        let page = Page { offset: 0, limit: 100 };
        let (known, _) = store.releases(&viewer, &dataset.id, catalogue.at(), page).await?;
        releases.extend(known.iter().map(|release| release.published_at.to_rfc3339()));
    }
    releases.sort();
    let world = World {
        councils: every_council(&catalogue),
        areas: catalogue.areas().map(|area| area.code.clone()).collect(),
        frameworks: frameworks.iter().map(|framework| framework.id.clone()).collect(),
        indicators,
        releases,
        folder,
    };
    store.close().await;
    Ok(world)
}
