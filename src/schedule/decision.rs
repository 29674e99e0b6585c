//! Whether a connector is due now, and why.

use super::Jitter;
use crate::connector::Cron;
use crate::outcomes::{Outcome, Run};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use std::fmt;

/// What the decision is made from.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The connector.
    pub name: &'a str,
    /// Its resource that only a person can download, if there is one.
    pub by_hand: Option<&'a str>,
    /// When it fires, if its manifest says so.
    pub cron: Option<&'a Cron>,
    /// When its dataset was withdrawn, if it was.
    pub withdrawn: Option<NaiveDate>,
    /// Its runs, newest first; the newest hundred are enough.
    pub runs: &'a [Run],
}

/// Why a connector is to run now, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// Due: it was never run.
    NeverRun,
    /// Due: a fire time has come that no run has answered.
    Fired {
        /// The newest such fire time.
        fire: DateTime<Utc>,
    },
    /// Due: a run failed, and it is time to try again.
    Retry {
        /// Which retry since the fire time, from 1.
        number: usize,
        /// How the failed run ended; `running` if its process died (or still runs: the lease says which).
        after: Outcome,
    },
    /// Not due: its fire time is answered.
    NotDue,
    /// Not due: the last file was refused, and the same bytes would be refused again.
    Refused,
    /// Not due: the last run was stopped at a limit of its manifest, and the next one would pass it too.
    PassedLimit,
    /// Not due yet: the retry after a failed run has to wait.
    RetryWaits {
        /// Which retry since the fire time, from 1.
        number: usize,
        /// How the failed run ended.
        after: Outcome,
    },
    /// Not due yet: its fire time has come, and is spread so that many hubs do not fetch at once.
    Spread {
        /// The fire time.
        fire: DateTime<Utc>,
    },
    /// Left to a person: its dataset was withdrawn.
    Withdrawn {
        /// The day.
        on: NaiveDate,
    },
    /// Left to a person: one of its files has to be downloaded by a person.
    ByHand {
        /// The resource.
        resource: String,
    },
    /// Left to a person: its manifest has no `[schedule]`.
    Unscheduled,
}

/// Whether a connector is to run now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether it is.
    pub due: bool,
    /// Since when, where it is due; otherwise when it will be, if ever, unless something changes.
    pub at: Option<DateTime<Utc>>,
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Decides. A pure function: the same answer for the same question, in every hub.
#[must_use]
pub fn decide(known: Known<'_>, jitter: Jitter, now: DateTime<Utc>) -> Decision {
    let never = |reason| Decision { due: false, at: None, reason };
    if let Some(on) = known.withdrawn {
        return never(Reason::Withdrawn { on });
    }
    if let Some(resource) = known.by_hand {
        return never(Reason::ByHand { resource: resource.to_owned() });
    }
    let Some(cron) = known.cron else { return never(Reason::Unscheduled) };
    if known.runs.is_empty() {
        return Decision { due: true, at: Some(now), reason: Reason::NeverRun };
    }
    // Both are there for every time within some thousand years of now.
    let (Some(fire), Some(next)) = (cron.newest_by(now), cron.next_after(now)) else {
        return never(Reason::Unscheduled);
    };
    let wait = |until: DateTime<Utc>, reason| Decision { due: false, at: Some(until.min(next)), reason };
    let answers: Vec<&Run> = known.runs.iter().filter(|run| run.started_at >= fire && !run.given_by_hand()).collect();
    let ended = |outcome| answers.iter().any(|run| run.outcome == outcome);
    if ended(Outcome::Published) || ended(Outcome::Unchanged) {
        return wait(next, Reason::NotDue);
    }
    if ended(Outcome::Refused) {
        return wait(next, Reason::Refused);
    }
    if answers.iter().any(|run| run.passed_a_limit()) {
        return wait(next, Reason::PassedLimit);
    }
    let Some(newest) = answers.first() else {
        let at = fire + jitter.of_fire(known.name, fire, next);
        return if at <= now {
            Decision { due: true, at: Some(at), reason: Reason::Fired { fire } }
        } else {
            wait(at, Reason::Spread { fire })
        };
    };
    let (number, after) = (answers.len(), newest.outcome);
    let failed_at = newest.finished_at.unwrap_or(newest.started_at);
    let pause = backoff(number);
    let at = failed_at + pause + jitter.of_retry(known.name, failed_at, pause);
    if at <= now {
        Decision { due: true, at: Some(at), reason: Reason::Retry { number, after } }
    } else {
        wait(at, Reason::RetryWaits { number, after })
    }
}

/// The wait after so many failures: 1, 2, 4 … minutes, at most an hour.
#[must_use]
pub(super) fn backoff(failures: usize) -> TimeDelta {
    TimeDelta::minutes(1 << failures.saturating_sub(1).min(6)).min(TimeDelta::hours(1))
}

/// How a run that failed ended, as the rest of a sentence.
fn ended(outcome: Outcome) -> String {
    match outcome {
        Outcome::Running => "is under way, or was left by a process that died".into(),
        outcome => format!("ended as {}", outcome.as_str()),
    }
}

impl fmt::Display for Decision {
    /// A part of a sentence, such as `not due until 2026-03-30 08:30 UTC`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = |moment: DateTime<Utc>| moment.format("%Y-%m-%d %H:%M UTC");
        match &self.reason {
            Reason::NeverRun => write!(f, "due: it was never run"),
            Reason::Fired { fire } => write!(f, "due since {}", moment(*fire)),
            Reason::Retry { number, after } => write!(f, "due: retry {number}, because the last run {}", ended(*after)),
            Reason::NotDue => write!(f, "not due"),
            Reason::Refused => write!(f, "not due: the last run was refused, and the same file would be refused again"),
            Reason::PassedLimit => {
                write!(f, "not due: the last run passed a limit of its manifest, and another would pass it again")
            }
            Reason::RetryWaits { number, after } => {
                write!(f, "not due: the last run {}, and retry {number} waits", ended(*after))
            }
            Reason::Spread { fire } => write!(f, "not due: it fired at {} and waits a little", moment(*fire)),
            Reason::Withdrawn { on } => {
                write!(
                    f,
                    "left to a person: its dataset was withdrawn on {on}; `hub sync NAME --reinstate` publishes it again"
                )
            }
            Reason::ByHand { resource } => {
                write!(f, "left to a person: download its `{resource}` and give the file with --input")
            }
            Reason::Unscheduled => write!(f, "left to a person: its manifest has no [schedule]"),
        }?;
        match self.at {
            Some(at) if !self.due => write!(f, " until {}", moment(at)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
