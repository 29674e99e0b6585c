//! Every kind of target by hand, and every figure that can be missing.

use super::judge;
use crate::frameworks::{
    Baseline, Comparator, Evidence, Judgement, Member, Neighbours, Peers, Place, Point, Role, Standing, Status, Target,
    TargetKind,
};
use crate::outcomes::{Figure, Indicator, MissingKind, Period, Polarity, ValueType};
use proptest::prelude::*;

fn period(year: i32) -> Period {
    Period::parse(&format!("{year}-04-01/P1Y")).expect("a period")
}

fn point(year: i32, value: f64) -> Point {
    Point {
        caveats: Vec::new(),
        revised: false,
        period: period(year),
        value: Figure::Number(value),
        limits: None,
        count: None,
        denominator: None,
        note: None,
        combined_with: None,
        dataset: "ascof".into(),
        release: 1,
        put_together: None,
    }
}

fn limited(year: i32, value: f64, lower: f64, upper: f64) -> Point {
    Point { limits: Some((lower, upper)), ..point(year, value) }
}

fn missing(year: i32, kind: MissingKind) -> Point {
    Point { value: Figure::Missing(kind), ..point(year, 0.0) }
}

fn place(name: &str) -> Place {
    Place { code: format!("E-{name}").into(), name: name.into() }
}

fn member(name: &str, points: &[Point]) -> Member {
    Member { place: place(name), points: points.into() }
}

fn baseline(year: i32) -> Baseline {
    Baseline { period: period(year), standing: Standing::Stated, why: None }
}

/// What a target is judged by, with everything that may be left out left out.
struct Case {
    indicator: Indicator,
    points: Vec<Point>,
    comparator: Option<Member>,
    neighbours: Option<Neighbours>,
    peers: Peers,
    by: Option<&'static str>,
    day: &'static str,
    max_age: u32,
    promise: bool,
}

fn case(polarity: Polarity, points: &[Point]) -> Case {
    let indicator = Indicator {
        id: "happy".into(),
        name: "Happy people".into(),
        definition: None,
        unit: "percent".into(),
        value_type: ValueType::Proportion,
        polarity,
        multiplier: Some(100.0),
        numerator: None,
        denominator: None,
        source_url: None,
        same_as: None,
        prefer: Vec::new(),
    };
    let peers = Peers { name: "councils of England".into(), members: Vec::new() };
    Case {
        indicator,
        points: points.to_vec(),
        comparator: None,
        neighbours: None,
        peers,
        by: None,
        day: "2022-12-31",
        max_age: 36,
        promise: true,
    }
}

impl Case {
    fn by(mut self, day: &'static str) -> Self {
        self.by = Some(day);
        self
    }

    fn judged(&self, kind: TargetKind) -> Judgement {
        let target = Target {
            id: "t".into(),
            kind,
            standing: Standing::Stated,
            by: self.by.map(|day| day.parse().expect("a day")),
            place_in_text: "page 1".into(),
        };
        judge(
            &target,
            &Evidence {
                indicator: &self.indicator,
                group: "",
                place: &place("Ashby"),
                points: &self.points,
                comparator: self.comparator.as_ref(),
                neighbours: self.neighbours.as_ref(),
                peers: &self.peers,
                absence: "`ascof` was looked into and holds no figure of Ashby.",
                newer: "",
                day: self.day.parse().expect("a day"),
                max_age: self.max_age,
                promise: self.promise,
            },
        )
    }
}

#[track_caller]
fn is(judgement: &Judgement, status: Status, reason: &str) {
    assert_eq!((judgement.status, judgement.reason.as_str()), (status, reason));
}

fn increase() -> TargetKind {
    TargetKind::Increase { baseline: baseline(2019) }
}

fn reduce() -> TargetKind {
    TargetKind::Reduce { baseline: baseline(2019) }
}

use Polarity::{HighIsGood, LowIsGood};

