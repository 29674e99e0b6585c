//! `hub report`: what people paste into a board paper.

use super::{Context, Usage};
use crate::access::Viewer;
use crate::answers::frameworks as answers;
use crate::answers::places::{Names, every_council};
use crate::answers::scorecard::{MAX_PLACES, Scorecard, ScorecardError, scorecard};
use crate::answers::{Hub, Refusal, RefusalKind, Scope, Snapshot, datasets, releases};
use crate::disk;
use crate::frameworks::Framework;
use crate::outcomes::Moment;
use crate::report::{About, DatasetNote, Format, render};
use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Reports for people.
#[derive(Subcommand)]
pub enum Command {
    /// A framework's measures × places: newest figure, status of each target with its reason, what stands beside.
    Scorecard(ScorecardArgs),
}

/// A framework's measures × places.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ScorecardArgs {
    /// The framework's id; `hub framework list` names them.
    #[arg(value_name = "FRAMEWORK")]
    framework: String,
    /// The places, by code or name (`Bradford`, `NHS West Yorkshire`), separated by commas or given again; at most 200; `all` for every upper-tier council of England. The framework's
    /// own places where left out.
    #[arg(long, value_name = "PLACES")]
    areas: Vec<String>,
    /// As the hub stood then, framework included: a day (its last moment, UTC) or a moment such as 2025-03-31T09:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    as_of: Option<DateTime<Utc>>,
    /// How it is written.
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "csv", "xlsx"])]
    format: String,
    /// Write to this file instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  hub report scorecard bradford-better-health-better-lives
  hub report scorecard bradford-better-health-better-lives --areas Bradford,Liverpool,Halton,'St Helens'
  hub report scorecard act-as-one --areas E08000032,E08000012 --as-of 2025-06-30 --format csv
  hub report scorecard act-as-one --areas 'NHS West Yorkshire'
  hub report scorecard act-as-one --areas all --format xlsx --output scorecard.xlsx

A figure that is missing makes a target not assessable, and the reason names it: that is no failure.
Exit status: 0 written, 1 failed, 2 wrong usage.";

fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    Moment::parse(text).map(Moment::end)
}

impl Command {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let Self::Scorecard(args) = self;
        args.run(context).await
    }
}

impl ScorecardArgs {
    async fn run(self, context: &Context) -> Result<u8> {
        let format: Format = self.format.parse().map_err(Usage)?;
        if format == Format::Xlsx && self.output.is_none() && std::io::stdout().is_terminal() {
            return Err(Usage("a workbook is no text: name a file with --output scorecard.xlsx".into()).into());
        }
        let store = context.existing_store().await?;
        let hub = Arc::new(Hub::new(Arc::clone(&store), context.clock.clone()));
        let scope = Scope::new(hub, Viewer::operator(), "report".into(), None);
        let bytes = self.written(&scope, format).await;
        store.close().await;
        let bytes = bytes?;
        match &self.output {
            Some(path) => {
                std::fs::write(path, bytes).map_err(|error| {
                    anyhow::anyhow!("{} cannot be written: {error}; {}", path.display(), disk::next(&error))
                })?;
            }
            None => std::io::stdout().lock().write_all(&bytes)?,
        }
        Ok(0)
    }

    async fn written(&self, scope: &Scope, format: Format) -> Result<Vec<u8>> {
        let as_of = self.past(scope.now())?;
        let snapshot = scope.snapshot(as_of).await.map_err(failed)?;
        let framework = self.framework(scope, &snapshot)?;
        let codes = self.codes(&snapshot, &framework)?;
        let card = scorecard(scope, &snapshot, framework, &codes).await.map_err(failed)?;
        let about = about(scope, &snapshot, &card, as_of).await.map_err(failed)?;
        Ok(render(format, &card, &about, WIDTH)?)
    }

