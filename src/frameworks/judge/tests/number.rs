//! At-or-below, at-or-above, maintain.

use super::*;

#[test]
fn a_number_is_met_by_the_whole_interval() {
    let at_most = |value| TargetKind::AtOrBelow { value, baseline: Some(baseline(2019)) };
    let mut rate = case(LowIsGood, &[limited(2020, 557.4, 540.0, 575.0)]);
    rate.indicator.unit = "per-100k".into();
    is(
        &rate.judged(at_most(555.0)),
        Status::TooCloseToTell,
        "Happy people in Ashby was 557.4 per 100,000 in 2020/21, above the target of 555 per 100,000 or less, which may be \
         chance, as the target lies within the 95% limits (540 to 575)",
    );
    is(
        &rate.judged(at_most(500.0)),
        Status::NotMet,
        "Happy people in Ashby was 557.4 per 100,000 in 2020/21, above the target of 500 per 100,000 or less, beyond \
         chance, as the target lies outside the 95% limits (540 to 575)",
    );
    assert!(rate.judged(at_most(557.4)).reason.contains("exactly the target"));
    for (value, status) in [
        (600.0, Status::Met),
        (575.06, Status::Met),
        // A limit on the number, or as near as rounding to a tenth goes, is no side.
        (575.04, Status::TooCloseToTell),
        (575.0, Status::TooCloseToTell),
        (540.0, Status::TooCloseToTell),
        (539.9, Status::NotMet),
    ] {
        assert_eq!(rate.judged(at_most(value)).status, status, "{value}");
    }
    assert_eq!(rate.judged(TargetKind::AtOrAbove { value: 560.0, baseline: None }).status, Status::TooCloseToTell);
    assert_eq!(rate.judged(TargetKind::AtOrAbove { value: 500.0, baseline: None }).status, Status::Met);
    rate.points[0].limits = None;
    let without = rate.judged(at_most(10.0));
    assert_eq!(without.status, Status::NotAssessable);
    assert!(without.reason.contains("557.4 per 100,000 in 2020/21, above the target of 10"), "{}", without.reason);
}

#[test]
fn before_its_day_a_number_is_held_against_the_straight_line() {
    let at_most = TargetKind::AtOrBelow { value: 40.0, baseline: Some(baseline(2019)) };
    // Two of four years gone on the way from 60 to 40: the line is at 50.
    let own = |year, value: f64| limited(year, value, value - 1.01, value + 1.01);
    let towards = |now| case(LowIsGood, &[own(2019, 60.0), own(2021, now)]).by("2024-03-31");
    is(
        &towards(45.0).judged(at_most.clone()),
        Status::OnTrack,
        "Happy people in Ashby was 45% in 2021/22, above the target of 40% or less, beyond chance, as the target lies outside \
         the 95% limits (44 to 46); better than the straight line from 60% in 2019/20, the baseline, which is at 50%, beyond \
         chance; the target is to be reached by 31 March 2024",
    );
    for (now, status) in
        [(50.0, Status::TooCloseToTell), (51.0, Status::TooCloseToTell), (55.0, Status::OffTrack), (38.0, Status::Met)]
    {
        assert_eq!(towards(now).judged(at_most.clone()).status, status, "{now}");
    }
    assert_eq!(towards(42.0).by("2022-03-31").judged(at_most.clone()).status, Status::NotMet);
    let awaited = Case { day: "2024-06-01", ..towards(45.0) }.judged(at_most.clone());
    assert!(
        awaited.reason.ends_with("the target was to be reached by 31 March 2024, of which there is no figure yet"),
        "{}",
        awaited.reason
    );
    // From a baseline that is better than the number the line is level.
    let from_better = case(LowIsGood, &[own(2019, 30.0), own(2021, 38.0)]).by("2024-03-31");
    assert_eq!(from_better.judged(at_most.clone()).status, Status::Met);
    let from_better = case(LowIsGood, &[own(2019, 30.0), own(2021, 43.0)]).by("2024-03-31");
    assert_eq!(from_better.judged(at_most.clone()).status, Status::OffTrack);
    let without = case(LowIsGood, &[own(2021, 50.0)]).by("2024-03-31").judged(at_most);
    assert_eq!(without.status, Status::NotAssessable);
    assert!(without.reason.contains("for 2019/20, the baseline"), "{}", without.reason);
}

#[test]
fn what_is_maintained_is_shown_to_be_no_worse() {
    let maintain = || TargetKind::Maintain { baseline: baseline(2019) };
    let own = |year, value: f64, half: f64| limited(year, value, value - half, value + half);
    for (now, half, status) in [
        (60.0, 2.01, Status::Met),
        (50.0, 2.01, Status::Met),
        (49.0, 2.01, Status::Met),
        // The margin is a tenth of 50: with these limits a worsening by 5 points cannot be left out.
        (47.0, 2.01, Status::TooCloseToTell),
        (50.0, 6.01, Status::TooCloseToTell),
        (40.0, 2.01, Status::NotMet),
    ] {
        let judged = case(HighIsGood, &[own(2019, 50.0, half), own(2021, now, half)]).judged(maintain());
        assert_eq!(judged.status, status, "{now}: {}", judged.reason);
    }
    let mut years = case(HighIsGood, &[own(2019, 60.0, 1.01), own(2021, 60.0, 1.01)]);
    years.indicator.value_type = ValueType::LifeExpectancy;
    assert_eq!(years.judged(maintain()).status, Status::TooCloseToTell, "a tenth of 60 years is no margin");
    let without = case(HighIsGood, &[point(2019, 50.0), point(2021, 49.0)]).by("2030-03-31").judged(maintain());
    is(
        &without,
        Status::NotAssessable,
        "Happy people in Ashby was 49% in 2021/22, lower than the 50% of 2019/20, the baseline, and as not both figures have \
         95% limits it is unknown whether the change is more than chance; the target is to be reached by 31 March 2030",
    );
}
