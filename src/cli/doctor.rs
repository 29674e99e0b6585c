//! `hub doctor`: what is wrong, and what to do.

use super::Context;
use crate::access::Viewer;
use crate::disk;
use crate::outcomes::Outcome;
use crate::settings::{InForce, Source};
use crate::store::{ForgottenRelease, Store, StoreError};
use crate::sync::wrong_clock;
use anyhow::Result;
use clap::Args;
use std::io::Write;

/// Check this hub, and say what is wrong and what to do.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hub doctor\n  hub doctor --deep\n  hub doctor --data-dir /srv/hub\n\nExit status: 0 nothing is wrong, 1 something is."
)]
pub struct Doctor {
    /// Hold every published figure against the digest of its release as well. Reads the whole store.
    #[arg(long)]
    deep: bool,
}

/// With less free space than this, a release may fail (and the last one stays).
const LITTLE_ROOM: u64 = 512 * 1024 * 1024;

struct Findings {
    well: usize,
    wrong: usize,
}

impl Findings {
    fn well(&mut self, what: &str) -> Result<()> {
        self.well += 1;
        Ok(writeln!(std::io::stdout(), "ok     {what}")?)
    }

    fn wrong(&mut self, what: &str, next: &str) -> Result<()> {
        self.wrong += 1;
        Ok(writeln!(std::io::stdout(), "WRONG  {what}\n       {next}")?)
    }
}

impl Doctor {
    pub async fn run(self, context: &Context, in_force: &[InForce]) -> Result<u8> {
        let mut findings = Findings { well: 0, wrong: 0 };
        settings(in_force, &mut findings)?;
        connectors(context, &mut findings)?;
        data_folder(context, &mut findings)?;
        store(context, self.deep, &mut findings).await?;
        writeln!(std::io::stdout(), "{} well, {} wrong", findings.well, findings.wrong)?;
        Ok(u8::from(findings.wrong > 0))
    }
}

/// The settings that somebody gave; `hub settings` shows all.
fn settings(in_force: &[InForce], findings: &mut Findings) -> Result<()> {
    let given: Vec<String> = in_force
        .iter()
        .filter(|setting| setting.source != Source::Default)
        .map(|setting| format!("{} = {} ({})", setting.key, setting.shown, setting.source))
        .collect();
    let text = if given.is_empty() { "all at their defaults".to_owned() } else { given.join(", ") };
    findings.well(&format!("settings: {text}"))
}

fn connectors(context: &Context, findings: &mut Findings) -> Result<()> {
    let mut good = 0;
    for name in context.library.names() {
        match context.library.get(name) {
            Ok(_) => good += 1,
            Err(error) => findings.wrong(&error.to_string(), "correct the file; `hub connector check` says more")?,
        }
    }
    findings.well(&format!("{good} connectors are readable"))
}

fn data_folder(context: &Context, findings: &mut Findings) -> Result<()> {
    let folder = &context.data_dir;
    if !folder.is_dir() && context.database.is_some() {
        return findings.well("there is no data folder; the first sync creates it for the landed files");
    }
    if !folder.is_dir() {
        return findings.wrong(
            &format!("there is no data folder at {}", folder.display()),
            "`hub sync NAME` creates it, or name another folder with --data-dir",
        );
    }
    match tempfile::tempfile_in(folder) {
        Ok(_) => findings.well(&format!("{} can be written", folder.display()))?,
        Err(error) => findings.wrong(
            &format!("{} cannot be written: {error}", folder.display()),
            "allow the hub's user to write there",
        )?,
    }
    modes(folder, findings)?;
    match free_room(folder) {
        Some(free) if free < LITTLE_ROOM => findings.wrong(
            &format!("only {} MB are free on the disk of {}", free / 1_000_000, folder.display()),
            "free some space before the next sync; a sync that runs out of space publishes nothing",
        ),
        Some(free) => findings.well(&format!("{} MB are free", free / 1_000_000)),
        None => Ok(()),
    }
}

/// Whether others than the hub's user may read what the hub keeps. New files and folders are its own; older ones keep their
/// modes, and whoever may not enter the folder reaches none of them.
fn modes(folder: &std::path::Path, findings: &mut Findings) -> Result<()> {
    const KEPT: [&str; 5] = ["hub.sqlite", "hub.sqlite-wal", "hub.sqlite-shm", "landing", "locks"];
    let open = if disk::open_to_others(folder).is_some() { &KEPT[..] } else { &[] };
    let open = open.iter().filter_map(|name| Some((name, disk::open_to_others(&folder.join(name))?)));
    let open: Vec<String> = open.map(|(name, mode)| format!("{name} ({mode:03o})")).collect();
    if open.is_empty() {
        return findings.well("only the hub's user may read what it keeps");
    }
    findings.wrong(
        &format!("others may read what the hub keeps in {}: {}", folder.display(), open.join(", ")),
        &format!("take it from them with `chmod -R go= {}`", folder.display()),
    )
}

/// Free bytes as `df` reports them; none if there is no such program.
fn free_room(folder: &std::path::Path) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes * 1024)
}