#[test]
fn an_increase_beyond_chance_is_an_improvement() {
    let case = case(HighIsGood, &[limited(2019, 50.1, 48.0, 52.0), limited(2021, 55.0, 53.1, 57.0)]);
    let judgement = case.judged(increase());
    is(
        &judgement,
        Status::Improving,
        "Happy people in Ashby was 55% in 2021/22, higher than the 50.1% of 2019/20, the baseline, a difference beyond chance, as \
         the 95% limits do not overlap (53.1 to 57 against 48 to 52)",
    );
    let roles: Vec<Role> = judgement.used.iter().map(|used| used.role).collect();
    assert_eq!(roles, [Role::Current, Role::Baseline]);
    assert_eq!((judgement.method.name, judgement.method.version), ("increase", 2));
    assert_eq!((judgement.age_months, judgement.promise, judgement.sensitivity), (Some(8), true, None));
}

#[test]
fn a_change_is_judged_by_chance_and_by_its_day() {
    // Limits 2.01 wide on each side meet within 4 points, and lie apart beyond.
    let (ahead, reached) = ("2030-03-31", "2022-03-31");
    for (now, before, after) in [
        (60.0, Status::Improving, Status::Met),
        (54.0, Status::NoDetectableChange, Status::NoDetectableChange),
        (50.0, Status::NoDetectableChange, Status::NoDetectableChange),
        (47.0, Status::NoDetectableChange, Status::NoDetectableChange),
        (40.0, Status::Worsening, Status::NotMet),
    ] {
        let points = |now: f64| [limited(2019, 50.0, 47.99, 52.01), limited(2021, now, now - 2.01, now + 2.01)];
        let up = |day: Option<&'static str>, now: f64| {
            Case { by: day, ..case(HighIsGood, &points(now)) }.judged(increase()).status
        };
        let down = |day: Option<&'static str>, now: f64| {
            Case { by: day, ..case(LowIsGood, &points(now)) }.judged(reduce()).status
        };
        assert_eq!((up(None, now), up(Some(ahead), now), up(Some(reached), now)), (before, before, after), "{now}");
        let mirrored = 100.0 - now;
        let downs = (down(None, mirrored), down(Some(ahead), mirrored), down(Some(reached), mirrored));
        assert_eq!(downs, (before, before, after), "reduce to {mirrored}");
    }
}

#[test]
fn limits_that_touch_once_rounding_is_undone_are_no_difference() {
    // 53 and 52 to whole numbers may both be 52.5.
    let status = |lower, digits: f64| {
        case(HighIsGood, &[limited(2019, 50.0, 48.0, 52.0), limited(2021, 55.0 + digits, lower, 57.0)])
            .judged(increase())
            .status
    };
    assert_eq!(status(53.0, 0.0), Status::NoDetectableChange);
    assert_eq!(status(54.0, 0.0), Status::Improving);
    assert_eq!(status(53.0, 0.1), Status::Improving, "published to one decimal");
    assert_eq!(status(52.1, 0.0), Status::NoDetectableChange);
}

#[test]
fn without_limits_nothing_is_said_of_a_change_but_its_numbers() {
    let points = [point(2019, 80.0), point(2021, 10.0)];
    is(
        &case(HighIsGood, &points).judged(increase()),
        Status::NotAssessable,
        "Happy people in Ashby was 10% in 2021/22, lower than the 80% of 2019/20, the baseline, and as not both figures \
         have 95% limits it is unknown whether the change is more than chance",
    );
    assert_eq!(case(LowIsGood, &points).judged(reduce()).status, Status::NotAssessable);
    assert_eq!(case(LowIsGood, &points).by("2022-03-31").judged(reduce()).status, Status::NotAssessable);
}

fn counted(year: i32, count: f64, n: f64) -> Point {
    Point { count: Some(Figure::Number(count)), denominator: Some(Figure::Number(n)), ..point(year, 100.0 * count / n) }
}

