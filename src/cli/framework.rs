//! `hub framework`: check framework files, and list those that are published.

use super::ingest::publish_needed;
use super::{Context, print, stop};
use crate::access::Viewer;
use crate::answers::outlook::outlook;
use crate::answers::{Hub, Scope};
use crate::check::Known;
use crate::frameworks::{self, Framework};
use crate::outcomes::{Coverage, Relation};
use crate::store::Catalogue;
use crate::sync::Request;
use anyhow::{Context as _, Result, anyhow};
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The connector that publishes the hub's own frameworks.
const CONNECTOR: &str = "shared-frameworks";

/// Warnings of one framework that the report of a sync tells.
const TOLD: usize = 3;

/// The commands about frameworks.
#[derive(Subcommand)]
pub enum Command {
    /// Check framework files against the rules, and against the indicators and places that the hub knows.
    #[command(
        after_help = "Examples:\n  hub framework check schema/frameworks/*.toml\n  hub framework check our-strategy.toml\n\nEvery mistake is listed as file:line: reason. If the store has no places and indicators, those that the hub ships\nare used. Where the store has figures, targets that cannot be judged by them in the framework's own places are listed as\nfile:line: warning: reason, with what to load or to change; without figures, those that can never be judged.\nExit status: 0 no file has a mistake (warnings are none), 1 one has."
    )]
    Check {
        /// The files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// The frameworks that are published: id, version, release, dataset, title.
    #[command(after_help = "Examples:\n  hub framework list\n  hub sync shared-frameworks && hub framework list")]
    List,
}

impl Command {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Self::Check { files } => Box::pin(check(context, &files)).await,
            Self::List => list(context).await,
        }
    }
}

async fn check(context: &Context, files: &[PathBuf]) -> Result<u8> {
    let mut texts = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        texts.push((path, stem(path), text));
    }
    let Checked { mut known, whose, hub, folder: _folder } = known(context).await?;
    let scope = Scope::new(hub, Viewer::operator(), "framework check".into(), None);
    let snapshot = scope.snapshot(None).await.map_err(|refusal| anyhow!(refusal.message))?;
    // Files that are checked together may join each other.
    for (_, stem, _) in &texts {
        known.learn_framework(stem);
    }
    let mut out = std::io::stdout();
    let (mut mistakes, mut warnings, mut looked, mut unknown) = (0, 0, false, false);
    for (path, stem, text) in &texts {
        match frameworks::read_checked(stem, text, &known) {
            Ok(framework) => {
                writeln!(out, "{}: ok, {}", path.display(), holds(&framework))?;
                let covers = |dataset: &str| covers(context, dataset);
                let outlook = outlook(&scope, &snapshot, &Arc::new(framework), text, &covers).await;
                let outlook = outlook.map_err(|refusal| anyhow!(refusal.message))?;
                for doubt in &outlook.doubts {
                    writeln!(out, "{}:{}: warning: {}", path.display(), doubt.line, doubt.reason)?;
                }
                warnings += outlook.doubts.len();
                looked |= outlook.looked;
            }
            Err(found) => {
                for mistake in &found {
                    writeln!(out, "{}:{}: {}", path.display(), mistake.line, mistake.reason)?;
                }
                unknown |= found.iter().any(|mistake| mistake.reason.starts_with("there is no indicator"));
                mistakes += found.len();
            }
        }
    }
    let mut indicators: Vec<&str> = known.indicators().filter(|id| !id.contains(':')).collect();
    indicators.sort_unstable();
    if unknown {
        writeln!(out, "the shared indicators are: {}", indicators.join(", "))?;
    }
    let (files, shared) = (texts.len(), indicators.len());
    let figures = if looked { "figures of the store were looked at" } else { "there were no figures to look at" };
    writeln!(
        out,
        "{files} files, {mistakes} mistakes, {warnings} warnings; {shared} shared indicators are known, {whose}; {figures}"
    )?;
    Ok(u8::from(mistakes > 0))
}

/// What framework files are checked against.
struct Checked {
    /// The ids that they may use.
    known: Known,
    /// Where these come from, for people.
    whose: &'static str,
    /// The store that they come from, opened.
    hub: Arc<Hub>,
    /// Its folder, where it is a temporary one.
    folder: Option<TempDir>,
}

