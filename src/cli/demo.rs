//! `hub demo`: a hub with illustrative figures, in one command.

use super::ingest::publish_needed;
use super::serve::{answer, bind};
use super::{Context, print, progress, stop};
use crate::connector::{Case, Connector};
use crate::outcomes::Standing;
use crate::settings::Listen;
use crate::store::Store;
use crate::sync::{Request, Road, write_inputs};
use anyhow::{Context as _, Result};
use clap::Args;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Start a hub with made-up figures; it needs nothing else.
///
/// Publishes every shipped connector from made-up inputs, shows what was published and one file that is refused, then
/// serves. Every answer says that its figures are made up (`standing`).
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hub demo\n  hub demo --listen 127.0.0.1:9000\n  hub demo --keep ./demo    keep the store, to open it with sqlite3"
)]
pub struct Demo {
    #[command(flatten)]
    listen: Listen,
    /// Keep the demo's store in this new folder; otherwise it is deleted at the end.
    #[arg(long, value_name = "DIR")]
    keep: Option<std::path::PathBuf>,
    /// Publish and print, but do not serve.
    #[arg(long)]
    no_serve: bool,
}

/// The case of a file that is refused, shown because refusing is half of the hub's work.
const REFUSED: (&str, &str) = ("dfe-children-in-need", "renamed-column");

/// Queries to paste: places and their figures, a comparison, promises judged, where figures come from.
const QUERIES: [(&str, &str); 4] = [
    (
        "One measure in the four places, with its standing, source and file row",
        r#"{ observations(where: { indicators: ["csc-re-referrals-within-12-months"], areas: ["E08000032", "E08000012", "E06000006", "E08000013"], periods: { latest: true } }) {
    nodes { area { name } period { label } value count denominator missing standing dataset { title } release { number } origin { file row } } } }"#,
    ),
    (
        "The four places ranked, and judged against England by their confidence limits",
        r#"{ comparison(indicator: "healthy-life-expectancy-at-birth", sex: "female", across: { areas: ["E08000032", "E08000012", "E06000006", "E08000013"] }, benchmark: "E92000001") {
    period { label } rows { area { name } value rank quartile judgement missing observation { lowerCi upperCi standing } } } }"#,
    ),
    (
        "What Bradford promised, judged for the four places: each target's status with its reason",
        r#"{ scorecard(framework: "bradford-better-health-better-lives", areas: ["E08000032", "E08000012", "E06000006", "E08000013"]) {
    rows { measure { key title } cells { area { name } promise stated proposed parts { latest { value standing } judgements { target { kind } status standing reason } } } } } }"#,
    ),
    (
        "What is published, how fresh it is, and what was refused",
        "{ datasets { nodes { id title publisher freshness runs(first: 2) { nodes { outcome error errorCode } } } } }",
    ),
];

impl Demo {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let listener = if self.no_serve { None } else { Some(bind(self.listen.listen)?) };
        let temporary;
        let folder = if let Some(keep) = &self.keep {
            if keep.join("hub.sqlite").exists() {
                anyhow::bail!(
                    "{} already holds a store, and the demo makes a new one; name another folder",
                    keep.display()
                );
            }
            keep.as_path()
        } else {
            temporary = tempfile::tempdir().context("a temporary folder cannot be created")?;
            temporary.path()
        };
        let context = context.with_data_dir(folder);
        let store = context.store().await?;
        let stop = stop::on_signal();
        self.publish(&context, &store, &stop).await?;
        if let (Some(listener), false) = (listener, stop.is_cancelled()) {
            let address = listener.local_addr()?;
            let mut out = std::io::stdout().lock();
            writeln!(
                out,
                "\nServing illustrative figures on http://{address}  (the page there runs queries; Ctrl-C stops)\n"
            )?;
            for (number, (title, query)) in QUERIES.iter().enumerate() {
                writeln!(out, "{}. {title}:\n{query}\n", number + 1)?;
            }
            out.flush()?;
            drop(out);
            answer(&context, Arc::clone(&store), listener, stop).await?;
        }
        store.close().await;
        Ok(0)
    }

    async fn publish(&self, context: &Context, store: &Arc<dyn Store>, stop: &CancellationToken) -> Result<()> {
        let road = context.road(store)?;
        let mut out = std::io::stdout();
        let connectors = context.library.names().map(|name| context.library.get(name));
        let mut connectors = connectors.collect::<Result<Vec<_>, _>>()?;
        // What is derived from other figures comes after them.
        connectors.sort_by_key(Connector::is_derived);
        for connector in connectors {
            // Reference data is fact, shipped whole and published as it is, when the first connector needs it.
            if connector.needs().is_empty() {
                continue;
            }
            publish_needed(context, &road, &Request::new(connector.clone()), true, stop).await?;
            if connector.ships_whole() || connector.is_derived() {
                run(&road, Request::new(connector), stop, &mut out).await?;
            } else if let Some(case) = case(&connector, "typical")? {
                run_case(&road, &connector, &case, stop, &mut out).await?;
            }
            if stop.is_cancelled() {
                return Ok(());
            }
        }
        let connector = context.library.get(REFUSED.0)?;
        if let Some(case) = case(&connector, REFUSED.1)? {
            writeln!(out, "\nThe same publisher renames a column; what is published stays:")?;
            run_case(&road, &connector, &case, stop, &mut out).await?;
        }
        Ok(())
    }
}

fn case(connector: &Connector, name: &str) -> Result<Option<Case>> {
    Ok(connector.cases()?.into_iter().find(|case| case.name == name))
}

async fn run_case(
    road: &Road,
    connector: &Connector,
    case: &Case,
    stop: &CancellationToken,
    out: &mut dyn Write,
) -> Result<()> {
    let folder = tempfile::tempdir().context("a temporary folder cannot be created")?;
    let request = Request {
        inputs: write_inputs(connector, case, Path::new(folder.path()))?,
        set: case.set.clone(),
        standing: Some(Standing::Illustrative),
        ..Request::new(connector.clone())
    };
    run(road, request, stop, out).await
}

async fn run(road: &Road, request: Request, stop: &CancellationToken, out: &mut dyn Write) -> Result<()> {
    let progress = progress::for_stderr();
    let report = road.run(&request, progress.as_ref(), stop).await?;
    drop(progress);
    print::report(out, &report)?;
    Ok(())
}
