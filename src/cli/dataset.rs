//! `hub dataset`: what is published, and its end.

use super::{Context, Usage, print, stop};
use crate::access::Viewer;
use crate::landing::Landing;
use crate::outcomes::{ReleaseNumber, Withdrawal};
use crate::store::{Forget, Forgotten, Store};
use crate::sync::{ForgetError, Withdraw, WithdrawError, forget, withdraw};
use anyhow::Result;
use clap::Subcommand;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, IsTerminal, Write};

/// The commands about datasets.
#[derive(Subcommand)]
pub enum Command {
    /// List what is published: newest release, whether it is withdrawn, whether there is a connector of its name.
    #[command(after_help = "Example:\n  hub dataset list")]
    List,
    /// Withdraw a dataset: close its figures, frameworks and statistical neighbours for good.
    ///
    /// One release closes them. What the hub held before today still answers for those days (`asOf`); from now on a question
    /// says that the dataset was withdrawn, when and why. Its places and definitions stay, because figures of other datasets may
    /// rest on them. No sync publishes it again, unless it says --reinstate.
    #[command(after_help = WITHDRAW)]
    Withdraw {
        /// The dataset.
        name: String,
        /// Why. Whoever asks for its figures reads it.
        #[arg(long)]
        reason: String,
        /// Say what would be closed, and close nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask for the name again.
        #[arg(long)]
        yes: bool,
    },
    /// Remove for good what must not be kept: closed figures, quarantined rows and landed files of some releases.
    ///
    /// The figures keep their places and periods, and answer as withdrawn for the days on which they stood. That it happened stays:
    /// which releases, when, why and how many figures. Figures that still stand stay: publish a corrected file first, or withdraw
    /// the dataset. Figures that the corrected file left as they were go on standing, and their number is told. A file from which
    /// they were read stays too unless --files is given, and so does one that another release was made from; each is named.
    ///
    /// Backups and copies made before are not touched, nor is what a reader has already got. A hub that serves may hold answers in
    /// memory: restart it.
    #[command(after_help = FORGET)]
    Forget {
        /// The dataset.
        name: String,
        /// The releases, such as 3 or 3,5-7.
        #[arg(long, value_name = "NUMBERS", value_parser = numbers)]
        releases: Releases,
        /// Remove landed files also where figures that were read from them still stand.
        #[arg(long)]
        files: bool,
        /// Why. It is kept, so leave out what must not be.
        #[arg(long)]
        reason: String,
        /// Say what would be removed, and remove nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask for the name again.
        #[arg(long)]
        yes: bool,
    },
}

const FORGET: &str = "\
Examples:
  hub dataset forget leeds-early-help --releases 12 --reason \"names in the note column\" --dry-run
  hub dataset forget leeds-early-help --releases 12 --files --reason \"names in the note column\" --yes
  hub dataset forget leeds-early-help --releases 12,14-16 --reason \"names in the note column\" --yes

Exit status: 0 removed, 1 nothing was removed, or not every landed file, 2 wrong usage.";

/// Release numbers as a person writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Releases(BTreeSet<ReleaseNumber>);

/// The most releases that one command names.
const MOST_RELEASES: ReleaseNumber = 1_000;

/// Reads `3` and `3,5-7`.
fn numbers(text: &str) -> Result<Releases, String> {
    let wrong =
        |part: &str| format!("`{}` is not a release number, or two with a hyphen such as 5-7", part.escape_debug());
    let mut all = BTreeSet::new();
    for part in text.split(',').map(str::trim) {
        let number = |text: &str| text.trim().parse().ok().filter(|number: &ReleaseNumber| *number > 0);
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) =
            number(first).zip(number(last)).filter(|(first, last)| first <= last).ok_or_else(|| wrong(part))?;
        if last - first >= MOST_RELEASES {
            return Err(format!("{part} are more than {MOST_RELEASES} releases"));
        }
        all.extend(first..=last);
    }
    if i64::try_from(all.len()).unwrap_or(i64::MAX) > MOST_RELEASES {
        return Err(format!("that are more than {MOST_RELEASES} releases"));
    }
    Ok(Releases(all))
}

