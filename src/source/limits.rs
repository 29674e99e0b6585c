//! How long and how much a fetch may take.

use std::time::Duration;

/// How long and how much a fetch may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most bytes of a file.
    pub max_bytes: u64,
    /// How often an address is tried before it is given up.
    pub tries: u32,
    /// The wait before the second try; it doubles with each.
    pub first_wait: Duration,
    /// The longest wait, whatever the server asks for.
    pub longest_wait: Duration,
    /// The least time between two requests to one host.
    pub pace: Duration,
    /// For a connection to come about.
    pub connect: Duration,
    /// For the next bytes to come.
    pub stall: Duration,
    /// For one try as a whole.
    pub total: Duration,
    /// Whether the proxies that the environment names are used.
    pub proxies: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 2 << 30,
            tries: 5,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_mins(2),
            pace: Duration::from_secs(1),
            connect: Duration::from_secs(15),
            stall: Duration::from_mins(1),
            total: Duration::from_hours(1),
            proxies: true,
        }
    }
}
