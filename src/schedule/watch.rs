//! Watches a process until it ends: its time, its memory, what it says; and ends it.
//!
//! It blocks: it runs on a thread of its own, so that it notices a limit however busy the server is.

use crate::connector::{Limit, Limits};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(50);
/// A run measures itself and ends cleanly at its limit; this much later it is killed.
const GRACE: Duration = Duration::from_secs(8);
/// How long a run may take to end once it was asked to.
const PATIENCE: Duration = Duration::from_secs(8);
/// The most of its report that is read.
const REPORT: u64 = 4 << 20;
/// The longest line of its log that is passed on whole.
const LINE: u64 = 64 << 10;
/// How much of what it said last is kept.
const LAST_WORDS: usize = 4 << 10;

/// How a process ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself, or by another's hand.
    Exited(ExitStatus),
    /// It was killed, because it had passed this limit.
    Passed(Limit),
    /// The server stops: it ended when it was asked to, or was killed.
    Stopped,
}

/// A process that has ended.
#[derive(Debug)]
pub(super) struct Watched {
    /// How.
    pub end: End,
    /// How long it ran.
    pub took: Duration,
    /// What it wrote on stdout; cut off where that is too long for a report.
    pub report: Vec<u8>,
    /// What it said last on stderr, log lines left out where they are JSON.
    pub last_words: String,
    /// Whether it said that it could not have memory: an allocation that fails ends a process at once.
    pub lacked_memory: bool,
}

/// What is said where an allocation fails; a trace of many lines may follow.
const LACKED_MEMORY: [&str; 5] = [
    "memory allocation of",
    "out of memory",
    "Cannot allocate memory",
    "can't spawn worker thread",
    // What a run says of itself before it ends because it did not stop in time.
    "needed more memory than its limit",
];

/// Watches a process whose three pipes are open until it ends. `say` is given each line that it writes on stderr, and
/// answers whether it is one of the log.
pub(super) fn watch(
    mut child: Child,
    limits: Limits,
    stop: &CancellationToken,
    say: impl Fn(&str) -> bool + Send + 'static,
) -> std::io::Result<Watched> {
    let begun = Instant::now();
    let (report, last_words) = (report(child.stdout.take()), last_words(child.stderr.take(), say));
    let mut asked: Option<Instant> = None;
    let mut passed = None;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if passed.is_none() {
            passed = match () {
                () if begun.elapsed() > limits.time.0 + GRACE => Some(Limit::Time),
                // Its own measure comes first, and the system's limit of its data.
                () if resident(child.id()).is_some_and(|bytes| bytes > limits.memory.0 / 4 * 5) => Some(Limit::Memory),
                () => None,
            };
            if passed.is_some() {
                kill(&mut child)?;
            }
        }
        match asked {
            None if stop.is_cancelled() => {
                asked = Some(Instant::now());
                ask(&child);
            }
            Some(since) if since.elapsed() > PATIENCE => kill(&mut child)?,
            _ => {}
        }
        std::thread::sleep(EVERY);
    };
    let end = match passed {
        Some(limit) => End::Passed(limit),
        None if asked.is_some() => End::Stopped,
        None => End::Exited(status),
    };
    let report = report.join().unwrap_or_default();
    let (last_words, lacked_memory) = last_words.join().unwrap_or_default();
    Ok(Watched { end, took: begun.elapsed(), report, last_words, lacked_memory })
}

/// Reads the report on a thread of its own; what is too long for one is thrown away, and holds nobody up.
fn report(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut report = Vec::new();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks ends the report, which is then not read.
            let _ = (&mut pipe).take(REPORT).read_to_end(&mut report);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        report
    })
}

fn last_words(
    pipe: Option<impl Read + Send + 'static>,
    say: impl Fn(&str) -> bool + Send + 'static,
) -> JoinHandle<(String, bool)> {
    std::thread::spawn(move || {
        let (mut last, mut lacked_memory) = (String::new(), false);
        let Some(pipe) = pipe else { return (last, lacked_memory) };
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!((&mut pipe).take(LINE).read_until(b'\n', &mut line), Ok(read) if read > 0) {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if !text.is_empty() && !say(text) {
                lacked_memory |= LACKED_MEMORY.iter().any(|words| text.contains(words));
                last.push_str(text);
                last.push('\n');
            }
            if let Some(cut) = last.len().checked_sub(LAST_WORDS).map(|cut| last.ceil_char_boundary(cut)) {
                last.drain(..cut);
            }
            line.clear();
        }
        (last, lacked_memory)
    })
}

/// The bytes of memory that a process (its number, or `self`) holds, where the system tells.
pub fn resident(process: impl std::fmt::Display) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Asks it to end. Where that cannot be asked, it is killed when the patience is over.
#[cfg(unix)]
fn ask(child: &Child) {
    if let Some(process) = process(child)
        && let Err(error) = rustix::process::kill_process(process, rustix::process::Signal::TERM)
    {
        tracing::debug!(%error, "a run could not be asked to stop");
    }
}

#[cfg(not(unix))]
fn ask(_: &Child) {}

/// Kills it and whatever it has started. It was not waited for yet, so that its number is still its own.
fn kill(child: &mut Child) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(group) = process(child)
        && rustix::process::kill_process_group(group, rustix::process::Signal::KILL).is_ok()
    {
        return Ok(());
    }
    child.kill()
}

#[cfg(unix)]
fn process(child: &Child) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(i32::try_from(child.id()).ok()?)
}