const WITHDRAW: &str = "\
Examples:
  hub dataset withdraw leeds-early-help --reason \"the service has ended; see the partnership's minutes of May\" --dry-run
  hub dataset withdraw leeds-early-help --reason \"the service has ended\" --yes
  hub sync leeds-early-help --reinstate                  publish it again

Exit status: 0 withdrawn, 1 nothing was withdrawn, 2 wrong usage.";

impl Command {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Self::List => list(context).await,
            Self::Withdraw { name, reason, dry_run, yes } => {
                let asked = Withdraw { dataset: name, reason, dry_run };
                end(context, &asked, yes).await
            }
            Self::Forget { name, releases, files, reason, dry_run, yes } => {
                let (releases, at) = (releases.0, context.clock.now());
                forget_releases(context, Forget { dataset: name, releases, files, reason, at, dry_run }, yes).await
            }
        }
    }
}

async fn list(context: &Context) -> Result<u8> {
    let store = context.existing_store().await?;
    let catalogue = store.catalogue(store.head().await?).await?;
    let viewer = Viewer::operator();
    let mut rows = vec![["NAME", "ACCESS", "NEWEST RELEASE", "CONNECTOR", "WITHDRAWN"].map(ToOwned::to_owned).to_vec()];
    for dataset in catalogue.datasets(&viewer) {
        let newest = match catalogue.newest_of(&dataset.id) {
            Some(number) => store.release(&viewer, number).await?,
            None => None,
        };
        rows.push(vec![
            dataset.id.clone(),
            dataset.access.as_str().to_owned(),
            newest.map_or("-".into(), |release| {
                format!("{}, {}", release.number, release.published_at.format("%Y-%m-%d %H:%M UTC"))
            }),
            if has_connector(context, &dataset.id) { "yes" } else { "none" }.to_owned(),
            dataset
                .withdrawn
                .as_ref()
                .map_or("-".into(), |withdrawal| format!("{}: {}", withdrawal.on, withdrawal.reason)),
        ]);
    }
    print::table(&mut std::io::stdout().lock(), &rows)?;
    store.close().await;
    Ok(0)
}

/// The datasets that are withdrawn; none where there is no store.
pub async fn withdrawn(context: &Context) -> Result<BTreeMap<String, Withdrawal>> {
    if !context.has_store() {
        return Ok(BTreeMap::new());
    }
    let store = context.store().await?;
    let catalogue = store.catalogue(store.head().await?).await?;
    let viewer = Viewer::operator();
    let ended =
        catalogue.datasets(&viewer).filter_map(|dataset| Some((dataset.id.clone(), dataset.withdrawn.clone()?)));
    let ended = ended.collect();
    store.close().await;
    Ok(ended)
}

/// The published datasets of which no connector has the name and that are not withdrawn.
pub async fn without_connector(context: &Context, store: &dyn Store) -> Result<Vec<String>> {
    let catalogue = store.catalogue(store.head().await?).await?;
    let viewer = Viewer::operator();
    let standing = catalogue.datasets(&viewer).filter(|dataset| dataset.withdrawn.is_none());
    let left = standing.filter(|dataset| !has_connector(context, &dataset.id));
    Ok(left.map(|dataset| dataset.id.clone()).collect())
}

fn has_connector(context: &Context, dataset: &str) -> bool {
    context.library.names().any(|name| name == dataset)
}