#[test]
fn limits_are_computed_from_counts_where_they_can_be() {
    let mut case = case(HighIsGood, &[counted(2019, 500.0, 1_000.0), counted(2021, 600.0, 1_000.0)]);
    let judgement = case.judged(increase());
    assert_eq!(judgement.status, Status::Improving);
    // Wilson: 500 of 1,000 is 46.9 to 53.1; 600 of 1,000 is 56.9 to 63.0 (by hand).
    assert!(
        judgement.reason.contains("(computed from counts, 56.9 to 63 against 46.9 to 53.1)"),
        "{}",
        judgement.reason
    );
    case.indicator.numerator = Some("Weighted number of happy people".into());
    assert_eq!(case.judged(increase()).status, Status::NotAssessable, "weighted counts give no limits");
    case.indicator.numerator = None;
    case.points[1].count = Some(Figure::Missing(MissingKind::Suppressed));
    assert_eq!(case.judged(increase()).status, Status::NotAssessable, "a suppressed count gives no limits");
    case.points[1].count = Some(Figure::Number(100.0));
    assert_eq!(
        case.judged(increase()).status,
        Status::NotAssessable,
        "a count that the value is not made of gives no limits"
    );
}

/// Shares of 1,000 in single years, the first of them the baseline's.
fn yearly(shares: &[f64]) -> Vec<Point> {
    (2019..).zip(shares).map(|(year, share)| counted(year, *share * 10.0, 1_000.0)).collect()
}

#[test]
fn a_recent_trend_speaks_where_two_points_do_not() {
    let rising = case(HighIsGood, &yearly(&[50.0, 51.2, 52.4, 53.6, 55.2]));
    is(
        &rising.judged(increase()),
        Status::NoDetectableChange,
        "Happy people in Ashby was 55.2% in 2023/24, higher than the 50% of 2019/20, the baseline, a difference that may be \
         chance, as the 95% limits meet or overlap (computed from counts, 52.1 to 58.3 against 46.9 to 53.1); over its latest \
         five years it shows no trend beyond chance (p < 0.002 is asked)",
    );
    let rising = case(HighIsGood, &yearly(&[50.0, 50.5, 53.0, 55.5, 56.0]));
    let judged = rising.judged(increase());
    assert_eq!(judged.status, Status::Improving, "{}", judged.reason);
    assert!(judged.reason.ends_with("; over its latest five years it rose beyond chance (p < 0.002)"));
    assert_eq!(case(LowIsGood, &rising.points).judged(reduce()).status, Status::Worsening);
}

#[test]
fn where_the_trend_contradicts_the_two_points_that_is_said() {
    // Better than in 2019/20, and getting worse for five years.
    let judged = case(HighIsGood, &yearly(&[30.0, 60.0, 57.0, 54.0, 51.0, 48.0])).judged(increase());
    assert_eq!(judged.status, Status::Mixed, "{}", judged.reason);
    assert!(judged.reason.ends_with(
        "over its latest five years it fell beyond chance (p < 0.002), so that the two signs contradict each other"
    ));
    let level = case(HighIsGood, &yearly(&[30.0, 50.0, 50.0, 50.0, 50.0, 50.5])).judged(increase());
    assert_eq!(level.status, Status::Improving, "what improved long ago and is level now is better: {}", level.reason);
    let late = case(HighIsGood, &yearly(&[60.0, 40.0, 43.0, 46.0, 49.0, 52.0])).judged(increase());
    assert_eq!(late.status, Status::Mixed, "{}", late.reason);
}

#[test]
fn what_happened_before_the_baseline_is_no_change_since() {
    let mut points = yearly(&[50.0, 50.0]);
    for (year, share) in [(2015, 30.0), (2016, 35.0), (2017, 40.0), (2018, 45.0)] {
        points.insert(0, counted(year, share * 10.0, 1_000.0));
    }
    points.sort_by_key(|point| point.period);
    let judged = case(HighIsGood, &points).judged(increase());
    assert_eq!(judged.status, Status::NoDetectableChange, "{}", judged.reason);
}

