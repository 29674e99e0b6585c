//! Spreads fire times, so that many hubs and connectors do not fetch in the same second.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// Fire times are put off by at most this much.
const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// Puts moments off by a little: always by as much for the same name, moment and salt.
#[derive(Clone, Copy, Debug)]
pub struct Jitter {
    salt: Option<u64>,
}

impl Jitter {
    /// For a process; `salt` tells it from others.
    #[must_use]
    pub const fn salted(salt: u64) -> Self {
        Self { salt: Some(salt) }
    }

    /// None at all: for a person, or a machine's own cron, who has chosen the moment.
    #[must_use]
    pub const fn none() -> Self {
        Self { salt: None }
    }

    /// How much a fire time is put off: less than 5 minutes, and less than a tenth of the time to the next one.
    #[must_use]
    pub fn of_fire(self, name: &str, fire: DateTime<Utc>, next: DateTime<Utc>) -> TimeDelta {
        self.below(LONGEST.min((next - fire) / 10), name, fire)
    }

    /// How much a retry is put off: less than a tenth of the wait before it.
    #[must_use]
    pub fn of_retry(self, name: &str, after: DateTime<Utc>, wait: TimeDelta) -> TimeDelta {
        self.below(wait / 10, name, after)
    }

    fn below(self, most: TimeDelta, name: &str, moment: DateTime<Utc>) -> TimeDelta {
        let Some(salt) = self.salt else { return TimeDelta::zero() };
        let mut hash = Sha256::new();
        hash.update(salt.to_le_bytes());
        hash.update(moment.timestamp_micros().to_le_bytes());
        hash.update(name);
        let [a, b, c, d, ..] = *hash.finalize() else { return TimeDelta::zero() };
        // A part of 2^32 of at most 5 minutes in milliseconds: far inside i64.
        let part = most.num_milliseconds().max(0) * i64::from(u32::from_le_bytes([a, b, c, d]));
        TimeDelta::milliseconds(part >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_bounded_and_the_same_each_time(
            salt: u64, name in "[a-z]{1,9}", fire in 0..2_000_000_000_i64, interval in 60..10_000_000_i64,
        ) {
            let fire = DateTime::from_timestamp(fire, 0).expect("a time");
            let (jitter, next) = (Jitter::salted(salt), fire + TimeDelta::seconds(interval));
            let put_off = jitter.of_fire(&name, fire, next);
            prop_assert!(put_off >= TimeDelta::zero() && put_off < LONGEST && put_off < (next - fire) / 10);
            prop_assert_eq!(put_off, jitter.of_fire(&name, fire, next));
            prop_assert_eq!(Jitter::none().of_fire(&name, fire, next), TimeDelta::zero());
        }
    }

    #[test]
    fn it_spreads_names_fire_times_and_processes() {
        let fire = |day: i64| DateTime::from_timestamp(1_767_000_000 + day * 86_400, 0).expect("a time");
        let at = |salt, name: &str, day| Jitter::salted(salt).of_fire(name, fire(day), fire(day + 1));
        let mut seen: Vec<TimeDelta> = (0..100).map(|salt| at(salt, "ascof", 0)).collect();
        seen.extend((1..100).map(|day| at(0, "ascof", day)));
        seen.extend((0..100).map(|number| at(0, &format!("c{number}"), 0)));
        let parts: std::collections::BTreeSet<i64> = seen.iter().map(|it| it.num_seconds() / 30).collect();
        assert_eq!(parts, (0..10).collect(), "every half minute of the five is used");
    }
}
