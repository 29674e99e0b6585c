//! `hub connector sql` and `hub connector preview --raw`: what a connector's SQL reads, before it is mapped.

use super::fence::Watch;
use super::{Context, complain, ingest, print, stop};
use crate::mapping::{Answer, ident};
use crate::sync::{Input, LookError, Request};
use anyhow::Result;
use std::io::Write;

/// A request that publishes nothing.
pub fn request(context: &Context, name: &str, inputs: Vec<Input>, set: Vec<(String, String)>) -> Result<Request> {
    let connector = context.library.get(name)?;
    Ok(Request { inputs, set: set.into_iter().collect(), dry_run: true, ..Request::new(connector) })
}

/// Shows the first rows of a SELECT.
pub async fn ask(context: &Context, request: Request, sql: &str, limit: usize) -> Result<u8> {
    let _watch = Watch::begin(request.connector.manifest.limits, request.fence.clone());
    let stop = stop::on_signal();
    let ready = ingest::Ready::of(context, &request, &stop).await?;
    let answer = Box::pin(ready.road.ask(&request, sql, limit, &stop)).await;
    ready.store.close().await;
    match answer {
        Ok(answer) => {
            show(&mut std::io::stdout().lock(), &answer, ToOwned::to_owned)?;
            Ok(0)
        }
        Err(error) => halted(error),
    }
}

/// Shows the first rows of each raw table.
pub async fn raw(context: &Context, request: Request, limit: usize) -> Result<u8> {
    let _watch = Watch::begin(request.connector.manifest.limits, request.fence.clone());
    let stop = stop::on_signal();
    let ready = ingest::Ready::of(context, &request, &stop).await?;
    let answers = Box::pin(ready.road.raw(&request, limit, &stop)).await;
    ready.store.close().await;
    let mut out = std::io::stdout().lock();
    match answers {
        Ok(answers) => {
            for (table, answer) in answers {
                writeln!(out, "{}", ident(&table))?;
                show(&mut out, &answer, ident)?;
            }
            Ok(0)
        }
        Err(error) => halted(error),
    }
}

fn show(out: &mut dyn Write, answer: &Answer, name: impl Fn(&str) -> String) -> Result<()> {
    let line = |text: &str| text.replace(['\n', '\r', '\t'], " ");
    let mut rows = vec![answer.columns.iter().map(|column| line(&name(column))).collect::<Vec<_>>()];
    // NULL is written out: a blank is a text of its own.
    rows.extend(
        answer.rows.iter().map(|row| row.iter().map(|cell| cell.as_deref().map_or("NULL".into(), line)).collect()),
    );
    print::table(out, &rows)?;
    if answer.more {
        writeln!(out, "… and more rows; --limit shows more of them")?;
    } else if answer.rows.is_empty() {
        writeln!(out, "(no rows)")?;
    }
    Ok(())
}

/// What is wrong, on stderr, and the exit status of it.
fn halted(error: LookError) -> Result<u8> {
    match error {
        LookError::Road(error) => Err(error.into()),
        LookError::Halted { status, .. } => {
            complain(&anyhow::Error::from(error));
            Ok(status)
        }
    }
}
