//! `hub backup` and `hub restore`: a whole hub as a folder, and back.

use super::{Context, copy, progress};
use crate::backup;
use crate::landing::Landing;
use anyhow::Result;
use clap::Args;
use indicatif::{HumanBytes, HumanCount};
use std::io::Write;
use std::path::PathBuf;

/// Write the store and the landed files to a new folder.
///
/// The store of either engine becomes one SQLite file, so that a backup can be restored to either. The hub may serve and sync
/// meanwhile. The folder gets its name when it is complete, so an incomplete one is never taken for a backup.
#[derive(Args)]
#[command(after_help = BACKUP)]
pub struct Backup {
    /// The folder to write. It must not exist yet, or be empty.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

const BACKUP: &str = "\
Examples:
  hub backup /srv/backups/$(date +%F)
  hub backup /srv/backups/today --database-url-file /run/secrets/hub-url

Landed files are shared with the hub's own folder where both are on one disk, and copied elsewhere.
Exit status: 0 written, 1 not written, or written without some damaged landed files, or with
figures that were altered since they were published (it lists them).";

/// Restore a backup into an empty store.
///
/// The backup is checked against its hashes before anything is written. The store comes last, complete or not at all.
#[derive(Args)]
#[command(after_help = RESTORE)]
pub struct Restore {
    /// The folder of the backup.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Leave the landed files out.
    #[arg(long)]
    store_only: bool,
    /// Restore figures that are not those that were published.
    #[arg(long)]
    allow_altered: bool,
}

const RESTORE: &str = "\
Examples:
  hub restore /srv/backups/2026-02-01 --data-dir /srv/hub
  hub restore /srv/backups/2026-02-01 --database-url-file /run/secrets/hub-url

Exit status: 0 restored, 1 nothing was restored.";

impl Backup {
    pub async fn run(self, context: &Context) -> Result<u8> {
        context.must_have_store()?;
        let landing = Landing::open(context.data_dir.join("landing"))?;
        let (contents, verified) = {
            let moving = progress::Moving::new();
            let now = context.clock.now();
            backup::write(&context.place(), &landing, &self.folder, now, &|step| moving.backup(step)).await?
        };
        let mut out = std::io::stdout().lock();
        let landed = &contents.landed;
        writeln!(out, "backed up {} to {}", context.store_shown(), self.folder.display())?;
        writeln!(
            out,
            "  store      release {}, {} rows, {}",
            contents.release,
            HumanCount(contents.rows.values().sum()),
            HumanBytes(contents.bytes)
        )?;
        copy::verified(&mut out, &verified)?;
        writeln!(out, "  landed     {} files, {}", HumanCount(landed.files), HumanBytes(landed.bytes))?;
        if !landed.absent.is_empty() {
            writeln!(
                out,
                "  absent     {} files that runs name are not in {}: they may be in another hub's folder",
                landed.absent.len(),
                context.data_dir.display()
            )?;
        }
        for sha256 in &landed.damaged {
            writeln!(out, "  DAMAGED    landed file {sha256} does not match its name, and was left out")?;
        }
        Ok(u8::from(!landed.damaged.is_empty() || verified.alteration().is_some()))
    }
}

impl Restore {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let landing = context.data_dir.join("landing");
        let landing = if self.store_only { None } else { Some(Landing::open(landing)?) };
        let restored = {
            let moving = progress::Moving::new();
            let watch = |step| moving.backup(step);
            let altered = copy::altered(self.allow_altered);
            backup::restore(&self.folder, &context.place(), landing.as_ref(), &context.data_dir, altered, &watch)
                .await?
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "restored {} to {}", self.folder.display(), context.store_shown())?;
        writeln!(
            out,
            "  store      release {} of {}",
            restored.contents.release,
            restored.contents.made_at.format("%Y-%m-%d %H:%M UTC")
        )?;
        writeln!(out, "  landed     {} files", HumanCount(restored.files))?;
        match &restored.compared {
            Some(summary) => copy::compared(&mut out, summary)?,
            None => copy::verified(&mut out, &restored.verified)?,
        }
        Ok(0)
    }
}
