//! The command line: one file a command.
//!
//! Takes arguments, gives answers on stdout, everything else on stderr, and an exit status: 0 done, 1 failed,
//! 2 wrong usage, 3 refused by a check, 4 the source could not be read.
//!
//! Must never hold logic that another room could need.

mod backup;
mod connector;
mod context;
mod copy;
mod dataset;
mod demo;
mod doctor;
mod draft;
mod due;
mod fence;
mod framework;
mod health;
mod ingest;
mod look;
mod migrate;
mod print;
mod progress;
mod query;
mod report;
mod serve;
mod settings;
mod stop;
mod sync;

use crate::settings::{InForce, LogFormat, Options, SettingsError, read, scrubbed};
use crate::telemetry::{self, Logging};
use anyhow::Context as _;
use clap::{CommandFactory, Parser, Subcommand};
use context::Context;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Join council, NHS and partner datasets into one shared outcomes schema, and answer GraphQL.
#[derive(Parser)]
#[command(name = "hub", version, max_term_width = 110, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  hub demo                                          a hub with made-up figures, in one command
  hub sync ascof --input measures.csv               publish a file that you downloaded
  hub query '{ datasets { nodes { id title } } }'   send a query, and get JSON on stdout
  hub report scorecard act-as-one --areas Bradford  judge a framework's targets for places
  hub serve                                         serve GraphQL on http://127.0.0.1:8080

Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by a check, 4 the source could not be read.";

#[derive(Subcommand)]
enum Command {
    /// Start a hub with made-up figures; it needs nothing else.
    Demo(demo::Demo),
    /// Fetch, check and publish one or more connectors.
    Sync(sync::Sync),
    /// Answer GraphQL over HTTP, and run connectors as their schedules say.
    Serve(serve::Serve),
    /// Answer one GraphQL query on stdout.
    Query(query::Query),
    /// Write a report for people: a framework's scorecard as table, csv, json or workbook.
    #[command(
        subcommand,
        after_help = "Example:\n  hub report scorecard bradford-better-health-better-lives --areas Bradford,Liverpool"
    )]
    Report(report::Command),
    /// List, draft, check, preview and test connectors.
    #[command(
        subcommand,
        after_help = "Example, from a file to its figures:\n  hub connector new leeds-early-help --from early_help.csv --connectors ./my-connectors\n  hub connector check leeds-early-help --connectors ./my-connectors\n  hub connector preview leeds-early-help --connectors ./my-connectors --input early_help.csv"
    )]
    Connector(connector::Command),
    /// List what is published, withdraw a dataset, and forget what must not be kept.
    #[command(
        subcommand,
        after_help = "Examples:\n  hub dataset list\n  hub dataset withdraw leeds-early-help --reason \"the service has ended\""
    )]
    Dataset(dataset::Command),
    /// Check framework files, and list the frameworks that are published.
    #[command(subcommand, after_help = "Examples:\n  hub framework check our-strategy.toml\n  hub framework list")]
    Framework(framework::Command),
    /// Check this hub, and say what is wrong and what to do.
    Doctor(doctor::Doctor),
    /// Bring the store up to date with this hub.
    Migrate(migrate::Migrate),
    /// Write the store and the landed files to a new folder.
    Backup(backup::Backup),
    /// Restore a backup into an empty store.
    Restore(backup::Restore),
    /// Copy a store with its whole history to an empty one, on the same engine or the other.
    Copy(copy::Copy),
    /// Show the settings in use, and where each came from.
    Settings(settings::Settings),
    /// Say whether a running hub can answer.
    Health(health::Health),
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let (cli, in_force) = match read::<Cli>() {
        Ok(read) => read,
        Err(error) => return refuse(error),
    };
    if let Command::Sync(sync) = &cli.command {
        sync.attach();
    }
    // Before the runtime: what sends traces blocks.
    let telemetry = match telemetry::start(&logging(&cli)) {
        Ok(telemetry) => telemetry,
        Err(error) => {
            complain(&error.into());
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&anyhow::Error::from(error).context("the runtime cannot start"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(run(cli, in_force));
    // A blocked reader of a pipe must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    telemetry.stop();
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(status_of(&error))
        }
    }
}

