//! What every command that ingests wires together: the road over the store, and the connectors that another one needs.
//!
//! `hub sync`, `hub sync --due` and `hub demo` run connectors through here. `hub serve` answers, and starts `hub sync --due` as a
//! process for each run of its schedule.

use super::fence::Watch;
use super::{Context, framework, progress};
use crate::access::Viewer;
use crate::connector::Connector;
use crate::outcomes::Relation;
use crate::store::Store;
use crate::sync::{NeededError, Report, Request, Road};
use anyhow::{Context as _, Result};
use std::io::Write;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A store with everything that a connector needs, and the road over it.
pub struct Ready {
    /// The temporary hub of a dry run that lacks what its connector needs.
    elsewhere: Option<Context>,
    pub store: Arc<dyn Store>,
    pub road: Road,
    /// Its folder: the last to go.
    _thrown_away: Option<TempDir>,
}

impl Ready {
    /// Opens the store, and publishes what the connector needs. A dry run of a hub that lacks it publishes it into a
    /// temporary store: it publishes nothing that stays.
    pub async fn of(context: &Context, request: &Request, stop: &CancellationToken) -> Result<Self> {
        let lacks = request.dry_run && lacks_needed(context, &request.connector).await?;
        let thrown_away = lacks.then(tempfile::tempdir).transpose().context("no temporary folder can be made")?;
        let elsewhere = thrown_away.as_ref().map(|folder| context.with_data_dir(folder.path()));
        let within = elsewhere.as_ref().unwrap_or(context);
        let store = within.store().await?;
        let road = within.road(&store)?;
        Box::pin(publish_needed(within, &road, request, request.dry_run, stop)).await?;
        Ok(Self { elsewhere, store, road, _thrown_away: thrown_away })
    }
}

/// Runs one connector, after those that it needs. A dry run of a hub that lacks those publishes them into a temporary
/// store: it publishes nothing that stays. `limited` says whether the limits of its manifest hold.
pub async fn run(context: &Context, request: Request, limited: bool, stop: &CancellationToken) -> Result<Report> {
    let limits = request.connector.manifest.limits;
    let _watch = limited.then(|| Watch::begin(limits, request.fence.clone()));
    let ready = Ready::of(context, &request, stop).await?;
    let context = ready.elsewhere.as_ref().unwrap_or(context);
    let Ready { store, road, .. } = &ready;
    let progress = progress::for_stderr();
    let mut report = Box::pin(road.run(&request, progress.as_ref(), stop)).await?;
    drop(progress);
    store.close().await;
    // A dry run publishes no framework that could be looked at.
    if !request.dry_run && report.exit_status() == 0 && request.connector.sql.contains_key(&Relation::Frameworks) {
        report.warnings.extend(framework::warnings(context, &report.dataset).await?);
    }
    Ok(report)
}

/// Whether the store lacks a connector that this one needs.
pub async fn lacks_needed(context: &Context, connector: &Connector) -> Result<bool> {
    lacks(context, &connector.needs()).await
}

/// Whether one of these was never published.
pub async fn lacks(context: &Context, names: &[String]) -> Result<bool> {
    if !context.has_store() {
        return Ok(true);
    }
    let store = context.store().await?;
    let catalogue = store.catalogue(store.head().await?).await?;
    let lacks = names.iter().any(|name| catalogue.dataset(&Viewer::operator(), name).is_none());
    store.close().await;
    Ok(lacks)
}

/// Publishes the connectors that this one needs, and says so on stderr: see [`Road::publish_needed`].
pub async fn publish_needed(
    context: &Context,
    road: &Road,
    request: &Request,
    only_missing: bool,
    stop: &CancellationToken,
) -> Result<()> {
    let connector = &request.connector;
    let say = |report: &Report| {
        if report.release.is_some() {
            let mut err = std::io::stderr().lock();
            // If stderr is closed, nobody reads it.
            let _ = writeln!(err, "{}: published first, because {} needs it", report.dataset, connector.name);
        }
    };
    let needed = road.publish_needed(&context.library, connector, only_missing, &request.fence, &say, stop).await;
    // The exit status is that of the underlying error.
    needed.map_err(|error| match error {
        NeededError::Connector(error) => error.into(),
        NeededError::Road(error) => error.into(),
        error @ NeededError::NotPublished { .. } => error.into(),
    })
}
