//! A command in a process of its own: how long it took, stage by stage, and the most memory that it had resident.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often the kernel is asked for the peak; it keeps the peak itself, so that only the end can be missed.
const EVERY: Duration = Duration::from_millis(5);

/// What a command did.
pub struct Done {
    /// From start to end.
    pub time: Duration,
    /// The most bytes resident; none where the kernel does not tell.
    pub peak: Option<u64>,
    /// Each stage of a sync, in order: its name, how long it took, and the peak at its end.
    pub stages: Vec<(String, Duration, Option<u64>)>,
    /// What it wrote to stdout.
    pub stdout: String,
}

/// Runs the `hub` that was built beside this benchmark.
pub fn hub(data: &Path, connectors: &Path, arguments: &[&str]) -> Result<Done> {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_hub"))
        .args(arguments)
        .env("HUB_DATA_DIR", data)
        .env("HUB_CONNECTORS", connectors)
        .env("HUB_LOG", "outcomes_hub=info")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("the hub cannot be started")?;
    let id = child.id();
    let mut stdout = child.stdout.take().context("the hub has no stdout")?;
    let stderr = child.stderr.take().context("the hub has no stderr")?;
    let stdout = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let stages = thread::spawn(move || stages(BufReader::new(stderr), id));
    let mut peak = None;
    let status = loop {
        peak = peak_of(id).or(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(EVERY);
    };
    let time = started.elapsed();
    let stdout = stdout.join().map_err(|_| anyhow::anyhow!("the hub's answer could not be read"))??;
    let (stages, said) = stages.join().map_err(|_| anyhow::anyhow!("the hub's log could not be read"))?;
    if !status.success() {
        bail!("hub {} ended with {status}\n{stdout}\n{said}", arguments.join(" "));
    }
    Ok(Done { time, peak, stages, stdout })
}

/// Reads the log: each stage's name, length and peak at its end, and all that was said.
fn stages(log: impl BufRead, id: u32) -> (Vec<(String, Duration, Option<u64>)>, String) {
    let mut stages = Vec::new();
    let mut said = String::new();
    let mut under_way: Option<(String, Instant)> = None;
    for line in log.lines().map_while(Result::ok) {
        if let Some((_, rest)) = line.split_once("stage=") {
            if let Some((name, since)) = under_way.take() {
                stages.push((name, since.elapsed(), peak_of(id)));
            }
            let name = rest.split_whitespace().next().unwrap_or_default().to_owned();
            under_way = Some((name, Instant::now()));
        }
        said.push_str(&line);
        said.push('\n');
    }
    (stages, said)
}

/// The most bytes that a process has had resident so far, as Linux keeps it.
fn peak_of(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// A peak, for people.
pub fn mib(peak: Option<u64>) -> String {
    peak.map_or_else(|| "not told by this system".to_owned(), |bytes| format!("{} MiB", bytes >> 20))
}
