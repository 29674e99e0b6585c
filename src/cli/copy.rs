//! `hub copy`: a store's whole history to another one.

use super::{Context, Usage, progress};
use crate::settings::Secret;
use crate::store::{self, Altered, Place, PostgresOptions, Summary, Verified};
use anyhow::Result;
use clap::Args;
use indicatif::HumanCount;
use std::convert::Infallible;
use std::io::Write;
use std::path::PathBuf;

/// Copy a store with its whole history to an empty one, on the same engine or the other.
///
/// Every release, figure version, run and rejected row is copied with its number. Before the copy counts, every row is compared,
/// and so are the answers as of every release. Landed files are not part of a store: if the hub moves too, copy the folder
/// `landing`. The source is only read, and may be in use; releases published there meanwhile are not copied.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Copy {
    /// The store to copy: sqlite:PATH, postgres://user:password@host/name, or `settings` for the store of the settings in
    /// use.
    #[arg(long, value_name = "STORE", value_parser = secret)]
    from: Secret,
    /// The empty store to copy to, in the same form.
    #[arg(long, value_name = "STORE", value_parser = secret)]
    to: Secret,
    /// Copy figures that are not those that were published.
    #[arg(long)]
    allow_altered: bool,
}

const EXAMPLES: &str = "\
Examples:
  hub copy --from sqlite:hub-data/hub.sqlite --to postgres://hub@db.internal/hub
  hub copy --from sqlite:hub-data/hub.sqlite --to settings --database-url-file /run/secrets/hub-url
  hub copy --from settings --to sqlite:/srv/laptop/hub.sqlite

An address may be written without its password where PGPASSWORD or ~/.pgpass holds it.
Exit status: 0 copied and compared, 1 nothing was copied, 2 wrong usage.";

/// Never fails: the error would repeat a password.
#[expect(clippy::unnecessary_wraps, reason = "clap takes a parser that may fail")]
fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

fn place(context: &Context, flag: &str, store: &Secret) -> Result<Place> {
    let text = store.expose();
    if text == "settings" {
        return Ok(context.place());
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(Place::Postgres(PostgresOptions::new(text)));
    }
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(Place::Sqlite(PathBuf::from(path))),
        _ => Err(Usage(format!(
            "{flag} takes sqlite:PATH, postgres://user@host/name, or `settings` for the store that the settings name"
        ))
        .into()),
    }
}

impl Copy {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let (from, to) = (place(context, "--from", &self.from)?, place(context, "--to", &self.to)?);
        let summary = {
            let moving = progress::Moving::new();
            store::copy(&from, &to, altered(self.allow_altered), &|step| moving.store(step)).await?
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "copied {from} to {to}")?;
        compared(&mut out, &summary)?;
        Ok(0)
    }
}

/// What is done with figures that were altered since they were published.
pub fn altered(allowed: bool) -> Altered {
    if allowed { Altered::Allowed } else { Altered::Refused }
}

/// What the digests of releases tell, in a few lines.
pub fn verified(out: &mut dyn Write, verified: &Verified) -> Result<()> {
    writeln!(out, "  verified   {} releases by their digests", HumanCount(verified.well))?;
    if verified.before > 0 {
        writeln!(
            out,
            "  note       {} earlier releases have no digest, so they could not be verified",
            HumanCount(verified.before)
        )?;
    }
    if let Some(removal) = verified.removal() {
        writeln!(out, "  note       {removal}")?;
    }
    if let Some(gap) = verified.gap() {
        writeln!(out, "  NOTE       {gap}")?;
    }
    if let Some(alteration) = verified.alteration() {
        writeln!(out, "  ALTERED    {alteration}")?;
    }
    if let Some((release, digest)) = &verified.newest {
        writeln!(out, "  digest     {digest} (release {release})")?;
    }
    Ok(())
}

/// What was compared, in a few lines.
pub fn compared(out: &mut dyn Write, summary: &Summary) -> Result<()> {
    let rows = |table: &str| HumanCount(summary.rows(table));
    writeln!(
        out,
        "  copied     {} versions of figures in {} releases of {} datasets, {} runs, {} rejected rows",
        rows("figure"),
        rows("release"),
        rows("dataset"),
        rows("run"),
        rows("rejected")
    )?;
    let all = HumanCount(summary.tables.iter().map(|(_, rows)| rows).sum());
    writeln!(out, "  compared   all {all} rows, every column")?;
    writeln!(
        out,
        "  compared   the answers as of {} releases, with {} figures",
        HumanCount(summary.releases),
        HumanCount(summary.answered)
    )?;
    verified(out, &summary.verified)?;
    if summary.replaced > 0 {
        writeln!(out, "  note       {} NUL characters in rejected rows are shown as ␀ now", summary.replaced)?;
    }
    Ok(())
}
