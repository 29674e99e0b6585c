//! Every kind of target by hand, and every figure that can be missing.

mod change;
mod gap;
mod number;
mod others;

use super::judge;
use crate::frameworks::{
    Baseline, Comparator, Evidence, Judgement, Member, Neighbours, Peers, Place, Point, Role, Standing, Status, Target,
    TargetKind,
};
use crate::outcomes::{Caveat, CaveatKind, Figure, Indicator, MissingKind, Period, Polarity, ValueType};

fn period(year: i32) -> Period {
    Period::parse(&format!("{year}-04-01/P1Y")).expect("a period")
}

fn point(year: i32, value: f64) -> Point {
    Point { dataset: "ascof".into(), ..Point::bare(period(year), value) }
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
        name: "Happy people".into(),
        polarity,
        multiplier: Some(100.0),
        ..Indicator::bare("happy", "percent", ValueType::Proportion)
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

fn in_line() -> TargetKind {
    TargetKind::InLineWith { model: "m".into() }
}

fn neighbours(members: &[Member]) -> Neighbours {
    Neighbours { model: "m".into(), members: members.to_vec() }
}

fn quartile() -> TargetKind {
    TargetKind::MoveUpQuartile { baseline: baseline(2018) }
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

fn warned(point: Point, kind: CaveatKind, text: &str) -> Point {
    let caveat =
        Caveat { kind, indicators: Vec::new(), from: None, to: None, text: text.into(), url: "https://a.b".into() };
    Point { caveats: vec![caveat.into()], ..point }
}

#[test]
fn what_lies_on_two_sides_of_a_break_is_not_compared() {
    let breaks = |point| warned(point, CaveatKind::SeriesBreak, "The survey asks another question.");
    let points =
        [limited(2019, 50.0, 48.0, 52.0), breaks(limited(2020, 60.0, 58.0, 62.0)), limited(2021, 61.0, 59.0, 63.0)];
    is(
        &case(HighIsGood, &points).judged(increase()),
        Status::NotAssessable,
        "Happy people in Ashby in 2021/22 may not be held against 2019/20, the baseline, because its publisher says: The \
         survey asks another question",
    );
    let since = TargetKind::Increase { baseline: baseline(2020) };
    assert_eq!(case(HighIsGood, &points).judged(since).status, Status::NoDetectableChange, "one side of the break");
}

#[test]
fn the_reason_says_what_must_be_kept_in_mind_of_its_figures() {
    let odd = |point| warned(point, CaveatKind::Pandemic, "Schools were closed.");
    let points = [odd(limited(2019, 50.1, 48.0, 52.0)), limited(2021, 55.0, 53.1, 57.0)];
    let judged = case(HighIsGood, &points).judged(increase());
    assert_eq!(judged.status, Status::Improving, "{}", judged.reason);
    assert!(judged.reason.ends_with("; of 2019/20 its publisher says: Schools were closed"), "{}", judged.reason);
}