fn monthly(values: &[f64]) -> Vec<Point> {
    let month = |at: usize| Period::parse(&format!("{}-{:02}-01/P1M", 2020 + at / 12, at % 12 + 1)).expect("a month");
    values.iter().enumerate().map(|(at, value)| Point { period: month(at), ..point(2020, *value) }).collect()
}

#[test]
fn from_thirteen_months_the_control_chart_speaks_and_needs_no_limits() {
    let usual = [20.0, 21.0, 19.5, 20.5, 20.0, 19.0, 21.0, 20.0, 19.5, 20.5, 20.0, 21.0, 19.5];
    let target = |case: &Case| {
        case.judged(TargetKind::Reduce {
            baseline: Baseline { period: case.points[0].period, standing: Standing::Stated, why: None },
        })
    };
    let level = target(&case(LowIsGood, &monthly(&[&usual[..], &[20.0]].concat())));
    assert_eq!(level.status, Status::NoDetectableChange, "{}", level.reason);
    assert!(level.reason.ends_with("14 points since then on a control chart shows common cause, which is chance"));
    let fallen = target(&case(LowIsGood, &monthly(&[&usual[..], &[12.0]].concat())));
    assert_eq!(fallen.status, Status::Improving, "{}", fallen.reason);
    assert!(fallen.reason.contains("shows special cause downwards, which is more than chance"), "{}", fallen.reason);
    let few = target(&case(LowIsGood, &monthly(&[20.0, 21.0, 12.0])));
    assert_eq!(few.status, Status::NotAssessable, "three months have no chart: {}", few.reason);
}

#[test]
fn every_missing_figure_of_the_place_is_named() {
    is(
        &case(HighIsGood, &[]).judged(increase()),
        Status::NotAssessable,
        "There is no figure of Happy people for Ashby: `ascof` was looked into and holds no figure of Ashby",
    );
    is(
        &case(HighIsGood, &[point(2020, 50.0), point(2022, 51.0)]).judged(increase()),
        Status::NotAssessable,
        "There is no figure of Happy people for Ashby for 2019/20, the baseline; the hub's figures for Ashby run from \
         2020/21 to 2022/23",
    );
    is(
        &case(HighIsGood, &[point(2020, 50.0)]).judged(increase()),
        Status::NotAssessable,
        "There is no figure of Happy people for Ashby for 2019/20, the baseline; the hub's only figure for Ashby is of \
         2020/21",
    );
    is(
        &case(HighIsGood, &[point(2019, 50.0)]).judged(increase()),
        Status::NotAssessable,
        "There is no figure of Happy people for Ashby after 2019/20, the baseline",
    );
    is(
        &case(HighIsGood, &[missing(2019, MissingKind::Suppressed), point(2020, 50.0)]).judged(increase()),
        Status::NotAssessable,
        "The figure of Happy people for Ashby for 2019/20, the baseline, is suppressed by its publisher",
    );
    for (value, says) in [
        (Figure::Missing(MissingKind::Suppressed), "is suppressed by its publisher"),
        (Figure::Missing(MissingKind::NotAvailable), "is published as not available"),
        (Figure::Missing(MissingKind::Withdrawn), "was withdrawn by its publisher"),
        (Figure::Unreliable(60.0), "is called unreliable by its publisher"),
    ] {
        let newest = Point { value, ..point(2021, 0.0) };
        let judgement = case(HighIsGood, &[point(2019, 50.0), point(2020, 90.0), newest]).judged(increase());
        let reason = format!("The figure of Happy people for Ashby for 2021/22, the newest, {says}");
        is(&judgement, Status::NotAssessable, &reason);
    }
}

