//! What time it is.
//!
//! Code that needs the time takes a [`Clock`]. Nothing else reads the machine's clock, so that a test can choose the
//! time and an answer can say which time it used.

use chrono::{DateTime, Utc};

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