async fn end(context: &Context, asked: &Withdraw, yes: bool) -> Result<u8> {
    let store = context.existing_store().await?;
    let stop = stop::on_signal();
    let clock = context.clock.as_ref();
    let would =
        withdraw(store.as_ref(), clock, &Withdraw { dry_run: true, ..asked.clone() }, &stop).await.map_err(said)?;
    let held =
        format!("{} figures and {} frameworks or neighbours of `{}`", would.figures, would.reference, asked.dataset);
    if asked.dry_run {
        writeln!(std::io::stdout(), "would close {held}; nothing was changed")?;
    } else {
        confirm(yes, &asked.dataset, &format!("This closes {held} for good."))?;
        let withdrawn = withdraw(store.as_ref(), clock, asked, &stop).await.map_err(said)?;
        let release = withdrawn.release.unwrap_or_default();
        writeln!(
            std::io::stdout(),
            "withdrew `{}` with release {release}: closed {} figures and {} frameworks or neighbours",
            asked.dataset,
            withdrawn.figures,
            withdrawn.reference
        )?;
        if has_connector(context, &asked.dataset) {
            writeln!(
                std::io::stdout(),
                "its connector is still there; no sync publishes it again, unless it says --reinstate"
            )?;
        }
    }
    store.close().await;
    Ok(0)
}

async fn forget_releases(context: &Context, asked: Forget, yes: bool) -> Result<u8> {
    let store = context.existing_store().await?;
    let landing = Landing::open(context.data_dir.join("landing"))?;
    let clock = context.clock.as_ref();
    let looked = forget(store.as_ref(), &landing, clock, Forget { dry_run: true, ..asked.clone() });
    let would = looked.await.map_err(not_forgotten)?;
    let told = |forgotten: &Forgotten| {
        format!(
            "the numbers and notes of {} figures, {} quarantined rows and {} landed files",
            forgotten.figures,
            forgotten.rejected,
            forgotten.landed.len()
        )
    };
    if asked.dry_run {
        writeln!(std::io::stdout(), "would remove {} of `{}`; nothing was changed", told(&would), asked.dataset)?;
    } else {
        confirm(yes, &asked.dataset, &format!("This removes {} of `{}` for good.", told(&would), asked.dataset))?;
        let forgotten = forget(store.as_ref(), &landing, clock, asked).await.map_err(not_forgotten)?;
        writeln!(std::io::stdout(), "removed {}", told(&forgotten))?;
        writeln!(
            std::io::stdout(),
            "backups and copies made before are not touched; restart hubs that serve, whose memory may hold answers"
        )?;
    }
    if would.standing > 0 {
        writeln!(
            std::io::stdout(),
            "  stay       {} figures of these releases, which still stand; once they are closed, the same command removes them",
            would.standing
        )?;
    }
    for sha256 in &would.resting {
        writeln!(
            std::io::stdout(),
            "  stays      {sha256}: figures that still stand were read from it; --files removes it all the same"
        )?;
    }
    for sha256 in &would.shared {
        writeln!(
            std::io::stdout(),
            "  stays      {sha256}: another release was made from it too; name that release as well"
        )?;
    }
    store.close().await;
    Ok(0)
}

/// A wrong release or reason is wrong usage.
fn not_forgotten(error: ForgetError) -> anyhow::Error {
    match error {
        ForgetError::NoSuchRelease { .. } | ForgetError::Reason => Usage(error.to_string()).into(),
        error => error.into(),
    }
}

/// A wrong name or reason is wrong usage.
fn said(error: WithdrawError) -> anyhow::Error {
    match error {
        WithdrawError::Unknown { .. } | WithdrawError::Reason => Usage(error.to_string()).into(),
        error => error.into(),
    }
}

/// Asks a person to type the name; where nobody can be asked, `--yes` has to say it.
fn confirm(yes: bool, name: &str, what: &str) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Usage(format!("{what} Say --yes, or run it where it can ask.")).into());
    }
    let mut err = std::io::stderr().lock();
    write!(err, "{what} Type the dataset's name to go on: ")?;
    err.flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    if typed.trim() == name {
        return Ok(());
    }
    anyhow::bail!("that is not `{name}`; nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_numbers_are_read_as_people_write_them() {
        let read = |text: &str| numbers(text).map(|releases| releases.0.into_iter().collect::<Vec<_>>());
        assert_eq!(read("3"), Ok(vec![3]));
        assert_eq!(read("7, 3,5-6,6"), Ok(vec![3, 5, 6, 7]));
        for text in ["", "0", "-3", "3-", "7-5", "3;4", "all", "1-5000", "9999999999999999999"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
