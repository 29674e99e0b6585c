//! Close-gap.

use super::*;

/// A place and England at both times, the place's limits half so wide, England's exact.
fn gap_case_of(then: (f64, f64), now: (f64, f64), half: f64) -> Case {
    let own = |year, value: f64| limited(year, value, value - half, value + half);
    let mut case = case(HighIsGood, &[own(2019, then.0), own(2021, now.0)]);
    let exact = |year, value| limited(year, value, value, value);
    case.comparator = Some(member("England", &[exact(2019, then.1), exact(2021, now.1)]));
    case
}

fn gap_case(then: (f64, f64), now: (f64, f64)) -> Case {
    gap_case_of(then, now, 1.01)
}

#[test]
fn a_gap_is_counted_against_the_comparator_of_the_same_period() {
    let judged = gap_case((50.0, 60.0), (58.0, 64.0)).judged(close(1.0));
    is(
        &judged,
        Status::Improving,
        "Happy people in Ashby was 58% in 2021/22 against 64% for England, 6 percentage points behind (95% limits 5 to 7), and \
         50% in 2019/20, the baseline, against 60%, 10 percentage points behind (95% limits 9 to 11): the gap narrowed beyond \
         chance, as the limits of the two gaps do not overlap, all of it is to be closed, and the place's own figure got better \
         beyond chance",
    );
    let roles: Vec<_> = judged.used.iter().map(|u| u.role).collect();
    assert_eq!(roles, [Role::Current, Role::Baseline, Role::Comparator, Role::ComparatorBaseline]);
}

#[test]
fn a_gap_is_judged_by_its_limits_by_whose_doing_it_is_and_by_its_day() {
    use Status::{
        GapClosingBothWorse, GapClosingComparatorWorse, Improving, Met, NoDetectableChange, NotApplicable, NotMet,
        OffTrack, OnTrack, TooCloseToTell, Worsening,
    };
    let (reached, half_way) = (Some("2022-03-31"), Some("2024-03-31"));
    for (then, now, share, day, status) in [
        // No gap then: limits of the gap are the place's, 1.0 to each side.
        ((59.5, 60.0), (59.5, 60.0), 1.0, None, NotApplicable),
        ((62.0, 60.0), (61.0, 60.0), 1.0, None, NotApplicable),
        ((62.0, 60.0), (57.0, 60.0), 1.0, None, Worsening),
        ((59.5, 60.0), (58.5, 60.0), 1.0, None, NoDetectableChange),
        ((62.0, 60.0), (57.0, 60.0), 1.0, reached, NotMet),
        // A gap then.
        ((50.0, 60.0), (64.0, 64.0), 1.0, None, Met),
        ((50.0, 60.0), (63.0, 64.0), 1.0, None, Improving),
        ((50.0, 60.0), (51.0, 60.0), 1.0, None, NoDetectableChange),
        ((50.0, 60.0), (50.0, 64.0), 1.0, None, Worsening),
        ((50.0, 60.0), (53.0, 66.0), 1.0, None, Worsening),
        // England fell; the place fell too, stood still, or rose by less than England fell.
        ((50.0, 60.0), (48.0, 52.0), 1.0, None, GapClosingBothWorse),
        ((50.0, 60.0), (50.0, 55.0), 1.0, None, GapClosingComparatorWorse),
        ((50.0, 60.0), (50.5, 50.0), 1.0, None, GapClosingComparatorWorse),
        ((50.0, 60.0), (54.0, 58.0), 1.0, None, Improving),
        // Half of the gap.
        ((50.0, 60.0), (57.0, 60.0), 0.5, None, Met),
        ((50.0, 60.0), (55.2, 60.0), 0.5, None, Improving),
        // On the day.
        ((50.0, 60.0), (58.0, 64.0), 1.0, reached, NotMet),
        ((50.0, 60.0), (63.5, 64.0), 1.0, reached, TooCloseToTell),
        ((50.0, 60.0), (64.0, 64.0), 1.0, reached, Met),
        ((50.0, 60.0), (55.2, 60.0), 0.5, reached, TooCloseToTell),
        // Two of four years gone: half has to be closed.
        ((50.0, 60.0), (57.0, 60.0), 1.0, half_way, OnTrack),
        ((50.0, 60.0), (55.2, 60.0), 1.0, half_way, TooCloseToTell),
        ((50.0, 60.0), (53.0, 60.0), 1.0, half_way, OffTrack),
        // Half of the gap, and half of the time: better than the line, and short of the end.
        ((50.0, 60.0), (54.5, 60.0), 0.5, half_way, OnTrack),
        ((50.0, 60.0), (50.0, 52.0), 1.0, half_way, GapClosingComparatorWorse),
    ] {
        let judged = Case { by: day, ..gap_case(then, now) }.judged(close(share));
        assert_eq!(judged.status, status, "{then:?} {now:?} {share} {day:?}: {}", judged.reason);
    }
    let both = gap_case((50.0, 60.0), (48.0, 52.0)).judged(close(1.0));
    assert!(
        both.reason.ends_with("but because England got worse: the place's own figure did not change beyond chance"),
        "{}",
        both.reason
    );
    let wide = gap_case_of((50.0, 60.0), (58.0, 60.0), 6.0).judged(close(1.0));
    assert_eq!(wide.status, NoDetectableChange, "{}", wide.reason);
}

#[test]
fn a_gap_without_limits_is_not_assessed_and_its_numbers_are_given() {
    let mut case = gap_case((50.0, 60.0), (64.0, 64.0));
    case.points[0].limits = None;
    let judged = case.judged(close(1.0));
    assert_eq!(judged.status, Status::NotAssessable);
    assert!(judged.reason.contains("64% for England, level, and 50% in 2019/20"), "{}", judged.reason);
    assert!(judged.reason.contains("not all four figures have 95% limits"), "{}", judged.reason);
}

#[test]
fn a_missing_figure_of_the_comparator_is_named() {
    let mut case = gap_case((50.0, 60.0), (58.0, 64.0));
    case.comparator = Some(member("England", &[point(2018, 60.0), point(2019, 60.0)]));
    is(
        &case.judged(close(1.0)),
        Status::NotAssessable,
        "There is no figure of Happy people for England for 2021/22, to which the gap is counted; the hub's figures for \
         England run from 2018/19 to 2019/20",
    );
    case.comparator = Some(member("England", &[missing(2019, MissingKind::NotAvailable), point(2021, 60.0)]));
    is(
        &case.judged(close(1.0)),
        Status::NotAssessable,
        "The figure of Happy people for England for 2019/20, to which the gap at the baseline is counted, is published as \
         not available",
    );
    case.comparator = None;
    is(
        &case.judged(close(1.0)),
        Status::NotAssessable,
        "There are no figures of Happy people for E-England, to which the gap is counted",
    );
}
