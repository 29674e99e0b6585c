//! What time it is.
//!
//! Code that needs the time takes a [`Clock`]. Nothing else reads the machine's clock, so that a test can choose the
//! time and an answer can say which time it used.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// Gives the time.
pub trait Clock: Send + Sync {
    /// The present moment, in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that does not move: the time is the one it was given.
impl Clock for DateTime<Utc> {
    fn now(&self) -> DateTime<Utc> {
        *self
    }
}

/// The time of a processor that this thread has used so far: how much work it did, however busy the machine is.
#[cfg(unix)]
#[must_use]
pub fn thread_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Where the machine does not say it: nothing, so that only the time-out ends a question.
#[cfg(not(unix))]
#[must_use]
pub fn thread_cpu() -> Duration {
    Duration::ZERO
}
