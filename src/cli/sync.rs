//! `hub sync`: fetch to publish.

use super::{Context, Usage, print, progress, stop};
use crate::connector::Connector;
use crate::store::{SqliteStore, Store};
use crate::sync::{Input, Report, Request, Road, Silent};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Fetch, check and publish one or more connectors.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sync {
    /// The connectors; none means every one that is not a reference.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A file to read instead of fetching; the resource may be left out where it is the connector's main one.
    #[arg(long = "input", value_name = "[RESOURCE=]FILE", value_parser = parse_input)]
    inputs: Vec<Input>,
    /// A value for one of the connector's parameters.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_pair)]
    set: Vec<(String, String)>,
    /// Show what would change, and publish nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the run report alone, as JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  hub sync uk-geography
  hub sync dfe-children-in-need --input c1_children_in_need_referrals.csv
  hub sync dfe-children-looked-after --input placement_stability=a.csv --input health_outcomes=b.csv
  hub sync ascof --input measures.csv --set year=2020-21 --dry-run
  hub sync ascof --json | jq .figures

Exit status: 0 published or unchanged, 2 wrong usage, 3 refused by a check, 4 the source could not be read.";

#[expect(clippy::unnecessary_wraps, reason = "clap takes a parser that may fail")]
fn parse_input(text: &str) -> Result<Input, String> {
    Ok(Input::parse(text))
}

pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Sync {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let connectors = self.connectors(context)?;
        if connectors.len() > 1 && !(self.inputs.is_empty() && self.set.is_empty()) {
            return Err(Usage("--input and --set go with one connector: name it".into()).into());
        }
        let store = context.store().await?;
        let road = context.road(&store)?;
        let stop = stop::on_signal();
        let set: BTreeMap<String, String> = self.set.into_iter().collect();
        let mut status = 0;
        for connector in connectors {
            if stop.is_cancelled() {
                break;
            }
            publish_needed(context, &road, &store, &connector, &stop).await?;
            let request = Request {
                inputs: self.inputs.clone(),
                set: set.clone(),
                dry_run: self.dry_run,
                ..Request::new(connector)
            };
            let progress = progress::for_stderr();
            let report = road.run(&request, progress.as_ref(), &stop).await?;
            drop(progress);
            say(&report, self.json)?;
            status = status.max(report.exit_status());
        }
        store.close().await;
        Ok(status)
    }

    fn connectors(&self, context: &Context) -> Result<Vec<Connector>> {
        if !self.names.is_empty() {
            return self.names.iter().map(|name| Ok(context.library.get(name)?)).collect();
        }
        let all = context.library.names().map(|name| context.library.get(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(all.into_iter().filter(|connector| !connector.needs().is_empty()).collect())
    }
}

fn say(report: &Report, json: bool) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, report)?;
        writeln!(out)?;
    } else {
        print::report(&mut out, report)?;
    }
    Ok(())
}

/// Publishes the connectors that this one needs and that have never been published; says so on stderr.
pub async fn publish_needed(
    context: &Context,
    road: &Road,
    store: &Arc<SqliteStore>,
    connector: &Connector,
    stop: &CancellationToken,
) -> Result<()> {
    for name in connector.needs() {
        let catalogue = store.catalogue(store.head().await?).await?;
        if catalogue.dataset(&crate::access::Viewer::operator(), &name).is_some() {
            continue;
        }
        let needed = context.library.get(&name)?;
        let report = road.run(&Request::new(needed), &Silent, stop).await?;
        if let Some(problem) = &report.error {
            anyhow::bail!("`{}` needs `{name}`, which could not be published: {}", connector.name, problem.message);
        }
        let mut err = std::io::stderr().lock();
        writeln!(err, "{name}: published first, because {} needs it", connector.name)?;
    }
    Ok(())
}
