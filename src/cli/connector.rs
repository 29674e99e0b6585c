//! `hub connector`: list, draft, check, preview and test.

use super::fence::Watch;
use super::{Context, print, stop};
use crate::access::Viewer;
use crate::connector::{Connector, KINDS};
use crate::mapping::Mapping;
use crate::outcomes::Freshness;
use crate::schedule::{Decision, Jitter, Look, Reason};
use crate::store::{Page, Store};
use crate::sync::{CaseRunner, Fence, Input, Request, expected_tables};
use anyhow::Result;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use std::collections::BTreeMap;
use std::io::Write;

/// The commands about connectors.
#[derive(Subcommand)]
pub enum Command {
    /// List the connectors: sector, access, relations, freshness, last run, next run.
    #[command(after_help = "Examples:\n  hub connector list\n  hub connector list --connectors ./my-connectors")]
    List,
    /// Draft a working folder from a real file: columns seen, guesses made, gaps marked.
    #[command(
        after_help = "Examples:\n  hub connector new leeds-early-help --from early_help.csv --connectors ./my-connectors\n  hub connector new leeds-early-help --from returns.xlsx --sheet \"Table 2\" --header-row 4 --connectors ./my-connectors\n\nColumns are guessed by their values as well as by their names; every guess is told, and marked in the SQL on its line. Where\ncolumns look as if they were about single people, no line of the file is copied."
    )]
    New {
        /// The new connector's name: lower-case letters, digits and hyphens.
        name: String,
        /// The file to draft from, or its address.
        #[arg(long, value_name = "FILE|URL")]
        from: String,
        /// The kind of source that the draft declares; docs/SOURCE_KINDS.md has them all. Without it: file for a file, http for an
        /// address.
        #[arg(long, value_parser = PossibleValuesParser::new(KINDS.iter().map(|kind| kind.name)))]
        kind: Option<String>,
        /// The workbook's sheet. Without it: the first that looks like a table; the output lists them all.
        #[arg(long)]
        sheet: Option<String>,
        /// The row of a sheet or the line of a csv that holds the column names. Without it: guessed.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        header_row: Option<u32>,
        /// How many rows of the file the golden case gets. Without it: 24, and none where they may be about people.
        #[arg(long, value_name = "N")]
        sample: Option<usize>,
    },
    /// Check the manifest and the SQL, without fetching, and list the gaps that are left.
    #[command(
        after_help = "Examples:\n  hub connector check\n  hub connector check leeds-early-help --connectors ./my-connectors\n\nExit status: 0 nothing is wrong, 3 something has to be corrected."
    )]
    Check {
        /// The connector. Without a name: all.
        name: Option<String>,
    },
    /// Show rows as they would be published, and the rejected ones.
    ///
    /// Of a large file, reading stops once there are rows to show and 50,000 figures were read, and the report says so: its counts
    /// and rejected rows are then of that part, and nothing is compared with what is published. `hub sync --dry-run` reads
    /// everything.
    #[command(
        after_help = "Examples:\n  hub connector preview ascof --input measures.csv --limit 5\n  hub connector preview ascof --input measures.csv --set year=2020-21\n  hub connector preview ascof --input measures.csv --raw\n\nExit status: 0 a sync would publish, 3 it would be refused (gaps of a draft too), 4 the source could not be read."
    )]
    Preview {
        /// The connector.
        name: String,
        /// A file to read instead of fetching.
        #[arg(long = "input", value_name = "[RESOURCE=]FILE", value_parser = |text: &str| Ok::<_, String>(Input::parse(text)))]
        inputs: Vec<Input>,
        /// A value for one of the connector's parameters.
        #[arg(long = "set", value_name = "NAME=VALUE", value_parser = super::sync::parse_pair)]
        set: Vec<(String, String)>,
        /// How many rows of each relation, or of each raw table: the first of the file.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Show the raw tables instead, before any SQL: their columns as SQL must write them, and their first rows.
        #[arg(long)]
        raw: bool,
    },
    /// Run a SELECT over the raw tables and the hub's own, and show its first rows. Nothing is changed.
    ///
    /// The SELECT may use the hub's SQL functions and read the resources of the connector by their names, and `areas`,
    /// `area_codes`, `area_links` and `indicators`. It has the limits of time and memory that a run has.
    #[command(
        after_help = "Examples:\n  hub connector sql ascof \"SELECT \\\"Measure Type\\\", count(*) FROM measures GROUP BY 1\" --input measures.csv\n  hub connector sql leeds-early-help 'SELECT DISTINCT year, period(year, ''financial'') FROM data' --connectors ./my-connectors --input early_help.csv\n\nExit status: 0 done, 3 the SELECT or the file is wrong, 4 the source could not be read."
    )]
    Sql {
        /// The connector.
        name: String,
        /// One SELECT.
        sql: String,
        /// A file to read instead of fetching.
        #[arg(long = "input", value_name = "[RESOURCE=]FILE", value_parser = |text: &str| Ok::<_, String>(Input::parse(text)))]
        inputs: Vec<Input>,
        /// A value for one of the connector's parameters.
        #[arg(long = "set", value_name = "NAME=VALUE", value_parser = super::sync::parse_pair)]
        set: Vec<(String, String)>,
        /// How many rows.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Run golden cases: each input must give exactly the expected output.
    #[command(
        after_help = "Examples:\n  hub connector test\n  hub connector test ascof\n\nExit status: 0 every case passes, 3 a case fails."
    )]
    Test {
        /// The connector. Without a name: all.
        name: Option<String>,
    },
}

