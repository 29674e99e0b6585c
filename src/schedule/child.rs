//! Each scheduled run as a process of its own: `hub sync --due NAME`, with the settings of this one.

use super::close::{Closing, STOPPED};
use super::runner::Trouble;
use super::watch::{End, Watched, watch};
use super::{Ended, Failed, Look, Runner};
use crate::clock::Clock;
use crate::connector::{Limit, Limits};
use crate::store::Store;
use async_trait::async_trait;
use serde::Deserialize;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How this program is started again.
#[derive(Clone, Debug)]
pub struct Program {
    /// The binary.
    pub path: PathBuf,
    /// Environment variables that differ from this process's: what is none is taken away. Settings with passwords are
    /// among them, and never among the arguments, which everybody on the machine can read.
    pub variables: Vec<(String, Option<OsString>)>,
    /// Whether its log lines are JSON objects.
    pub json_log: bool,
}

/// Makes each run in a process of its own.
pub struct Children {
    program: Program,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Children {
    /// Runs of this store's connectors.
    #[must_use]
    pub fn new(program: Program, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        if !cfg!(target_os = "linux") {
            tracing::warn!("this system does not tell how much memory a run takes: the limits of memory are not held");
        }
        Self { program, store, clock }
    }

    fn start(&self, dataset: &str) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program.path);
        command.args(["sync", "--due", "--json", "--attached", dataset]);
        for (name, value) in &self.program.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // A group of its own: Ctrl-C in a terminal reaches this process alone, which then stops its runs itself. The pipe
        // of its stdin is held open; when this process dies, it closes, and the run ends.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }

    /// Passes a line of a run's log on. What is no log line (a fault that it could not report) becomes one, where the log is
    /// JSON. Answers whether the line was one of a JSON log.
    fn say(&self, dataset: &str) -> impl Fn(&str) -> bool + Send + 'static {
        let (json, dataset) = (self.program.json_log, dataset.to_owned());
        move |line| {
            let is_log = json && line.starts_with('{');
            if is_log || !json {
                // If stderr is closed, nobody reads it.
                let _ = writeln!(std::io::stderr(), "{line}");
            } else {
                tracing::warn!(dataset, line, "a run says");
            }
            is_log
        }
    }
}

#[async_trait]
impl Runner for Children {
    async fn run(&self, look: &Look, stop: &CancellationToken) -> Result<Ended, Failed> {
        let (connector, limits) = (&look.connector, look.connector.manifest.limits);
        let since = self.clock.now();
        let child = self.start(&connector.name).map_err(|error| {
            Failed::Error(format!("{} cannot be started for the run: {error}", self.program.path.display()))
        })?;
        let (say, stopping) = (self.say(&connector.name), stop.clone());
        let watched = tokio::task::spawn_blocking(move || watch(child, limits, &stopping, say)).await;
        let watched = match watched {
            Ok(Ok(watched)) => watched,
            Ok(Err(error)) => return Err(Failed::Error(format!("the run could not be watched: {error}"))),
            Err(error) => return Err(Failed::Error(format!("the run could not be watched: {error}"))),
        };
        let closing = Closing { store: self.store.as_ref(), clock: self.clock.as_ref(), connector, since };
        match judge(&watched, &limits, &connector.name) {
            Verdict::Told(told) => told,
            Verdict::Cut(trouble) => closing.stopped(trouble, true).await,
            Verdict::Failed(trouble) => closing.stopped(trouble, false).await,
        }
    }
}

/// What came of a process.
#[derive(Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and it is taken apart at once")]
enum Verdict {
    /// It said so itself.
    Told(Result<Ended, Failed>),
    /// It was cut off, and a run is recorded for it.
    Cut(Trouble),
    /// It failed before or after a run; one that was left open is closed.
    Failed(Trouble),
}

/// What `hub sync --due --json` prints.
#[derive(Deserialize)]
struct Answer {
    connectors: Vec<Line>,
    reports: Vec<Ended>,
}

#[derive(Deserialize)]
struct Line {
    dataset: String,
    says: String,
    error: Option<String>,
}