fn close(share: f64) -> TargetKind {
    TargetKind::CloseGap {
        baseline: baseline(2019),
        comparator: Comparator { places: vec!["E-England".into()] },
        share,
    }
}

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
        GapClosingBothWorse, Improving, Met, NoDetectableChange, NotApplicable, NotMet, OffTrack, OnTrack,
        TooCloseToTell, Worsening,
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
        ((50.0, 60.0), (50.0, 55.0), 1.0, None, GapClosingBothWorse),
        ((50.0, 60.0), (50.5, 50.0), 1.0, None, GapClosingBothWorse),
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
        ((50.0, 60.0), (50.0, 52.0), 1.0, half_way, GapClosingBothWorse),
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

fn in_line() -> TargetKind {
    TargetKind::InLineWith { model: "m".into() }
}

fn neighbours(members: &[Member]) -> Neighbours {
    Neighbours { model: "m".into(), members: members.to_vec() }
}

#[test]
fn neighbours_are_compared_by_their_mean_and_those_without_a_figure_are_named() {
    let mut case = case(LowIsGood, &[limited(2021, 24.0, 22.5, 25.5)]);
    let b = member("B", &[point(2021, 20.0)]);
    let c = member("C", &[point(2021, 22.0)]);
    let d = member("D", &[missing(2021, MissingKind::Suppressed)]);
    let e = member("E", &[point(2020, 1.0)]);
    case.neighbours = Some(neighbours(&[b.clone(), c.clone(), d.clone(), e]));
    let judgement = case.judged(in_line());
    is(
        &judgement,
        Status::NotMet,
        "Happy people in Ashby was 24% in 2021/22 (95% limits 22.5 to 25.5), worse beyond chance than 21%, the mean of 2 of its \
         4 statistical neighbours (D and E have no figure)",
    );
    let names: Vec<_> = judgement.used.iter().map(|used| used.place.name.as_ref()).collect();
    assert_eq!(names, ["Ashby", "B", "C"]);
    for (now, status, wide) in [
        (limited(2021, 24.0, 21.0, 27.1), Status::Met, false),
        (limited(2021, 24.0, 12.1, 37.0), Status::Met, true),
        (limited(2021, 18.1, 16.0, 20.0), Status::Met, false),
        (point(2021, 21.5), Status::NotAssessable, false),
        (point(2021, 21.0), Status::NotAssessable, false),
    ] {
        case.points = vec![now];
        let judged = case.judged(in_line());
        assert_eq!(judged.status, status, "{}", judged.reason);
        assert_eq!(judged.reason.contains("so wide that a figure a third worse"), wide, "{}", judged.reason);
    }
    case.neighbours = Some(neighbours(&[d]));
    is(
        &case.judged(in_line()),
        Status::NotAssessable,
        "None of the 1 statistical neighbours of Ashby has a figure of Happy people for 2021/22",
    );
    case.neighbours = None;
    is(&case.judged(in_line()), Status::NotAssessable, "Ashby has no statistical neighbours under the model m");
}

fn quartile() -> TargetKind {
    TargetKind::MoveUpQuartile { baseline: baseline(2018) }
}

/// Ashby among seven others at 10, 20 … 70 in both years.
fn quartile_case(then: f64, now: f64) -> Case {
    let own = [limited(2018, then, then - 3.1, then + 3.1), limited(2021, now, now - 3.1, now + 3.1)];
    let mut case = case(HighIsGood, &own);
    case.peers.members = (1..8)
        .map(|n| f64::from(n) * 10.0)
        .map(|value| member(&format!("P{value}"), &[point(2018, value), point(2021, value)]))
        .collect();
    case.peers.members.push(member("Ashby", &own));
    case
}

