//! `hub migrate`: bring the store up to date.

use super::Context;
use crate::store::{Migrated, Place, PostgresStore, SqliteStore};
use anyhow::{Context as _, Result};
use clap::Args;
use std::io::Write;

/// Bring the store up to date with this hub.
///
/// Every other command does this by itself if it may. With Postgres, hubs may run as a role that cannot change tables: then
/// run this first as the role that owns the tables.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Migrate {
    /// Change nothing; exit with 1 if the store is behind.
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
Examples:
  hub migrate --check
  hub migrate --database-url-file /run/secrets/owner-url

Exit status: 0 the store is up to date, 1 it is not, or could not be brought up to date.";

impl Migrate {
    pub async fn run(self, context: &Context) -> Result<u8> {
        context.must_have_store()?;
        let (place, shown) = (context.place(), context.store_shown());
        let version = match &place {
            Place::Sqlite(path) => SqliteStore::version(path).await,
            Place::Postgres(options) => PostgresStore::version(options).await,
        };
        let version = version.with_context(|| format!("{shown} cannot be opened"))?;
        let mut out = std::io::stdout();
        if self.check {
            let Migrated { from, to } = version;
            let (word, status) = match from.cmp(&to) {
                std::cmp::Ordering::Less => ("it is behind: run `hub migrate`", 1),
                std::cmp::Ordering::Equal => ("it is up to date", 0),
                std::cmp::Ordering::Greater => ("a newer hub wrote it: use a hub at least as new", 1),
            };
            writeln!(out, "{shown} is at version {from}, and this hub at {to}: {word}")?;
            return Ok(status);
        }
        let migrated = match &place {
            Place::Sqlite(path) => SqliteStore::migrate(path).await,
            Place::Postgres(options) => PostgresStore::migrate(options).await,
        };
        match migrated.with_context(|| format!("{shown} cannot be brought up to date"))? {
            Migrated { from, to } if from == to => writeln!(out, "{shown} is at version {to}: nothing to do")?,
            Migrated { from, to } => writeln!(out, "{shown} was brought from version {from} to {to}")?,
        }
        Ok(0)
    }
}
