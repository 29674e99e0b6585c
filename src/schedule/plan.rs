//! What to run now, and when to look again.

use super::Look;
use super::decision::backoff;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// How long at most until the next look: this is how another hub's run, a new connector, or a machine that slept is noticed.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// The least time between two attempts at one connector in this process, whatever the store says of the first.
const BETWEEN_TRIES: TimeDelta = TimeDelta::minutes(1);

/// Connectors that this process leaves alone for a while, because a try left no trace in the store: it could not be
/// reached, another hub holds the lease, or what the connector needs does not publish.
#[derive(Debug, Default)]
pub struct Held {
    until: BTreeMap<String, (usize, DateTime<Utc>)>,
}

impl Held {
    /// A try was made: the next one comes a minute later at the earliest.
    pub fn tried(&mut self, name: &str, now: DateTime<Utc>) {
        self.until.insert(name.to_owned(), (0, now + BETWEEN_TRIES));
    }

    /// A try failed without a trace: it waits as a failed run does.
    pub fn failed(&mut self, name: &str, now: DateTime<Utc>) {
        let failures = self.until.get(name).map_or(0, |(failures, _)| *failures) + 1;
        self.until.insert(name.to_owned(), (failures, now + backoff(failures).max(BETWEEN_TRIES)));
    }

    fn until(&self, name: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.until.get(name).map(|(_, until)| *until).filter(|until| *until > now)
    }
}

/// What to run now, and when to look again.
#[derive(Debug)]
pub struct Plan {
    /// Connectors to run, one after another: those that others may need first, then by how long they are due.
    pub run: Vec<Look>,
    /// When to look again, where nothing is to run.
    pub wake: DateTime<Utc>,
}

/// Plans. A pure function of what was seen.
#[must_use]
pub fn plan(looks: Vec<Look>, held: &Held, now: DateTime<Utc>) -> Plan {
    let mut plan = Plan { run: Vec::new(), wake: now + LOOK_AGAIN };
    for look in looks {
        match held.until(&look.connector.name, now) {
            Some(until) if look.decision.due => plan.wake = plan.wake.min(until),
            None if look.decision.due => plan.run.push(look),
            _ => plan.wake = look.decision.at.map_or(plan.wake, |at| plan.wake.min(at)),
        }
    }
    let order = |look: &Look| (!look.connector.needs().is_empty(), look.decision.at, look.connector.name.clone());
    plan.run.sort_by_cached_key(order);
    // A moment that is past already would have been due; should the clock disagree, it is not asked without a pause.
    plan.wake = plan.wake.max(now + TimeDelta::seconds(1));
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::Library;
    use crate::schedule::{Decision, Reason};

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    const NOW: &str = "2026-01-05T09:30:00Z";

    fn look(name: &str, due: bool, at: &str) -> Look {
        Look {
            connector: Library::open(None).expect("connectors").get(name).expect("a connector"),
            decision: Decision { due, at: Some(time(at)), reason: Reason::NotDue },
            newest_run: DateTime::<Utc>::MIN_UTC,
            released: None,
            freshness: None,
        }
    }

    fn names(plan: &Plan) -> Vec<&str> {
        plan.run.iter().map(|look| look.connector.name.as_str()).collect()
    }

    #[test]
    fn what_is_due_runs_in_the_order_of_need_and_of_waiting() {
        let looks = vec![
            look("fingertips", true, "2026-01-05T09:29:00Z"),
            look("ons-local-statistics", true, "2026-01-05T09:10:00Z"),
            look("trafford-data-lab", false, "2026-01-05T09:33:00Z"),
            look("uk-geography", true, NOW),
        ];
        let plan = plan(looks, &Held::default(), time(NOW));
        assert_eq!(names(&plan), ["uk-geography", "ons-local-statistics", "fingertips"]);
        assert_eq!(plan.wake, time("2026-01-05T09:33:00Z"));
    }

    #[test]
    fn it_looks_again_within_five_minutes_and_never_at_once() {
        let far = plan(vec![look("fingertips", false, "2026-02-01T00:00:00Z")], &Held::default(), time(NOW));
        assert_eq!(far.wake, time("2026-01-05T09:35:00Z"));
        assert_eq!(plan(Vec::new(), &Held::default(), time(NOW)).wake, time("2026-01-05T09:35:00Z"));
        let past = plan(vec![look("fingertips", false, "2026-01-05T09:00:00Z")], &Held::default(), time(NOW));
        assert_eq!(past.wake, time("2026-01-05T09:30:01Z"));
    }

    #[test]
    fn a_try_without_a_trace_is_not_repeated_at_once() {
        let due = || vec![look("fingertips", true, NOW)];
        let mut held = Held::default();
        let (mut now, mut waits) = (time(NOW), Vec::new());
        for _ in 0..4 {
            assert_eq!(names(&plan(due(), &held, now)), ["fingertips"]);
            held.failed("fingertips", now);
            let until = now + backoff(waits.len() + 1);
            assert_eq!(names(&plan(due(), &held, until - TimeDelta::seconds(1))), Vec::<&str>::new());
            assert_eq!(plan(due(), &held, until - TimeDelta::seconds(30)).wake, until);
            waits.push((until - now).num_minutes());
            now = until;
        }
        assert_eq!(waits, [1, 2, 4, 8]);
        held.tried("fingertips", now);
        assert_eq!(plan(due(), &held, now).wake, now + BETWEEN_TRIES);
        assert_eq!(names(&plan(due(), &held, now + BETWEEN_TRIES)), ["fingertips"]);
    }
}
