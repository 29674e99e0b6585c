//! A large file from its bytes to a release, in a process of its own, beside a plain scan of the same file.

use crate::child::{self, Done, mib};
use crate::measure::{heading, line, per_second};
use crate::road_input::{self, COLUMNS, NAME};
use anyhow::{Context, Result, bail};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use std::path::Path;
use std::time::{Duration, Instant};

/// What a sync may have resident, however large its file is.
const ALLOWED: u64 = 512 << 20;

/// Measures a file of so many megabytes.
pub async fn run(megabytes: u64) -> Result<()> {
    heading(&format!("road: a CSV of {megabytes} MB from its bytes to a release"));
    let (file, rows) = road_input::file(megabytes)?;
    let folder = tempfile::tempdir()?;
    let (data, connectors) = (folder.path().join("data"), folder.path().join("connectors"));
    road_input::write_connector(&connectors)?;
    child::hub(&data, &connectors, &["sync", "uk-geography"])?;

    let one = scan(&file, 1).await?;
    let all = scan(&file, 0).await?;
    let input = file.to_str().context("the temporary folder's name is not UTF-8")?;
    let sync = ["sync", NAME, "--json", "--input", input];
    let first = child::hub(&data, &connectors, &sync)?;
    expect(&first, rows, "Published")?;
    let again = child::hub(&data, &connectors, &sync)?;
    expect(&again, rows, "Unchanged")?;
    let one = one.min(scan(&file, 1).await?);
    let all = all.min(scan(&file, 0).await?);

    line("plain DataFusion scan, every processor", rows, all);
    line("plain DataFusion scan, one processor", rows, one);
    line("hub sync into an empty store", rows, first.time);
    stages(&first);
    line("hub sync of the same bytes again", rows, again.time);
    stages(&again);
    let ratio = |scan: Duration, done: &Done| per_second(rows, done.time) / per_second(rows, scan);
    println!("  sync ÷ scan on one processor      {:.3} first, {:.3} again", ratio(one, &first), ratio(one, &again));
    println!("  sync ÷ scan on every processor    {:.3} first, {:.3} again", ratio(all, &first), ratio(all, &again));
    for (name, done) in [("first", &first), ("again", &again)] {
        let verdict = match done.peak {
            Some(peak) if peak > ALLOWED => "MORE THAN ALLOWED",
            Some(_) => "within what is allowed",
            None => "",
        };
        println!("  most memory resident, {name}        {} of {} MiB {verdict}", mib(done.peak), ALLOWED >> 20);
    }
    if [first.peak, again.peak].into_iter().flatten().any(|peak| peak > ALLOWED) {
        bail!("the sync had more memory resident than is allowed");
    }
    Ok(())
}

fn stages(done: &Done) {
    for (name, time, peak) in &done.stages {
        println!("    {name:<56} {:>8.2} s  peak so far {}", time.as_secs_f64(), mib(*peak));
    }
}

/// Fails if the sync did something other than what is measured.
fn expect(done: &Done, rows: u64, outcome: &str) -> Result<()> {
    let report: serde_json::Value = serde_json::from_str(&done.stdout).context("the report is not JSON")?;
    let said = report["outcome"].as_str().unwrap_or_default();
    let mapped = report["figures"]["mapped"].as_u64();
    if !said.eq_ignore_ascii_case(outcome) || mapped != Some(rows) || report["figures"]["rejected"] != 0 {
        bail!("the sync is not as expected ({outcome}, {rows} figures): {}", report["figures"]);
    }
    Ok(())
}

/// Reads every column of the file with DataFusion's own CSV reader; 0 processors are all there are.
async fn scan(file: &Path, processors: usize) -> Result<Duration> {
    let config = SessionConfig::new();
    let config = if processors == 0 { config } else { config.with_target_partitions(processors) };
    let context = SessionContext::new_with_config(config);
    let fields: Vec<Field> = COLUMNS.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let schema = Schema::new(fields);
    let path = file.to_str().context("the temporary folder's name is not UTF-8")?;
    context.register_csv("shares", path, CsvReadOptions::new().has_header(true).schema(&schema)).await?;
    let of_column = COLUMNS.iter().map(|(name, is_number)| {
        if *is_number { format!("sum(try_cast({name} AS DOUBLE))") } else { format!("max({name})") }
    });
    let sql = format!("SELECT count(*), {} FROM shares", of_column.collect::<Vec<_>>().join(", "));
    let started = Instant::now();
    let batches = context.sql(&sql).await?.collect().await?;
    let time = started.elapsed();
    if batches.iter().map(datafusion::arrow::array::RecordBatch::num_rows).sum::<usize>() != 1 {
        bail!("the scan gave no answer");
    }
    Ok(time)
}