    /// The moment that is asked for. What is yet to be published cannot be answered, and a day that is not over is taken
    /// as far as it has come: the same question has to give the same bytes later.
    fn past(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        match self.as_of {
            Some(time) if time.date_naive() > now.date_naive() => {
                Err(Usage(format!("--as-of {} lies ahead: nobody knows what the hub will hold", time.date_naive()))
                    .into())
            }
            as_of => Ok(as_of.map(|time| time.min(now))),
        }
    }

    fn framework(&self, scope: &Scope, snapshot: &Snapshot) -> Result<Arc<Framework>> {
        if let Some(framework) = answers::framework(scope, snapshot, &self.framework).map_err(failed)? {
            return Ok(framework);
        }
        let published = snapshot.catalogue().frameworks(snapshot.viewer());
        let known: Vec<&str> = published.map(|framework| framework.document.id.as_str()).collect();
        let hint = crate::hint::did_you_mean(&self.framework, &known);
        let what_next = match known.as_slice() {
            [] if self.as_of.is_some() => "the hub held none then: ask for a later time".to_owned(),
            [] => "the hub holds none; `hub sync shared-frameworks` publishes those that it ships".to_owned(),
            known => format!("there are {}", known.join(", ")),
        };
        Err(Usage(format!("no framework has the id `{}`{hint}; {what_next}", self.framework)).into())
    }

    fn codes(&self, snapshot: &Snapshot, framework: &Framework) -> Result<Vec<String>> {
        if self.areas.is_empty() {
            return Ok(framework.places.clone());
        }
        let catalogue = snapshot.catalogue();
        let names = Names::of(catalogue);
        let mut codes = Vec::new();
        let mut add = |text: &str| -> Result<()> {
            if text.trim().eq_ignore_ascii_case("all") {
                codes.extend(every_council(catalogue));
            } else {
                codes.push(names.code_of(text).map_err(|error| Usage(error.to_string()))?);
            }
            Ok(())
        };
        for text in &self.areas {
            // A name may hold a comma: `Bristol, City of`.
            if names.code_of(text).is_ok() {
                add(text)?;
                continue;
            }
            let listed: BTreeSet<&str> = text.split(',').map(str::trim).collect();
            if listed.len() > MAX_PLACES {
                return Err(Usage(ScorecardError::TooManyPlaces(listed.len()).to_string()).into());
            }
            // In the order of asking, each once.
            let mut seen = BTreeSet::new();
            for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
                if seen.insert(one) {
                    add(one)?;
                }
            }
        }
        Ok(codes)
    }
}

/// A refusal as the command line says it: wrong usage where the question is at fault.
fn failed(refusal: Refusal) -> anyhow::Error {
    match refusal.kind {
        RefusalKind::Internal | RefusalKind::Timeout => refusal.into(),
        RefusalKind::BadInput | RefusalKind::NotFound | RefusalKind::Limit => Usage(refusal.message).into(),
    }
}

/// What a report says of itself: the release, and each dataset behind its figures.
async fn about(
    scope: &Scope,
    snapshot: &Snapshot,
    card: &Scorecard,
    as_of: Option<DateTime<Utc>>,
) -> Result<About, Refusal> {
    let text = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let release = releases::release(scope, card.at).await?;
    let released = release.map(|release| text(release.published_at)).unwrap_or_default();
    let mut notes = Vec::new();
    for id in About::datasets_of(card) {
        let Some(dataset) = datasets::dataset(snapshot, &id) else { continue };
        let due = datasets::next_due(scope, snapshot, dataset).await?;
        notes.push(DatasetNote::new(dataset, due.map(|due| due.at.date_naive().to_string())));
    }
    let standings = About::releases_of(card).into_iter();
    let releases = standings.filter_map(|release| Some((release, snapshot.catalogue().standing(release)?))).collect();
    let day = Some(as_of.unwrap_or_else(|| scope.now()).date_naive());
    Ok(About { released, as_of: as_of.map(text), day, datasets: notes, releases })
}

/// Characters of a line.
const WIDTH: usize = 100;
