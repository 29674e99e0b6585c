//! Benchmarks: the hub beside the plainest program that does the same, in one run, as ratios.
//!
//! `cargo bench` runs all; `cargo bench -- road`, `answers`, `publish`, `patterns`, `scorecards`, `resolvers` or
//! `hostile` chooses. Generated inputs are kept in the
//! system's temporary folder, under names that tell their size, and used again.

mod answers;
mod child;
mod hostile;
mod load;
mod made_up;
mod measure;
mod patterns;
mod plain;
mod publish;
mod resolvers;
mod road;
mod road_input;
mod scorecards;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// A large file from its bytes to a release, beside a plain scan of it.
    Road,
    /// GraphQL over HTTP, beside the best program for the job and PostGraphile over a plain table of the same figures.
    Answers,
    /// Staging and publishing, beside a plain load of the same rows.
    Publish,
    /// The four ways in which figures are read from Postgres, as it grows.
    Patterns,
    /// Every framework for every upper-tier council, beside the reading of its figures alone.
    Scorecards,
    /// What the hub itself takes for one answer, by kind of list.
    Resolvers,
    /// What one client can do to the hub with hostile questions and connections, and what another notices of it.
    Hostile,
}

/// Measures the hub beside the plainest program that does the same.
#[derive(Parser)]
struct Bench {
    /// What to measure; everything where it is left out.
    which: Vec<Which>,
    /// road: the file's size.
    #[arg(long, default_value_t = 500)]
    megabytes: u64,
    /// answers: how many figures there are at least.
    #[arg(long, default_value_t = 1_020_000)]
    figures: u64,
    /// answers: seconds of each round; six rounds of each side are taken, and five count. hostile: how long each question is asked again
    /// and again.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// answers: connections at once. With several, the memory of a hub under each is measured as well.
    #[arg(long, value_delimiter = ',', default_value = "8")]
    connections: Vec<usize>,
    /// publish: how many figures.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// answers, publish, patterns: an empty Postgres database to measure in, each its own; without one they leave Postgres
    /// out. What is loaded stays there, and `answers` uses it again.
    #[arg(long, value_name = "URL", env = "BENCH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// patterns: how many million figures, smallest first; the next size adds to the one before.
    #[arg(long, value_delimiter = ',', default_value = "1,10")]
    millions: Vec<u64>,
    /// answers: only these questions, with commas between. hostile: only rows whose name holds this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// hostile: another build's hub, over the same data.
    #[arg(long, value_name = "PATH", conflicts_with = "url")]
    hub: Option<PathBuf>,
    /// hostile: a hub that runs already, over the data that the benchmark names. Its processor time and memory are not seen.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Cargo says so to every benchmark.
    #[arg(long = "bench", hide = true)]
    by_cargo: bool,
}

impl Bench {
    fn wants(&self, which: Which) -> bool {
        self.which.is_empty() || self.which.contains(&which)
    }
}

fn main() -> Result<()> {
    let bench = Bench::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if bench.wants(Which::Road) {
        runtime.block_on(road::run(bench.megabytes))?;
    }
    if bench.wants(Which::Answers) {
        let choice = answers::Choice {
            figures: bench.figures,
            time: std::time::Duration::try_from_secs_f64(bench.seconds)?,
            connections: bench.connections.clone(),
            only: bench.only.clone(),
            database: bench.database_url.clone(),
        };
        runtime.block_on(answers::run(choice))?;
    }
    if bench.wants(Which::Publish) {
        runtime.block_on(publish::run(bench.rows, bench.database_url.as_deref()))?;
    }
    if bench.wants(Which::Patterns) {
        runtime.block_on(patterns::run(&bench.millions, bench.database_url.as_deref()))?;
    }
    if bench.wants(Which::Scorecards) {
        runtime.block_on(scorecards::run())?;
    }
    if bench.wants(Which::Resolvers) {
        runtime.block_on(resolvers::run())?;
    }
    if bench.wants(Which::Hostile) {
        let time = std::time::Duration::try_from_secs_f64(bench.seconds)?;
        let choice = hostile::Choice { only: bench.only, time, hub: bench.hub, url: bench.url };
        runtime.block_on(hostile::run(choice))?;
    }
    Ok(())
}

/// The folder of generated inputs that are kept from one run to the next.
fn kept() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join("outcomes-hub-bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
