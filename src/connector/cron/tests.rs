use super::*;
use proptest::prelude::*;

fn cron(text: &str) -> Cron {
    text.parse().expect("a cron")
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// Every fire time after one moment and up to another.
fn fires(text: &str, after: &str, until: &str) -> Vec<String> {
    let (cron, until) = (cron(text), time(until));
    let next = |moment: &DateTime<Utc>| cron.next_after(*moment).filter(|fire| *fire <= until);
    let first = next(&time(after));
    std::iter::successors(first, next).map(|fire| fire.format("%d %H:%M").to_string()).collect()
}

#[test]
fn summer_time_moves_the_fire_time() {
    assert_eq!(cron("30 9 * * *").next_after(time("2026-01-05T12:00:00Z")), Some(time("2026-01-06T09:30:00Z")));
    assert_eq!(cron("30 9 * * *").next_after(time("2026-07-05T12:00:00Z")), Some(time("2026-07-06T08:30:00Z")));
}

/// On 29 March 2026 the clocks go from 01:00 GMT to 02:00 BST.
#[test]
fn a_time_that_march_leaves_out_fires_once_right_after() {
    let weekend = |text| fires(text, "2026-03-27T23:59:00Z", "2026-03-30T23:00:00Z");
    assert_eq!(weekend("30 1 * * *"), ["28 01:30", "29 01:00", "30 00:30"]);
    assert_eq!(
        weekend("0,15,30 1 * * *"),
        ["28 01:00", "28 01:15", "28 01:30", "29 01:00", "30 00:00", "30 00:15", "30 00:30"]
    );
    assert_eq!(weekend("0 1,2 * * *"), ["28 01:00", "28 02:00", "29 01:00", "30 00:00", "30 01:00"]);
    assert_eq!(weekend("30 1 29 3 *"), ["29 01:00"]);
    let hours = |text| fires(text, "2026-03-28T23:00:00Z", "2026-03-29T03:00:00Z");
    assert_eq!(hours("30 * * * *"), ["28 23:30", "29 00:30", "29 01:30", "29 02:30"]);
}

/// On 25 October 2026 the clocks go from 02:00 BST back to 01:00 GMT.
#[test]
fn a_time_that_comes_twice_in_october_fires_once() {
    let weekend = |text| fires(text, "2026-10-23T23:59:00Z", "2026-10-26T23:00:00Z");
    assert_eq!(weekend("30 1 * * *"), ["24 00:30", "25 00:30", "26 01:30"]);
    assert_eq!(weekend("0,30 1 * * *"), ["24 00:00", "24 00:30", "25 00:00", "25 00:30", "26 01:00", "26 01:30"]);
    assert_eq!(weekend("0 1,2 * * *"), ["24 00:00", "24 01:00", "25 00:00", "25 02:00", "26 01:00", "26 02:00"]);
    let hours = |text| fires(text, "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z");
    assert_eq!(hours("30 * * * *"), ["24 23:30", "25 00:30", "25 01:30", "25 02:30"]);

    let daily = cron("30 1 * * *");
    let in_the_second_hour = time("2026-10-25T01:10:00Z");
    assert_eq!(daily.newest_by(in_the_second_hour), Some(time("2026-10-25T00:30:00Z")));
    assert_eq!(daily.next_after(in_the_second_hour), Some(time("2026-10-26T01:30:00Z")));
}

#[test]
fn leap_days_and_month_ends() {
    let next = |text, after| cron(text).next_after(time(after)).map(|fire| fire.to_rfc3339());
    assert_eq!(next("0 6 29 2 *", "2026-01-01T00:00:00Z").as_deref(), Some("2028-02-29T06:00:00+00:00"));
    assert_eq!(cron("0 6 29 2 *").newest_by(time("2026-01-01T00:00:00Z")), Some(time("2024-02-29T06:00:00Z")));
    assert_eq!(next("0 6 31 * *", "2026-01-31T06:00:00Z").as_deref(), Some("2026-03-31T05:00:00+00:00"));
    assert_eq!(next("0 6 L * *", "2028-02-01T00:00:00Z").as_deref(), Some("2028-02-29T06:00:00+00:00"));
    assert_eq!(next("0 0 1 1 *", "2026-12-31T23:59:59Z").as_deref(), Some("2027-01-01T00:00:00+00:00"));
}

#[test]
fn at_a_fire_time_it_is_the_newest_and_not_the_next() {
    let (cron, fire) = (cron("30 9 * * MON-FRI"), time("2026-01-05T09:30:00Z"));
    assert_eq!(cron.newest_by(fire), Some(fire));
    assert_eq!(cron.newest_by(fire + TimeDelta::milliseconds(500)), Some(fire));
    assert_eq!(cron.newest_by(fire - TimeDelta::milliseconds(500)), Some(time("2026-01-02T09:30:00Z")));
    assert_eq!(cron.next_after(fire), Some(time("2026-01-06T09:30:00Z")));
    assert_eq!(cron.next_after(fire - TimeDelta::milliseconds(500)), Some(fire));
}

#[test]
fn what_is_no_cron_is_refused_with_what_is_expected() {
    for wrong in ["", "9 * * *", "0 30 9 * * MON", "@daily", "61 9 * * *", "30 25 * * *", "30 9 * * MOX", "soon"] {
        let error = wrong.parse::<Cron>().expect_err(wrong);
        assert!(error.contains(&format!("`{wrong}`")) && error.contains("30 9 * * MON-FRI"), "{error}");
    }
    let error = "0 0 30 2 *".parse::<Cron>().expect_err("there is no such day");
    assert!(error.contains("never fires"), "{error}");
}

/// Expressions of every kind, and each of them with the fields that matter to a clock change.
fn any_cron() -> impl Strategy<Value = Cron> {
    let minute = prop_oneof![Just("*/7".to_owned()), Just("0,30".into()), (0..60u32).prop_map(|it| it.to_string())];
    let hour = prop_oneof![
        Just("*".to_owned()),
        Just("0-3".into()),
        Just("*/2".into()),
        (0..24u32).prop_map(|it| it.to_string())
    ];
    let day = prop_oneof![Just("*".to_owned()), Just("L".into()), (1..29u32).prop_map(|it| it.to_string())];
    let weekday = prop_oneof![Just("*"), Just("MON-FRI"), Just("SUN"), Just("SUN#L")];
    (minute, hour, day, weekday)
        .prop_map(|(minute, hour, day, weekday)| cron(&format!("{minute} {hour} {day} * {weekday}")))
}

/// Moments of some years, half of them on the weekends of clock changes.
fn any_moment() -> impl Strategy<Value = DateTime<Utc>> {
    let change = prop_oneof![Just("2026-03-29T01:00:00Z"), Just("2026-10-25T01:00:00Z")];
    prop_oneof![
        (1_700_000_000_000_i64..1_950_000_000_000).prop_map(|ms| DateTime::from_timestamp_millis(ms).expect("a time")),
        (change, -10_800..10_800_i64).prop_map(|(change, seconds)| time(change) + TimeDelta::seconds(seconds)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The newest lies at or before a moment, the next behind it, and nothing between them.
    #[test]
    fn no_fire_time_is_skipped_or_comes_twice(cron in any_cron(), moment in any_moment()) {
        let (newest, next) = (cron.newest_by(moment).expect("newest"), cron.next_after(moment).expect("next"));
        prop_assert!(newest <= moment && moment < next, "{cron}: {newest} {moment} {next}");
        prop_assert_eq!(cron.next_after(newest), Some(next), "{}", &cron);
        prop_assert_eq!(cron.newest_by(next), Some(next), "{}", &cron);
        prop_assert_eq!(cron.newest_by(next - TimeDelta::seconds(1)), Some(newest), "{}", &cron);
    }

    /// Every wall-clock minute that the fields match fires, seen from any moment of the hours before it.
    #[test]
    fn every_matching_minute_fires(cron in any_cron(), moment in any_moment()) {
        let until = moment + TimeDelta::hours(5);
        let first = cron.next_after(moment);
        let fired: Vec<_> = std::iter::successors(first, |fire| cron.next_after(*fire)).take_while(|it| *it <= until).collect();
        let mut minute = moment.trunc_subsecs(0) - TimeDelta::seconds(moment.timestamp() % 60);
        while minute < until {
            minute += TimeDelta::minutes(1);
            let wall = minute.with_timezone(&London).naive_local();
            let again = reached(wall) != Some(minute) && !cron.every_hour;
            let matches = cron.pattern.is_time_matching(&wall).expect("a match");
            if matches && !again && minute <= until {
                prop_assert!(fired.contains(&minute), "{cron} should fire at {minute}: {fired:?}");
            }
            // Right after the hour that March leaves out, what was left out fires.
            let after_the_gap = reached(wall - TimeDelta::hours(1)) == Some(minute);
            prop_assert!(matches && !again || after_the_gap || !fired.contains(&minute), "{cron} should not fire at {minute}");
        }
    }
    /// Whatever a manifest says is a cron or is refused with its own words.
    #[test]
    fn no_text_panics(text in "[0-9*/,LW#?A-Z -]{0,24}|\\PC{0,24}") {
        match text.parse::<Cron>() {
            Ok(cron) => {
                let next = cron.next_after(time("2026-01-01T00:00:00Z"));
                prop_assert!(next.is_none_or(|next| next > time("2026-01-01T00:00:00Z")), "{}", text);
            }
            Err(said) => prop_assert!(said.contains(&text), "{}", said),
        }
    }
}
