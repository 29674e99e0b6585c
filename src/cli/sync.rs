//! `hub sync`: fetch to publish.

use super::due::{self, Due};
use super::{Context, Usage, fence, ingest, print, stop};
use crate::connector::Connector;
use crate::sync::{Input, Report, Request};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write;

/// Fetch, check and publish one or more connectors.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sync {
    /// The connectors. Without a name: every connector whose files the hub can fetch itself.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Run only the connectors that are due by their schedules, and say why the others are not.
    #[arg(long, conflicts_with_all = ["inputs", "set"])]
    due: bool,
    /// A file to read instead of fetching. The resource may be left out if it is the connector's main one.
    #[arg(long = "input", value_name = "[RESOURCE=]FILE", value_parser = parse_input)]
    inputs: Vec<Input>,
    /// A value for one of the connector's parameters.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_pair)]
    set: Vec<(String, String)>,
    /// Show what would change, and publish nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Map and compare even if the same connector already published the same files.
    #[arg(long)]
    pub again: bool,
    /// Publish a dataset again that was withdrawn. Needs its name.
    #[arg(long, requires = "names", conflicts_with = "due")]
    reinstate: bool,
    /// Let the runs take more time and memory than the manifests allow.
    #[arg(long)]
    no_limits: bool,
    /// Print the run report alone, as JSON.
    #[arg(long)]
    pub json: bool,
    /// Run at a lower priority, and stop when stdin closes: how `hub serve` starts each of its runs.
    #[arg(long, hide = true)]
    attached: bool,
}

const EXAMPLES: &str = "\
Examples:
  hub sync uk-geography
  hub sync dfe-children-in-need --input c1_children_in_need_referrals.csv
  hub sync dfe-children-looked-after --input placement_stability=a.csv --input health_outcomes=b.csv
  hub sync ascof --input measures.csv --set year=2020-21 --dry-run
  hub sync ascof --json | jq .figures
  hub sync --due                                    run the connectors that are due, from the machine's own cron

Exit status: 0 published or unchanged, 1 failed or stopped, 2 wrong usage, 3 refused by a check,
4 the source could not be read. With --json and several connectors, the reports are one array; with --json and --due, one object:
`connectors` says whether each was due and why, `reports` holds the reports of those that ran.";

#[expect(clippy::unnecessary_wraps, reason = "clap takes a parser that may fail")]
fn parse_input(text: &str) -> Result<Input, String> {
    Ok(Input::parse(text))
}

pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Sync {
    /// Where another process started this one, ends with it.
    pub fn attach(&self) {
        if self.attached {
            fence::attach();
        }
    }

    pub async fn run(self, context: &Context) -> Result<u8> {
        if self.due {
            let asked = Due {
                names: &self.names,
                json: self.json,
                dry_run: self.dry_run,
                again: self.again,
                limited: !self.no_limits,
            };
            return Box::pin(due::run(context, &asked)).await;
        }
        let connectors = self.connectors(context).await?;
        if connectors.len() > 1 && !(self.inputs.is_empty() && self.set.is_empty()) {
            return Err(Usage("--input and --set need one connector: name it".into()).into());
        }
        let stop = stop::on_signal();
        let set: BTreeMap<String, String> = self.set.into_iter().collect();
        let many = connectors.len() > 1;
        let mut reports = Vec::new();
        for connector in connectors {
            if stop.is_cancelled() {
                break;
            }
            let request = Request {
                inputs: self.inputs.clone(),
                set: set.clone(),
                dry_run: self.dry_run,
                again: self.again,
                reinstate: self.reinstate,
                ..Request::new(connector)
            };
            let report = ingest::run(context, request, !self.no_limits, &stop).await?;
            if !self.json {
                print::report(&mut std::io::stdout().lock(), &report)?;
            }
            reports.push(report);
        }
        if self.json {
            let mut out = std::io::stdout().lock();
            match reports.as_slice() {
                [one] if !many => serde_json::to_writer_pretty(&mut out, one)?,
                reports => serde_json::to_writer_pretty(&mut out, reports)?,
            }
            writeln!(out)?;
        }
        Ok(reports.iter().map(Report::exit_status).max().unwrap_or(1))
    }

    async fn connectors(&self, context: &Context) -> Result<Vec<Connector>> {
        if !self.names.is_empty() {
            return self.names.iter().map(|name| Ok(context.library.get(name)?)).collect();
        }
        let mut out = Vec::new();
        let withdrawn = super::dataset::withdrawn(context).await?;
        for name in context.library.names() {
            let connector = context.library.get(name)?;
            if let Some(withdrawal) = withdrawn.get(name) {
                let mut err = std::io::stderr().lock();
                writeln!(
                    err,
                    "{name}: left out; it was {withdrawal}; `hub sync {name} --reinstate` publishes it again"
                )?;
            } else if let Some(resource) = connector.by_hand() {
                let mut err = std::io::stderr().lock();
                writeln!(err, "{name}: left out; download its `{resource}` and give the file with --input")?;
            } else if let Some((needed, resource)) = needed_by_hand(context, &connector).await? {
                let mut err = std::io::stderr().lock();
                writeln!(
                    err,
                    "{name}: left out, because it needs `{needed}`, whose `{resource}` a person has to download and has not yet"
                )?;
            } else {
                out.push(connector);
            }
        }
        // What is derived from other figures comes after them.
        out.sort_by_key(Connector::is_derived);
        Ok(out)
    }
}

/// A connector that this one needs, was never published, and has a resource that only a person can download.
async fn needed_by_hand(context: &Context, connector: &Connector) -> Result<Option<(String, String)>> {
    for name in connector.needs() {
        let needed = context.library.get(&name)?;
        if let Some(resource) = needed.by_hand()
            && ingest::lacks(context, std::slice::from_ref(&name)).await?
        {
            return Ok(Some((name, resource.to_owned())));
        }
    }
    Ok(None)
}
