use super::*;
use crate::outcomes::{Counts, LandedFile};
use proptest::prelude::*;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A run of one minute.
fn run(started_at: DateTime<Utc>, outcome: Outcome) -> Run {
    Run {
        id: 1,
        dataset: "meals".into(),
        started_at,
        finished_at: (outcome != Outcome::Running).then(|| started_at + TimeDelta::minutes(1)),
        outcome,
        release: None,
        figures: Counts::default(),
        reference: Counts::default(),
        files: Vec::new(),
        error: None,
        error_code: None,
        warnings: vec![],
        inputs: None,
    }
}

fn ran(started_at: &str, outcome: Outcome) -> Run {
    run(time(started_at), outcome)
}

/// The decision for a schedule of every working day at half past nine.
fn decided(runs: &[Run], now: &str) -> Decision {
    let cron = "30 9 * * MON-FRI".parse().expect("a cron");
    let known = Known { name: "meals", by_hand: None, cron: Some(&cron), withdrawn: None, runs };
    decide(known, Jitter::none(), time(now))
}

const MONDAY: &str = "2026-01-05T09:30:00Z";
const TUESDAY: &str = "2026-01-06T09:30:00Z";

#[test]
fn what_never_ran_is_due() {
    let decision = decided(&[], "2026-01-04T12:00:00Z");
    assert!(decision.due);
    assert_eq!(decision.reason, Reason::NeverRun);
}

#[test]
fn a_fire_time_is_answered_once() {
    let friday = ran("2026-01-02T09:30:01Z", Outcome::Published);
    let waits = decided(std::slice::from_ref(&friday), "2026-01-05T09:29:59Z");
    assert_eq!(waits, Decision { due: false, at: Some(time(MONDAY)), reason: Reason::NotDue });
    assert_eq!(waits.to_string(), "not due until 2026-01-05 09:30 UTC");
    let due = decided(std::slice::from_ref(&friday), MONDAY);
    assert_eq!((due.due, &due.reason), (true, &Reason::Fired { fire: time(MONDAY) }));
    for outcome in [Outcome::Published, Outcome::Unchanged] {
        let runs = [ran(MONDAY, outcome), friday.clone()];
        assert_eq!(decided(&runs, "2026-01-05T09:31:00Z").at, Some(time(TUESDAY)));
        assert!(decided(&runs, TUESDAY).due);
    }
}

#[test]
fn what_was_missed_in_three_weeks_is_caught_up_once() {
    let long_ago = ran("2025-12-15T09:30:00Z", Outcome::Published);
    let due = decided(std::slice::from_ref(&long_ago), "2026-01-05T14:00:00Z");
    assert_eq!((due.due, due.reason), (true, Reason::Fired { fire: time(MONDAY) }));
    let runs = [ran("2026-01-05T14:00:01Z", Outcome::Unchanged), long_ago];
    assert!(!decided(&runs, "2026-01-06T09:29:59Z").due);
}