fn judge(watched: &Watched, limits: &Limits, dataset: &str) -> Verdict {
    let passed = |limit| {
        let (code, message) = limits.passed(limit);
        Verdict::Cut(Trouble { code: code.into(), message })
    };
    if let Some(told) = told(watched, dataset) {
        return Verdict::Told(told);
    }
    let trouble = |code: &str, message: String| Trouble { code: code.into(), message };
    match &watched.end {
        End::Passed(limit) => passed(*limit),
        End::Stopped => {
            let message = "the run was stopped before it finished; the published release stays";
            Verdict::Failed(trouble(STOPPED, message.into()))
        }
        End::Exited(_) if watched.lacked_memory => passed(Limit::Memory),
        End::Exited(_) if watched.took >= limits.time.0 => passed(Limit::Time),
        End::Exited(status) if was_killed(*status) => Verdict::Cut(trouble(
            "killed",
            "the process of the run was killed, by a person or by the system because memory was short; the published \
             release stays"
                .into(),
        )),
        End::Exited(status) => {
            let last = watched.last_words.trim();
            let last = if last.is_empty() { String::new() } else { format!(": {last}") };
            Verdict::Failed(trouble("died", format!("the process of the run ended without a report ({status}){last}")))
        }
    }
}

/// How the run ended, where the process could say so.
fn told(watched: &Watched, dataset: &str) -> Option<Result<Ended, Failed>> {
    let answer: Answer = serde_json::from_slice(&watched.report).ok()?;
    if let Some(ended) = answer.reports.into_iter().find(|ended| ended.dataset == dataset) {
        return Some(Ok(ended));
    }
    let line = answer.connectors.into_iter().find(|line| line.dataset == dataset)?;
    Some(Err(match (&watched.end, line.error) {
        (End::Exited(status), Some(error)) if !status.success() => Failed::Error(error),
        (_, error) => Failed::Elsewhere(error.unwrap_or(line.says)),
    }))
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(rustix::process::Signal::KILL.as_raw())
}

#[cfg(not(unix))]
fn was_killed(_: ExitStatus) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::time::Duration;

    fn watched(end: End, report: &str, last_words: &str) -> Watched {
        Watched {
            end,
            took: Duration::from_secs(1),
            report: report.into(),
            last_words: last_words.into(),
            lacked_memory: false,
        }
    }

    fn exited(code: i32) -> End {
        End::Exited(ExitStatus::from_raw(code << 8))
    }

    const REPORT: &str = r#"{"connectors":[{"dataset":"meals","due":true,"at":null,"reason":"never-run","says":"due"}],
        "reports":[{"dataset":"meals","run":7,"outcome":"refused","release":null,"figures":{"mapped":1,"added":0,"changed":0,
        "unchanged":0,"rejected":1,"withdrawn":0},"reference":{"mapped":0,"added":0,"changed":0,"unchanged":0,"rejected":0,
        "withdrawn":0},"error":{"code":"x","message":"y"},"seconds":{"mapping":0.5},"more":"than is read"}]}"#;

    fn code(verdict: Verdict) -> String {
        match verdict {
            Verdict::Told(Ok(ended)) => format!("told {}", ended.outcome.as_str()),
            Verdict::Told(Err(Failed::Elsewhere(_))) => "elsewhere".into(),
            Verdict::Told(Err(Failed::Error(_))) => "error".into(),
            Verdict::Cut(trouble) => format!("cut {}", trouble.code),
            Verdict::Failed(trouble) => format!("failed {}", trouble.code),
        }
    }

    #[test]
    fn every_end_of_a_process_has_its_name() {
        let held = r#"{"connectors":[{"dataset":"meals","says":"due","error":"held"}],"reports":[]}"#;
        let limits = Limits::default();
        let cases = [
            (watched(exited(3), REPORT, ""), "told refused"),
            (watched(exited(0), held, ""), "elsewhere"),
            (watched(exited(1), held, "error: the store is away"), "error"),
            (watched(exited(0), &held.replace("meals", "other"), ""), "failed died"),
            (watched(exited(1), "", "error: the store is away"), "failed died"),
            // What was published before the limit was seen is published.
            (watched(End::Passed(Limit::Time), REPORT, ""), "told refused"),
            (watched(End::Passed(Limit::Memory), "", ""), "cut out-of-memory"),
            (watched(End::Passed(Limit::Time), &REPORT[..90], ""), "cut out-of-time"),
            (
                Watched { lacked_memory: true, ..watched(End::Exited(ExitStatus::from_raw(6)), "", "") },
                "cut out-of-memory",
            ),
            (watched(End::Exited(ExitStatus::from_raw(9)), "", ""), "cut killed"),
            (watched(End::Stopped, "", ""), "failed stopped"),
        ];
        for (watched, expected) in cases {
            assert_eq!(code(judge(&watched, &limits, "meals")), expected, "{watched:?}");
        }
        let late = Watched { took: Duration::from_secs(3601), ..watched(exited(1), "", "") };
        assert_eq!(code(judge(&late, &limits, "meals")), "cut out-of-time");
    }
}