/// The command line or the settings are wrong, or help was requested.
fn refuse(error: SettingsError) -> ExitCode {
    if let SettingsError::Arguments(error) = &error {
        // Where an address was given in the wrong place, the error repeats it.
        if !error.to_string().contains("://") || !error.use_stderr() {
            error.exit();
        }
    }
    let text = scrubbed(&error.to_string());
    let mark = if text.starts_with("error: ") { "" } else { "error: " };
    let _ = writeln!(std::io::stderr(), "{mark}{}", text.trim_end());
    ExitCode::from(2)
}

async fn run(cli: Cli, in_force: Vec<InForce>) -> anyhow::Result<u8> {
    if let (Command::Connector(connector::Command::New { .. }), Some(folder)) = (&cli.command, &cli.options.connectors)
    {
        // The first connector of a new folder: it need not be there yet.
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    }
    if let Command::Health(health) = cli.command {
        // Run every few seconds, about another process: it reads no settings or store of its own.
        return health.run().await;
    }
    if matches!(cli.command, Command::Settings(_)) {
        settings::show(&in_force)?;
    }
    let context = Context::new(&cli.options, &in_force, logging(&cli))?;
    match cli.command {
        Command::Demo(demo) => Box::pin(demo.run(&context)).await,
        Command::Sync(sync) => Box::pin(sync.run(&context)).await,
        Command::Serve(serve) => serve.run(&context).await,
        Command::Query(query) => query.run(&context).await,
        Command::Report(command) => command.run(&context).await,
        Command::Connector(command) => Box::pin(command.run(&context)).await,
        Command::Dataset(command) => command.run(&context).await,
        Command::Framework(command) => Box::pin(command.run(&context)).await,
        Command::Doctor(doctor) => doctor.run(&context, &in_force).await,
        Command::Migrate(migrate) => migrate.run(&context).await,
        Command::Backup(backup) => backup.run(&context).await,
        Command::Restore(restore) => restore.run(&context).await,
        Command::Copy(copy) => copy.run(&context).await,
        // Shown already, before it was known whether they go together.
        Command::Settings(_) => Ok(0),
        Command::Health(health) => health.run().await,
    }
}

/// Wrong names are wrong usage; a source that cannot be read has a status of its own.
fn status_of(error: &anyhow::Error) -> u8 {
    use crate::connector::ConnectorError;
    use crate::sync::RoadError;
    let usage = error.downcast_ref::<Usage>().is_some()
        || error.downcast_ref::<SettingsError>().is_some()
        || matches!(error.downcast_ref(), Some(ConnectorError::Unknown { .. }))
        || matches!(error.downcast_ref(), Some(RoadError::NoSuchResource { .. } | RoadError::NoSuchParameter { .. }));
    if usage {
        2
    } else if error.downcast_ref::<crate::source::SourceError>().is_some() {
        4
    } else {
        1
    }
}

/// Wrong usage: the request does not make sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// One line for an error, one for each cause that says something new.
fn complain(error: &anyhow::Error) {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str("\n  because ");
            text.push_str(&cause);
        }
    }
    // If stderr is closed, nobody reads it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// `hub query … | head` ends when head does: that is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// A server says what it does, a command only what is wrong.
fn logging(cli: &Cli) -> Logging {
    let serves = matches!(cli.command, Command::Serve(_));
    let json = match cli.options.log_format {
        Some(format) => format == LogFormat::Json,
        None => serves && !std::io::stderr().is_terminal(),
    };
    let filter = cli.options.log.clone().unwrap_or_else(|| if serves { "info" } else { "warn" }.to_owned());
    Logging { filter, json, otel_endpoint: cli.options.otel_endpoint.clone() }
}

/// The whole of `hub --help` and of every command's help, for the documentation and its test.
#[must_use]
pub fn help_text() -> String {
    fn add(out: &mut String, command: &mut clap::Command, path: &str) {
        let path =
            if path.is_empty() { command.get_name().to_owned() } else { format!("{path} {}", command.get_name()) };
        let help = command.render_long_help().to_string();
        // Writing to a String cannot fail.
        let _ = std::fmt::Write::write_fmt(out, format_args!("## {path}\n\n```text\n{}\n```\n\n", help.trim_end()));
        for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
            add(out, sub, &path);
        }
    }
    let mut out = String::new();
    let mut command = Cli::command().term_width(100);
    command.build();
    add(&mut out, &mut command, "");
    out
}