async fn store(context: &Context, deep: bool, findings: &mut Findings) -> Result<()> {
    if !context.has_store() {
        return findings.wrong("there is no store yet", "`hub sync NAME` creates it");
    }
    let store = match context.store().await {
        Ok(store) => store,
        Err(error) => {
            return findings.wrong(&format!("{error:#}"), next_for_a_store_that_cannot_be_opened(context));
        }
    };
    findings.well(&format!("the store is {} at {}", context.store_kind(), context.store_shown()))?;
    match store.ready().await {
        Ok(()) => findings.well("its migrations are those of this hub")?,
        Err(error) => findings.wrong(&error.to_string(), "use hubs of one version, or bring the store up to date")?,
    }
    match wrong_clock(store.as_ref(), context.clock.now()).await? {
        Some(problem) => findings.wrong(&problem, "until then, no run publishes")?,
        None => findings.well("nothing speaks against this machine's clock")?,
    }
    let head = store.head().await?;
    for (replica, newest) in store.replicas().await {
        match newest {
            Ok(newest) if newest >= head => findings.well(&format!("replica {replica} has release {newest}"))?,
            Ok(newest) => findings.wrong(
                &format!("replica {replica} has release {newest}, and the newest is {head}"),
                "if it does not catch up, check that it still follows the primary; until then the primary answers",
            )?,
            Err(error) => findings.wrong(
                &format!("replica {replica} does not answer: {error}"),
                "start it, or remove it from replica_url; until then the primary answers",
            )?,
        }
    }
    let problems = store.problems().await?;
    for problem in &problems {
        findings.wrong(problem, "restore the store from a backup, or sync again from the landed files")?;
    }
    if problems.is_empty() {
        findings.well("the store is whole")?;
    }
    if deep {
        digests(store.as_ref(), findings).await?;
    }
    let viewer = Viewer::operator();
    findings.well(&format!("release {head} is the newest"))?;
    let catalogue = store.catalogue(head).await?;
    for gone in store.forgotten().await? {
        let ForgottenRelease { release, dataset, at, reason, figures } = gone;
        let day = at.date_naive();
        findings.well(&format!(
            "{dataset}: the numbers of {figures} figures of release {release} were removed on {day}: {reason}"
        ))?;
    }
    for name in context.library.names() {
        if let Some(withdrawal) = catalogue.dataset(&viewer, name).and_then(|dataset| dataset.withdrawn.as_ref()) {
            findings.well(&format!("{name}: {withdrawal}"))?;
            continue;
        }
        let (runs, _) = store.runs(&viewer, name, crate::store::Page { offset: 0, limit: 1 }).await?;
        let Some(run) = runs.first() else { continue };
        match (&run.error, run.outcome) {
            (Some(error), _) => findings.wrong(
                &format!("{name}: run {} ended as {}: {error}", run.id, run.outcome.as_str()),
                "the published release stays; correct the cause and sync again",
            )?,
            (None, Outcome::Running) => running(store.as_ref(), findings, name).await?,
            (None, outcome) => findings.well(&format!("{name}: {}", outcome.as_str()))?,
        }
    }
    let left = super::dataset::without_connector(context, store.as_ref()).await?;
    if !left.is_empty() {
        findings.wrong(
            &format!("published, and without a connector: {}", left.join(", ")),
            "no sync keeps them up: give --connectors the folder that has theirs, or end them with `hub dataset withdraw NAME`",
        )?;
    }
    store.close().await;
    Ok(())
}

/// Whether what is published is what was published.
async fn digests(store: &dyn Store, findings: &mut Findings) -> Result<()> {
    let verified = store.verify().await?;
    if let Some(alteration) = verified.alteration() {
        findings.wrong(&alteration, "find out who wrote to the store, and restore a backup from before")?;
    } else {
        findings.well(&format!("{} releases are what was published, by their digests", verified.well))?;
    }
    if let Some(removal) = verified.removal() {
        findings.well(&removal)?;
    }
    if let Some(gap) = verified.gap() {
        findings.wrong(&gap, "if no hub of an earlier version published, restore a backup from before")?;
    }
    if verified.before > 0 {
        let before = verified.before;
        findings.well(&format!("{before} earlier releases have no digest, so they could not be verified"))?;
    }
    match verified.newest {
        Some((release, digest)) => findings.well(&format!("the digest of release {release} is {digest}")),
        None => Ok(()),
    }
}

fn next_for_a_store_that_cannot_be_opened(context: &Context) -> &'static str {
    if context.database.is_some() {
        "check that the database runs and accepts this hub's role; `hub settings` shows where its address comes from"
    } else {
        "restore the store from a backup, or name another with --data-dir"
    }
}

/// A run in progress holds its connector's lease; one that does not was killed.
async fn running(store: &dyn Store, findings: &mut Findings, name: &str) -> Result<()> {
    match store.lease(name).await {
        Ok(lease) => {
            lease.release().await;
            findings.wrong(
                &format!("{name}: the newest run was killed before it finished"),
                "the published release stays; sync again",
            )
        }
        Err(StoreError::Held { holder, .. }) => findings.well(&format!("{name}: a run is under way ({holder})")),
        Err(error) => Err(error.into()),
    }
}