#[test]
fn a_quartile_is_moved_up_among_the_councils_that_have_a_figure() {
    // Eight councils, two in each quartile.
    is(
        &quartile_case(15.0, 35.0).judged(quartile()),
        Status::Met,
        "Happy people in Ashby was 35% in 2021/22, in the third quartile of 8 councils of England (the first is best), \
         and 15% in 2018/19, the baseline, in the fourth quartile of 8, a move up beyond chance, as within its 95% limits it is in \
         the third alone now and was in the fourth alone then",
    );
    for (then, now, status) in [
        (15.0, 16.0, Status::NotMet),
        (35.0, 15.0, Status::NotMet),
        (75.0, 65.0, Status::Met),
        // Its limits reach over the edges: 20 and 40 are the next ones above and below.
        (15.0, 22.0, Status::NoDetectableChange),
        (18.0, 35.0, Status::NoDetectableChange),
    ] {
        let judged = quartile_case(then, now).judged(quartile());
        assert_eq!(judged.status, status, "{then} to {now}: {}", judged.reason);
    }
    let mut without = quartile_case(15.0, 35.0);
    without.points[0].limits = None;
    assert_eq!(without.judged(quartile()).status, Status::NotAssessable);
    assert_eq!(quartile_case(15.0, 35.0).judged(quartile()).used.len(), 16);
}

#[test]
fn quartiles_need_the_place_its_baseline_and_four_councils() {
    let mut case = quartile_case(15.0, 35.0);
    case.points.remove(0);
    is(
        &case.judged(quartile()),
        Status::NotAssessable,
        "There is no figure of Happy people for Ashby for 2018/19, the baseline; the hub's only figure for Ashby is of \
         2021/22",
    );
    let mut case = quartile_case(15.0, 35.0);
    for member in case.peers.members.iter_mut().take(5) {
        member.points = [missing(2018, MissingKind::Suppressed), point(2021, 3.0)].into();
    }
    is(
        &case.judged(quartile()),
        Status::NotAssessable,
        "Only 3 of the councils of England have a figure of Happy people for 2018/19, and quartiles take four",
    );
    case.peers.members.pop();
    assert!(case.judged(quartile()).reason.contains("is not one of the councils of England"));
}

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

#[test]
fn a_figure_that_is_too_old_has_no_status_and_says_which_it_would_have() {
    let at_most = TargetKind::AtOrBelow { value: 600.0, baseline: None };
    let rate = case(LowIsGood, &[limited(2020, 557.4, 540.0, 575.0)]);
    let judged = |day, max_age| Case { day, max_age, ..case(LowIsGood, &rate.points) }.judged(at_most.clone());
    assert_eq!((judged("2024-04-30", 36).status, judged("2024-04-30", 36).age_months), (Status::Met, Some(36)));
    let old = judged("2026-11-26", 36);
    assert_eq!((old.status, old.age_months), (Status::OutOfDate, Some(67)));
    assert!(
        old.reason.ends_with(
            "; its period ended 67 months before this answer, and a figure older than 36 months has no status: it would be met"
        ),
        "{}",
        old.reason
    );
    assert_eq!(judged("2026-11-26", 67).status, Status::Met, "the framework may set another age");
    let missing = Case { day: "2026-11-26", ..case(LowIsGood, &[missing(2020, MissingKind::Suppressed)]) };
    assert_eq!(missing.judged(at_most).status, Status::NotAssessable, "what is missing is not old");
}

#[test]
fn a_status_that_hangs_on_the_hubs_own_baseline_says_so() {
    let kind = |standing| TargetKind::Increase { baseline: Baseline { period: period(2019), standing, why: None } };
    let own = |year, value: f64| limited(year, value, value - 2.01, value + 2.01);
    let points = [own(2017, 50.0), own(2018, 40.0), own(2019, 50.0), own(2020, 58.0), own(2021, 51.0)];
    let case = case(HighIsGood, &points);
    let proposed = case.judged(kind(Standing::Proposed));
    assert_eq!(proposed.status, Status::NoDetectableChange, "{}", proposed.reason);
    assert_eq!(
        proposed.sensitivity.as_deref(),
        Some("with 2018/19 as the baseline it would be improving; with 2020/21 as the baseline it would be worsening")
    );
    assert_eq!(case.judged(kind(Standing::Stated)).sensitivity, None, "what the strategy names is no choice");
    let alike = Case { points: vec![own(2018, 40.0), own(2019, 41.0), own(2021, 60.0)], ..case };
    assert_eq!(alike.judged(kind(Standing::Proposed)).sensitivity, None);
}