/// The ids that a framework file may use, from the store, or from a temporary store that holds what the hub ships.
async fn known(context: &Context) -> Result<Checked> {
    let connector = context.library.get(CONNECTOR)?;
    let mut known = Known::default();
    for (_, resource) in &connector.manifest.resources {
        for file in connector.shipped(resource)? {
            known.learn_framework(&stem(Path::new(&file.name)));
        }
    }
    if !super::ingest::lacks_needed(context, &connector).await? {
        let store = context.existing_store().await?;
        known.learn(store.catalogue(store.head().await?).await?.reference());
        let hub = Arc::new(Hub::new(store, context.clock.clone()));
        return Ok(Checked { known, whose: "from the store", hub, folder: None });
    }
    let folder = tempfile::tempdir().context("a temporary folder cannot be created")?;
    let shipped = context.with_data_dir(folder.path());
    let store = shipped.store().await?;
    publish_needed(&shipped, &shipped.road(&store)?, &Request::new(connector), true, &stop::on_signal()).await?;
    known.learn(store.catalogue(store.head().await?).await?.reference());
    let hub = Arc::new(Hub::new(store, context.clock.clone()));
    Ok(Checked { known, whose: "from what the hub ships", hub, folder: Some(folder) })
}

/// Which periods a dataset that is not published can give, as its connector says.
fn covers(context: &Context, dataset: &str) -> Option<Coverage> {
    context.library.get(dataset).ok()?.dataset().covers
}

/// What a reader of the report of a sync must know of the frameworks that it published: targets that cannot be judged by the
/// figures that the hub holds now, the first of each framework. Nothing for a connector that publishes none.
pub async fn warnings(context: &Context, dataset: &str) -> Result<Vec<String>> {
    let store = context.existing_store().await?;
    let scope = Scope::new(
        Arc::new(Hub::new(Arc::clone(&store), context.clock.clone())),
        Viewer::operator(),
        "framework check".into(),
        None,
    );
    let snapshot = scope.snapshot(None).await.map_err(|refusal| anyhow!(refusal.message))?;
    let mut warnings = Vec::new();
    let published = snapshot.catalogue().frameworks(snapshot.viewer()).filter(|own| own.dataset == dataset);
    for document in published.map(|own| &own.document) {
        let Ok(framework) = frameworks::read(&document.id, &document.document) else { continue };
        let covers = |dataset: &str| covers(context, dataset);
        let found = outlook(&scope, &snapshot, &Arc::new(framework), &document.document, &covers).await;
        let doubts = found.map_err(|refusal| anyhow!(refusal.message))?.doubts;
        let told =
            doubts.iter().take(TOLD).map(|doubt| format!("{}.toml:{}: {}", document.id, doubt.line, doubt.reason));
        warnings.extend(told);
        if doubts.len() > TOLD {
            let more = doubts.len() - TOLD;
            warnings.push(format!("{}.toml: and {more} more; `hub framework check` lists them", document.id));
        }
    }
    store.close().await;
    Ok(warnings)
}

async fn catalogue(context: &Context) -> Result<Arc<Catalogue>> {
    let store = context.existing_store().await?;
    let catalogue = store.catalogue(store.head().await?).await?;
    store.close().await;
    Ok(catalogue)
}

async fn list(context: &Context) -> Result<u8> {
    let catalogue = catalogue(context).await?;
    let mut rows = vec![["ID", "VERSION", "RELEASE", "DATASET", "TITLE"].map(ToOwned::to_owned).to_vec()];
    for published in catalogue.frameworks(&Viewer::operator()) {
        let document = &published.document;
        let title = frameworks::read(&document.id, &document.document).map(|framework| framework.title);
        rows.push(vec![
            document.id.clone(),
            document.version.clone(),
            published.release.to_string(),
            published.dataset.clone(),
            // Published by a hub whose rules were other ones.
            title.unwrap_or_else(|_| "(it cannot be read: `hub framework check` says why)".into()),
        ]);
    }
    if rows.len() == 1 {
        let relation = Relation::Frameworks.name();
        writeln!(std::io::stdout(), "no {relation} are published; `hub sync {CONNECTOR}` publishes those of the hub")?;
        return Ok(0);
    }
    print::table(&mut std::io::stdout().lock(), &rows)?;
    Ok(0)
}

fn holds(framework: &Framework) -> String {
    let targets: usize = framework.measures.iter().map(|measure| measure.targets.len()).sum();
    let Framework { themes, outcomes, measures, actions, .. } = framework;
    format!(
        "version {}: {} themes, {} outcomes, {} measures, {targets} targets, {} actions",
        framework.version,
        themes.len(),
        outcomes.len(),
        measures.len(),
        actions.len()
    )
}

/// A framework's id is its file's name without the extension.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
