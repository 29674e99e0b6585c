//! `hub framework`: check framework files, and list those that are published.

use super::ingest::publish_needed;
use super::{Context, print, stop};
use crate::access::Viewer;
use crate::check::Known;
use crate::frameworks::{self, Framework};
use crate::outcomes::Relation;
use crate::store::Catalogue;
use crate::sync::Request;
use anyhow::{Context as _, Result};
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The connector that publishes the hub's own frameworks.
const CONNECTOR: &str = "shared-frameworks";

/// The commands about frameworks.
#[derive(Subcommand)]
pub enum Command {
    /// Check framework files against the rules, and against the indicators and places that the hub knows.
    #[command(
        after_help = "Examples:\n  hub framework check schema/frameworks/*.toml\n  hub framework check our-strategy.toml\n\nEvery mistake is listed as file:line: reason. If the store has no places and indicators, those that the hub ships\nare used. Exit status: 0 no file has a mistake, 1 one has."
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
            Self::Check { files } => check(context, &files).await,
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
    let (mut known, whose) = known(context).await?;
    // Files that are checked together may join each other.
    for (_, stem, _) in &texts {
        known.learn_framework(stem);
    }
    let mut out = std::io::stdout().lock();
    let (mut mistakes, mut unknown) = (0, false);
    for (path, stem, text) in &texts {
        match frameworks::read_checked(stem, text, &known) {
            Ok(framework) => writeln!(out, "{}: ok, {}", path.display(), holds(&framework))?,
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
    writeln!(out, "{files} files, {mistakes} mistakes; {shared} shared indicators are known, {whose}")?;
    Ok(u8::from(mistakes > 0))
}

/// The ids that a framework file may use, and where they come from: the store, or a temporary store that holds what the
/// hub ships.
async fn known(context: &Context) -> Result<(Known, &'static str)> {
    let connector = context.library.get(CONNECTOR)?;
    let mut known = Known::default();
    for (_, resource) in &connector.manifest.resources {
        for file in connector.shipped(resource)? {
            known.learn_framework(&stem(Path::new(&file.name)));
        }
    }
    if !super::ingest::lacks_needed(context, &connector).await? {
        known.learn(catalogue(context).await?.reference());
        return Ok((known, "from the store"));
    }
    let folder = tempfile::tempdir().context("a temporary folder cannot be created")?;
    let shipped = context.with_data_dir(folder.path());
    let store = shipped.store().await?;
    publish_needed(&shipped, &shipped.road(&store)?, &Request::new(connector), true, &stop::on_signal()).await?;
    store.close().await;
    known.learn(catalogue(&shipped).await?.reference());
    Ok((known, "from what the hub ships"))
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