impl Command {
    pub async fn run(self, context: &Context) -> Result<u8> {
        match self {
            Self::List => list(context).await,
            Self::New { name, from, kind, sheet, header_row, sample } => {
                let asked = super::draft::New { name, from, kind, sheet, header_row, sample };
                super::draft::new(context, asked).await
            }
            Self::Check { name } => check(context, name.as_deref()).await,
            Self::Preview { name, inputs, set, limit, raw: false } => preview(context, &name, inputs, set, limit).await,
            Self::Preview { name, inputs, set, limit, raw: true } => {
                super::look::raw(context, super::look::request(context, &name, inputs, set)?, limit).await
            }
            Self::Sql { name, sql, inputs, set, limit } => {
                super::look::ask(context, super::look::request(context, &name, inputs, set)?, &sql, limit).await
            }
            Self::Test { name } => test(context, name.as_deref()).await,
        }
    }
}

/// The named connector, or all; one that cannot be read is an error that names it.
fn chosen(context: &Context, name: Option<&str>) -> Result<Vec<Connector>> {
    match name {
        Some(name) => Ok(vec![context.library.get(name)?]),
        None => context.library.names().map(|name| Ok(context.library.get(name)?)).collect(),
    }
}

async fn list(context: &Context) -> Result<u8> {
    let store = if context.has_store() { Some(context.store().await?) } else { None };
    let mut rows = vec![
        ["NAME", "SECTOR", "ACCESS", "RELATIONS", "FRESHNESS", "LAST RUN", "NEXT RUN"].map(ToOwned::to_owned).to_vec(),
    ];
    for name in context.library.names() {
        let connector = match context.library.get(name) {
            Ok(connector) => connector,
            Err(error) => {
                rows.push(vec![
                    name.to_owned(),
                    "-".into(),
                    "-".into(),
                    "-".into(),
                    format!("cannot be read: {error}"),
                ]);
                continue;
            }
        };
        let relations: Vec<&str> = connector.sql.keys().map(|relation| relation.name()).collect();
        let sector = connector.manifest.sector.as_str().to_owned();
        let access = connector.manifest.access.as_str().to_owned();
        let relations = relations.join(", ");
        let look = Look::at(store.as_deref(), connector, Jitter::none(), context.clock.now()).await?;
        rows.push(vec![
            name.to_owned(),
            sector,
            access,
            relations,
            look.freshness.map_or("-", Freshness::as_str).to_owned(),
            last_run(store.as_deref(), name).await?,
            next_run(&look.decision),
        ]);
    }
    print::table(&mut std::io::stdout().lock(), &rows)?;
    if let Some(store) = store {
        without_connector(context, store.as_ref()).await?;
        store.close().await;
    }
    Ok(0)
}

/// The published datasets that no connector keeps up.
async fn without_connector(context: &Context, store: &dyn Store) -> Result<()> {
    let left = super::dataset::without_connector(context, store).await?;
    if !left.is_empty() {
        writeln!(std::io::stdout(), "\npublished, and without a connector: {}", left.join(", "))?;
    }
    Ok(())
}