#[test]
fn a_target_of_another_place_is_no_promise() {
    let other = Case { promise: false, ..case(HighIsGood, &[point(2019, 50.0), point(2021, 51.0)]) };
    assert!(!other.judged(increase()).promise);
}

#[test]
fn where_neither_direction_is_good_nothing_is_said_of_better() {
    for kind in [close(1.0), in_line(), quartile(), TargetKind::Maintain { baseline: baseline(2019) }] {
        let judged = case(Polarity::None, &[point(2019, 50.0), point(2021, 51.0)]).judged(kind);
        assert_eq!(judged.status, Status::NotAssessable);
        assert!(judged.reason.starts_with("Neither a higher nor a lower figure of Happy people is better"));
    }
}

/// A case with seven others who are neighbours and peers alike; `None` is suppressed.
fn among(own: f64, others: &[(Option<f64>, Option<f64>)], hidden: f64) -> Case {
    let figure = |year, value: Option<f64>| match value {
        Some(value) => point(year, value),
        // What is shown beside a suppressed value, and a value that is called unreliable.
        None if year == 2018 => Point { value: Figure::Unreliable(hidden), ..point(year, 0.0) },
        None => Point {
            limits: Some((hidden, hidden + 1.0)),
            count: Some(Figure::Number(hidden)),
            denominator: Some(Figure::Number(100.0)),
            ..missing(year, MissingKind::Suppressed)
        },
    };
    let points = [point(2018, 50.0), point(2021, own)];
    let members: Vec<Member> = others
        .iter()
        .enumerate()
        .map(|(at, (then, now))| member(&format!("N{at}"), &[figure(2018, *then), figure(2021, *now)]))
        .collect();
    let mut case = case(HighIsGood, &points);
    case.neighbours = Some(neighbours(&members));
    case.peers.members = members;
    case.peers.members.push(member("Ashby", &points));
    case
}

fn others() -> impl Strategy<Value = Vec<(Option<f64>, Option<f64>)>> {
    let figure = || proptest::option::weighted(0.8, (0u32..1_000).prop_map(|tenths| f64::from(tenths) / 10.0));
    proptest::collection::vec((figure(), figure()), 4..12)
}

proptest! {
    #[test]
    fn the_order_of_others_changes_nothing(own in 0.0f64..100.0, others in others(), seed in 0usize..100) {
        let case = among(own, &others, 1.0);
        let mut turned = among(own, &others, 1.0);
        let n = seed % turned.peers.members.len();
        turned.peers.members.rotate_left(n);
        if let Some(neighbours) = &mut turned.neighbours {
            neighbours.members.reverse();
        }
        let (a, b) = (case.judged(quartile()), turned.judged(quartile()));
        prop_assert_eq!((a.status, a.reason), (b.status, b.reason));
        let (a, b) = (case.judged(in_line()), turned.judged(in_line()));
        prop_assert_eq!(a.status, b.status);
        // The reason names those without a figure in the order given; its numbers are the same.
        prop_assert_eq!(a.reason.split("statistical").next(), b.reason.split("statistical").next());
    }

    #[test]
    fn a_suppressed_figure_changes_no_number(own in 0.0f64..100.0, others in others(), hidden in 0.0f64..100.0) {
        for kind in [quartile(), in_line()] {
            let shown = |judgement: Judgement| (judgement.status, judgement.reason, judgement.used);
            let plain = shown(among(own, &others, 1.0).judged(kind.clone()));
            prop_assert_eq!(&plain, &shown(among(own, &others, hidden).judged(kind)));
            prop_assert!(plain.2.iter().all(|used| used.point.number().is_some()));
        }
    }
}
