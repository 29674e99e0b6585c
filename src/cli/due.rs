//! `hub sync --due`: the connectors that are due, once, for a machine's own cron.

use super::{Context, complain, ingest, print, status_of, stop};
use crate::connector::Connector;
use crate::outcomes::Freshness;
use crate::schedule::{Decision, Jitter, Look};
use crate::store::StoreError;
use crate::sync::{Report, Request, RoadError};
use anyhow::Result;
use serde::Serialize;
use std::io::Write;

/// Which connectors, and how they are run.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub struct Due<'a> {
    /// Only these; all where empty.
    pub names: &'a [String],
    /// Whether the report is JSON.
    pub json: bool,
    /// Whether nothing is published.
    pub dry_run: bool,
    /// Whether files that were mapped before are mapped again.
    pub again: bool,
    /// Whether the limits of the manifests hold.
    pub limited: bool,
}

/// The report on one connector.
#[derive(Serialize)]
struct Line {
    dataset: String,
    #[serde(flatten)]
    decision: Decision,
    says: String,
    freshness: Option<&'static str>,
    /// Why a run that was due came to no report.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    connectors: Vec<Line>,
    reports: Vec<Report>,
}

/// Runs the connectors that are due. One that fails does not stop the others.
pub async fn run(context: &Context, asked: &Due<'_>) -> Result<u8> {
    let stop = stop::on_signal();
    let (mut lines, mut due, mut status) = (Vec::new(), Vec::new(), 0);
    for look in looks(context, asked.names, &mut status).await? {
        let line = line(&look);
        if look.decision.due {
            due.push((lines.len(), look));
        } else if !asked.json {
            writeln!(std::io::stdout(), "{}: {}", line.dataset, line.says)?;
        }
        lines.push(line);
    }
    let mut reports = Vec::new();
    // As the scheduler does: those that others may need come first.
    due.sort_by_cached_key(|(_, look)| (!look.connector.needs().is_empty(), look.decision.at));
    for (index, look) in due {
        if stop.is_cancelled() {
            status = status.max(1);
            break;
        }
        let name = look.connector.name.clone();
        let request = Request {
            dry_run: asked.dry_run,
            again: asked.again,
            unless_run_since: Some(look.newest_run),
            ..Request::new(look.connector)
        };
        match ingest::run(context, request, asked.limited, &stop).await {
            Ok(report) => {
                if !asked.json {
                    print::report(&mut std::io::stdout().lock(), &report)?;
                }
                status = status.max(report.exit_status());
                reports.push(report);
            }
            Err(error) if is_elsewhere(&error) => {
                if !asked.json {
                    writeln!(std::io::stdout(), "{name}: left alone: {error}")?;
                }
                lines[index].error = Some(error.to_string());
            }
            Err(error) => {
                complain(&error);
                status = status.max(status_of(&error));
                lines[index].error = Some(format!("{error:#}"));
            }
        }
    }
    if asked.json {
        let mut out = std::io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &Answer { connectors: lines, reports })?;
        writeln!(out)?;
    }
    Ok(status)
}

/// Looks at the named connectors, or all, without putting anything off: whoever asks has chosen the moment. Of all, one
/// that cannot be read is reported, and the others go on.
async fn looks(context: &Context, names: &[String], status: &mut u8) -> Result<Vec<Look>> {
    let store = if context.has_store() { Some(context.store().await?) } else { None };
    let mut connectors: Vec<Connector> = Vec::new();
    for name in names {
        connectors.push(context.library.get(name)?);
    }
    if names.is_empty() {
        for connector in context.library.names().map(|name| context.library.get(name)) {
            match connector {
                Ok(connector) => connectors.push(connector),
                Err(error) => {
                    *status = 1;
                    complain(&error.into());
                }
            }
        }
    }
    let mut looks = Vec::new();
    for connector in connectors {
        looks.push(Look::at(store.as_deref(), connector, Jitter::none(), context.clock.now()).await?);
    }
    if let Some(store) = store {
        store.close().await;
    }
    Ok(looks)
}

fn line(look: &Look) -> Line {
    Line {
        dataset: look.connector.name.clone(),
        decision: look.decision.clone(),
        says: look.decision.to_string(),
        freshness: look.freshness.map(Freshness::as_str),
        error: None,
    }
}

/// Whether another process does it, or did meanwhile.
fn is_elsewhere(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RoadError::RunSince { .. } | RoadError::Store(StoreError::Held { .. })))
}
