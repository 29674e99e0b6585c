//! What was seen of a row, and whether it meets the goals.

use super::clients::Outcomes;
use super::steady::Seen;
use std::time::Duration;

/// What was seen of a row.
pub struct Measured {
    pub name: String,
    pub ordinary: bool,
    /// Of one question, or of the whole misuse.
    pub seconds: f64,
    /// The hub's processor time for the same, without what the other clients cost.
    pub cpu: Option<f64>,
    /// Bytes by which the peak passed what was resident before.
    pub grown: Option<u64>,
    pub others: Seen,
    pub health: Seen,
    pub outcomes: Outcomes,
    /// Whether the hub's process ended, or had to be ended for its size.
    pub ended: bool,
    /// Whether it did no more for the row half a minute after its last answer.
    pub rests: bool,
}

/// The hub while nobody is hostile.
pub struct Rest {
    pub p99: Duration,
    /// Processor seconds a second, for the clients that notice.
    pub cpu: f64,
}

/// Milliseconds, for people.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

impl Measured {
    fn said(&self) -> String {
        let words = self.outcomes.iter().map(|(word, count)| format!("{word}×{count}"));
        words.collect::<Vec<_>>().join(" ")
    }

    /// As a line of the table.
    pub fn shown(&self) -> String {
        let seconds = |it: Option<f64>| it.map_or_else(|| "-".to_owned(), |it| format!("{it:.3}"));
        let grown = self.grown.map_or_else(|| "-".to_owned(), |bytes| format!("{}", bytes >> 20));
        format!(
            "  {:<58} {:>8.3} {:>8} {grown:>8} {:>9.1} {:>9.1}  {}",
            self.name,
            self.seconds,
            seconds(self.cpu),
            millis(self.others.clone().p99()),
            millis(self.health.longest()),
            self.said()
        )
    }

    /// Why it misses the goals, if it does.
    pub fn missed(&self, rest: &Rest) -> Option<String> {
        let mut why = Vec::new();
        if self.ended {
            why.push("the hub ended".to_owned());
        }
        if !self.rests {
            why.push("the hub works on after the client has gone".to_owned());
        }
        let refused = ["LIMIT", "RATE_LIMITED", "OVERLOADED"];
        let only_refused = self.outcomes.keys().all(|word| refused.contains(&word.as_str()));
        let connections = self.name.starts_with("connections: ") || self.name.starts_with("flood: ");
        if self.cpu.is_some_and(|cpu| cpu > 2.0) && !only_refused && !connections {
            why.push("more than 2 s of CPU".to_owned());
        }
        if self.grown.is_none_or(|bytes| bytes > 100 << 20) && self.cpu.is_some() {
            why.push("more than 100 MiB".to_owned());
        }
        let p99 = self.others.clone().p99();
        if p99 > rest.p99 * 3 {
            why.push(format!("others {:.1} × idle", p99.as_secs_f64() / rest.p99.as_secs_f64()));
        }
        if self.health.longest() > Duration::from_millis(100) {
            why.push(format!("health after {:.0} ms", millis(self.health.longest())));
        }
        if self.others.lost + self.health.lost > 0 {
            why.push(format!("{} answers of others lost", self.others.lost + self.health.lost));
        }
        if self.ordinary && self.outcomes.keys().any(|word| word != "ok") {
            why.push("an ordinary question was refused".to_owned());
        }
        if ["no answer", "TIMEOUT", "INTERNAL", "failed"].iter().any(|word| self.outcomes.contains_key(*word)) {
            why.push("it did not end well".to_owned());
        }
        if self.outcomes.contains_key("held") {
            why.push("connections held to the end".to_owned());
        }
        (!why.is_empty()).then(|| why.join(", "))
    }
}