/// When its schedule next runs it.
fn next_run(decision: &Decision) -> String {
    match (&decision.reason, decision.at) {
        (Reason::ByHand { .. }, _) => "by hand".into(),
        (Reason::Withdrawn { .. }, _) => "withdrawn".into(),
        (_, Some(_)) if decision.due => "now".into(),
        (_, Some(at)) => at.format("%Y-%m-%d %H:%M UTC").to_string(),
        (_, None) => "-".into(),
    }
}

async fn last_run(store: Option<&dyn Store>, name: &str) -> Result<String> {
    let Some(store) = store else { return Ok("never".into()) };
    let (runs, _) = store.runs(&Viewer::operator(), name, Page { offset: 0, limit: 1 }).await?;
    Ok(runs.first().map_or("never".into(), |run| {
        format!("{}, {}", run.outcome.as_str(), run.started_at.format("%Y-%m-%d %H:%M UTC"))
    }))
}

async fn check(context: &Context, name: Option<&str>) -> Result<u8> {
    let mut status = 0;
    for connector in chosen(context, name)? {
        // A constant is computed while the SQL is planned, however large it becomes.
        let _watch = Watch::begin(connector.manifest.limits, Fence::default());
        let planned = match expected_tables(&connector).await {
            // Of the hub's own tables, planning needs only the columns.
            Ok(tables) => Mapping::plan(&connector, tables, &[], &BTreeMap::new()).await.map_err(anyhow::Error::from),
            Err(error) => Err(error.into()),
        };
        for warning in planned.iter().flat_map(Mapping::warnings) {
            writeln!(std::io::stdout(), "{}: warning: {warning}", connector.name)?;
        }
        let mut gaps = connector.gaps()?;
        gaps.extend(connector.gaps_beside()?);
        let resources = &connector.manifest.resources;
        let remarks = resources.iter().flat_map(|(name, resource)| {
            resource.origin.remarks().into_iter().map(move |remark| format!("{name}: {remark}"))
        });
        let mut out = std::io::stdout().lock();
        match &planned {
            Ok(_) if gaps.is_empty() => writeln!(out, "{}: ok", connector.name)?,
            Ok(_) => writeln!(out, "{}: the SQL is valid, and these gaps are left:", connector.name)?,
            Err(error) => {
                writeln!(out, "{}: {error}", connector.name)?;
                if !gaps.is_empty() {
                    writeln!(out, "{}: and these gaps are left:", connector.name)?;
                }
            }
        }
        for gap in &gaps {
            writeln!(out, "    {gap}")?;
        }
        if planned.is_err() || !gaps.is_empty() {
            status = 3;
        }
        for remark in remarks {
            writeln!(out, "    look at {remark}")?;
        }
    }
    Ok(status)
}

async fn preview(
    context: &Context,
    name: &str,
    inputs: Vec<Input>,
    set: Vec<(String, String)>,
    limit: usize,
) -> Result<u8> {
    let connector = context.library.get(name)?;
    let request =
        Request { inputs, set: set.into_iter().collect(), dry_run: true, preview: limit, ..Request::new(connector) };
    let report = super::ingest::run(context, request, true, &stop::on_signal()).await?;
    let mut out = std::io::stdout().lock();
    print::preview(&mut out, &report.preview)?;
    print::report(&mut out, &report)?;
    Ok(report.exit_status())
}

async fn test(context: &Context, name: Option<&str>) -> Result<u8> {
    let (mut passed, mut failed) = (0, 0);
    for connector in chosen(context, name)? {
        let cases = connector.cases()?;
        if cases.is_empty() {
            writeln!(std::io::stdout(), "{}: no golden cases", connector.name)?;
            failed += 1;
            continue;
        }
        let _watch = Watch::begin(connector.manifest.limits, Fence::default());
        let runner = CaseRunner::new(connector.clone(), &context.library, context.clock.clone()).await?;
        for case in cases {
            let result = runner.run(&case).await?;
            let verdict = if result.failures.is_empty() { "ok" } else { "FAILED" };
            writeln!(std::io::stdout(), "{}/{}: {verdict}", connector.name, result.case)?;
            for failure in result.failures.iter().take(20) {
                writeln!(std::io::stdout(), "    {failure}")?;
            }
            if result.failures.is_empty() { passed += 1 } else { failed += 1 }
        }
    }
    writeln!(std::io::stdout(), "{passed} passed, {failed} failed")?;
    Ok(if failed == 0 { 0 } else { 3 })
}