#[test]
fn a_failure_is_tried_again_ever_less_often_until_the_next_fire_time() {
    let mut runs: Vec<Run> = Vec::new();
    let mut now = time(MONDAY);
    let mut waits = Vec::new();
    for number in 1..=9 {
        runs.insert(0, run(now, if number % 2 == 0 { Outcome::Stopped } else { Outcome::Unreadable }));
        let ended = now + TimeDelta::minutes(1);
        let decision = decided(&runs, &ended.to_rfc3339());
        let after = runs[0].outcome;
        assert_eq!((decision.due, &decision.reason), (false, &Reason::RetryWaits { number, after }));
        now = decision.at.expect("a retry");
        waits.push((now - ended).num_minutes());
        assert_eq!(decided(&runs, &now.to_rfc3339()).reason, Reason::Retry { number, after });
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    // The next fire time ends the waiting, and begins the count anew.
    runs.insert(0, ran("2026-01-06T09:29:00Z", Outcome::Unreadable));
    let waiting = decided(&runs, "2026-01-06T09:29:59Z");
    assert_eq!((waiting.due, waiting.at), (false, Some(time(TUESDAY))));
    assert_eq!(decided(&runs, TUESDAY).reason, Reason::Fired { fire: time(TUESDAY) });
    runs.insert(0, ran(TUESDAY, Outcome::Unreadable));
    assert_eq!(decided(&runs, TUESDAY).reason, Reason::RetryWaits { number: 1, after: Outcome::Unreadable });
}

#[test]
fn a_refusal_waits_for_the_next_fire_time() {
    let runs = [ran("2026-01-05T09:40:00Z", Outcome::Refused), ran(MONDAY, Outcome::Unreadable)];
    let decision = decided(&runs, "2026-01-05T20:00:00Z");
    assert_eq!(decision, Decision { due: false, at: Some(time(TUESDAY)), reason: Reason::Refused });
    assert!(decided(&runs, TUESDAY).due);
    // A person mended the cause and synced again.
    let mended = [ran("2026-01-05T12:00:00Z", Outcome::Published), runs[0].clone()];
    assert_eq!(decided(&mended, "2026-01-05T20:00:00Z").reason, Reason::NotDue);
}

#[test]
fn a_run_that_was_left_open_is_tried_again() {
    let runs = [ran(MONDAY, Outcome::Running)];
    assert_eq!(
        decided(&runs, "2026-01-05T09:30:59Z").reason,
        Reason::RetryWaits { number: 1, after: Outcome::Running }
    );
    assert_eq!(decided(&runs, "2026-01-05T09:31:00Z").reason, Reason::Retry { number: 1, after: Outcome::Running });
}

#[test]
fn files_given_by_hand_do_not_answer_a_fire_time() {
    let mut by_hand = ran("2026-01-05T09:31:00Z", Outcome::Published);
    by_hand.files.push(LandedFile {
        resource: "meals".into(),
        name: "meals.csv".into(),
        source: crate::outcomes::BY_HAND.into(),
        sha256: String::new(),
        bytes: 1,
        rows: 1,
    });
    assert!(decided(&[by_hand.clone()], "2026-01-05T09:32:00Z").due);
    assert!(!decided(&[by_hand, ran(MONDAY, Outcome::Unchanged)], "2026-01-05T09:32:00Z").due);
}

#[test]
fn what_no_machine_can_fetch_is_left_to_a_person() {
    let cron: Cron = "30 9 * * *".parse().expect("a cron");
    let known = Known { name: "meals", by_hand: Some("referrals"), cron: Some(&cron), withdrawn: None, runs: &[] };
    let decision = decide(known, Jitter::none(), time(MONDAY));
    assert_eq!((decision.due, decision.at), (false, None));
    assert!(decision.to_string().contains("`referrals`"), "{decision}");
    let decision = decide(Known { by_hand: None, cron: None, ..known }, Jitter::none(), time(MONDAY));
    assert_eq!((decision.due, decision.reason), (false, Reason::Unscheduled));
    let on = "2026-01-04".parse().expect("a day");
    let decision = decide(Known { withdrawn: Some(on), by_hand: None, ..known }, Jitter::none(), time(MONDAY));
    assert_eq!((decision.due, decision.at, decision.reason), (false, None, Reason::Withdrawn { on }));
}

/// 01:30 comes twice on 25 October 2026, and is not there on 29 March 2026.
#[test]
fn a_night_of_a_clock_change_has_one_run() {
    for (hour, fire) in
        [("2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z"), ("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z")]
    {
        let cron: Cron = "30 1 * * *".parse().expect("a cron");
        let mut runs = vec![run(time(hour) - TimeDelta::days(1), Outcome::Published)];
        runs.insert(0, run(time(hour) - TimeDelta::hours(12), Outcome::Published));
        let mut started = Vec::new();
        for minute in 0..240 {
            let now = time(hour) + TimeDelta::minutes(minute);
            let known = Known { name: "meals", by_hand: None, cron: Some(&cron), withdrawn: None, runs: &runs };
            if decide(known, Jitter::none(), now).due {
                started.push(now);
                runs.insert(0, run(now, Outcome::Unchanged));
            }
        }
        assert_eq!(started, [time(fire)]);
    }
}

proptest! {
    /// Whatever failed and whenever: what is not due says when it will be, and then it is.
    #[test]
    fn what_waits_is_due_when_it_says(
        salt: u64, ago in proptest::collection::vec((0..5_000_i64, 0..Outcome::ALL.len()), 1..9), now in 0..600_000_i64,
    ) {
        let cron: Cron = "*/20 6-20 * * *".parse().expect("a cron");
        let now = time("2026-03-25T00:00:00Z") + TimeDelta::seconds(now);
        let mut runs: Vec<Run> =
            ago.iter().map(|(ago, outcome)| run(now - TimeDelta::seconds(*ago + 60), Outcome::ALL[*outcome])).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.started_at));
        let decided = |now| decide(Known { name: "m", by_hand: None, cron: Some(&cron), withdrawn: None, runs: &runs }, Jitter::salted(salt), now);
        let mut decision = decided(now);
        let mut looks = 0;
        while !decision.due {
            let at = decision.at.expect("a time");
            prop_assert!(at > now, "{decision:?}");
            decision = decided(at);
            looks += 1;
            prop_assert!(looks < 4, "it is put off again and again: {decision:?}");
        }
    }
}
