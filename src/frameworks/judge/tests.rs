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
    Baseline { period: period(year), standing: Standing::Stated }
}

/// What a target is judged by, with everything that may be left out left out.
struct Case {
    indicator: Indicator,
    points: Vec<Point>,
    comparator: Option<Member>,
    neighbours: Option<Neighbours>,
    peers: Peers,
    by: Option<&'static str>,
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
    Case { indicator, points: points.to_vec(), comparator: None, neighbours: None, peers, by: None }
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
fn an_increase_beyond_chance_is_met() {
    let case = case(HighIsGood, &[limited(2019, 50.0, 48.0, 52.0), limited(2021, 55.0, 53.0, 57.0)]);
    let judgement = case.judged(increase());
    is(
        &judgement,
        Status::Met,
        "Happy people in Ashby was 55% in 2021/22, higher than the 50% of 2019/20, the baseline, a difference that is more than \
         chance (95% limits 53 to 57 against 48 to 52)",
    );
    let roles: Vec<Role> = judgement.used.iter().map(|used| used.role).collect();
    assert_eq!(roles, [Role::Current, Role::Baseline]);
    assert_eq!((judgement.method.name, judgement.method.version), ("increase", 1));
}

#[test]
fn a_change_is_judged_by_its_side_by_chance_and_by_its_day() {
    // Limits 4 wide on each side touch or overlap within 4 points, and lie apart beyond.
    let (ahead, reached) = ("2030-03-31", "2022-03-31");
    for (now, none, before, after) in [
        (60.0, Status::Met, Status::Met, Status::Met),
        (54.0, Status::OnTrack, Status::OnTrack, Status::Met),
        (50.0, Status::OffTrack, Status::OffTrack, Status::NotMet),
        (47.0, Status::OffTrack, Status::OffTrack, Status::NotMet),
        (40.0, Status::NotMet, Status::OffTrack, Status::NotMet),
    ] {
        let points = |now: f64| [limited(2019, 50.0, 48.0, 52.0), limited(2021, now, now - 2.0, now + 2.0)];
        let up = |day: Option<&'static str>, now: f64| {
            Case { by: day, ..case(HighIsGood, &points(now)) }.judged(increase()).status
        };
        let down = |day: Option<&'static str>, now: f64| {
            Case { by: day, ..case(LowIsGood, &points(now)) }.judged(reduce()).status
        };
        assert_eq!((up(None, now), up(Some(ahead), now), up(Some(reached), now)), (none, before, after), "{now}");
        let mirrored = 100.0 - now;
        let downs = (down(None, mirrored), down(Some(ahead), mirrored), down(Some(reached), mirrored));
        assert_eq!(downs, (none, before, after), "reduce to {mirrored}");
    }
}

#[test]
fn without_limits_a_change_may_be_chance() {
    let points = [point(2019, 50.0), point(2021, 80.0)];
    is(
        &case(HighIsGood, &points).judged(increase()),
        Status::OnTrack,
        "Happy people in Ashby was 80% in 2021/22, higher than the 50% of 2019/20, the baseline, and as not both figures \
         have 95% limits it is unknown whether the change is more than chance",
    );
    assert_eq!(case(HighIsGood, &points).by("2022-03-31").judged(increase()).status, Status::Met);
    assert_eq!(case(LowIsGood, &points).judged(reduce()).status, Status::OffTrack);
    assert_eq!(case(LowIsGood, &points).by("2022-03-31").judged(reduce()).status, Status::NotMet);
}

#[test]
fn limits_are_computed_from_counts_where_they_can_be() {
    let counted = |year, value, count: f64, n: f64| Point {
        count: Some(Figure::Number(count)),
        denominator: Some(Figure::Number(n)),
        ..point(year, value)
    };
    let mut case = case(HighIsGood, &[counted(2019, 50.0, 500.0, 1_000.0), counted(2021, 60.0, 600.0, 1_000.0)]);
    let judgement = case.judged(increase());
    assert_eq!(judgement.status, Status::Met);
    // Wilson: 500 of 1,000 is 46.9 to 53.1; 600 of 1,000 is 56.9 to 63.0 (by hand).
    assert!(
        judgement.reason.contains("95% limits computed from counts, 56.9 to 63 against 46.9 to 53.1"),
        "{}",
        judgement.reason
    );
    case.indicator.numerator = Some("Weighted number of happy people".into());
    assert_eq!(case.judged(increase()).status, Status::OnTrack, "weighted counts give no limits");
    case.indicator.numerator = None;
    case.points[1].count = Some(Figure::Missing(MissingKind::Suppressed));
    assert_eq!(case.judged(increase()).status, Status::OnTrack, "a suppressed count gives no limits");
    case.points[1].count = Some(Figure::Number(100.0));
    assert_eq!(
        case.judged(increase()).status,
        Status::OnTrack,
        "a count that the value is not made of gives no limits"
    );
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
    TargetKind::CloseGap { baseline: baseline(2019), comparator: Comparator::Area("E-England".into()), share }
}

fn gap_case(then: (f64, f64), now: (f64, f64)) -> Case {
    let mut case = case(HighIsGood, &[point(2019, then.0), point(2021, now.0)]);
    case.comparator = Some(member("England", &[point(2019, then.1), point(2021, now.1)]));
    case
}

#[test]
fn a_gap_is_counted_against_the_comparator_of_the_same_period() {
    is(
        &gap_case((50.0, 60.0), (58.0, 64.0)).judged(close(1.0)),
        Status::OnTrack,
        "Happy people in Ashby was 58% in 2021/22 against 64% for England, 6 percentage points behind, and 50% in 2019/20, \
         the baseline, against 60%, 10 percentage points behind: 40% of the gap is closed, and all of it is wanted",
    );
    for (then, now, share, day, status) in [
        ((50.0, 60.0), (64.0, 64.0), 1.0, None, Status::Met),
        ((50.0, 60.0), (55.0, 60.0), 0.5, None, Status::Met),
        ((50.0, 60.0), (50.0, 62.0), 1.0, None, Status::OffTrack),
        ((50.0, 60.0), (53.0, 63.0), 1.0, None, Status::OffTrack),
        ((50.0, 60.0), (58.0, 64.0), 1.0, Some("2022-03-31"), Status::NotMet),
        // Two of four years gone: half has to be closed.
        ((50.0, 60.0), (55.0, 60.0), 1.0, Some("2024-03-31"), Status::OnTrack),
        ((50.0, 60.0), (54.0, 60.0), 1.0, Some("2024-03-31"), Status::OffTrack),
        ((62.0, 60.0), (61.0, 60.0), 1.0, None, Status::Met),
        ((62.0, 60.0), (59.0, 60.0), 1.0, None, Status::OffTrack),
    ] {
        let judged = Case { by: day, ..gap_case(then, now) }.judged(close(share));
        assert_eq!(judged.status, status, "{then:?} {now:?} {share} {day:?}: {}", judged.reason);
    }
    let roles: Vec<_> = gap_case((50.0, 60.0), (58.0, 64.0)).judged(close(1.0)).used.iter().map(|u| u.role).collect();
    assert_eq!(roles, [Role::Current, Role::Baseline, Role::Comparator, Role::ComparatorBaseline]);
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
        "Happy people in Ashby was 24% in 2021/22 (95% limits 22.5 to 25.5), worse than 21%, the mean of 2 of its 4 \
         statistical neighbours (D and E have no figure)",
    );
    let names: Vec<_> = judgement.used.iter().map(|used| used.place.name.as_ref()).collect();
    assert_eq!(names, ["Ashby", "B", "C"]);
    case.by = Some("2030-03-31");
    assert_eq!(case.judged(in_line()).status, Status::OffTrack);
    case.by = None;
    case.points = vec![limited(2021, 24.0, 21.0, 27.0)];
    assert_eq!(case.judged(in_line()).status, Status::Met, "the mean lies on the limit");
    case.points = vec![point(2021, 21.5)];
    assert_eq!(case.judged(in_line()).status, Status::NotMet, "without limits the value decides");
    case.points = vec![point(2021, 21.0)];
    assert_eq!(case.judged(in_line()).status, Status::Met);
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
    let own = [point(2018, then), point(2021, now)];
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
         and 15% in 2018/19, the baseline, in the fourth quartile of 8",
    );
    assert_eq!(quartile_case(15.0, 18.0).judged(quartile()).status, Status::NotMet);
    assert_eq!(quartile_case(15.0, 18.0).by("2030-03-31").judged(quartile()).status, Status::OffTrack);
    assert_eq!(quartile_case(75.0, 65.0).judged(quartile()).status, Status::Met, "the best stays the best");
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
fn a_number_is_met_by_the_value_alone() {
    let at_most = |value| TargetKind::AtOrBelow { value, baseline: Some(baseline(2019)) };
    let mut rate = case(LowIsGood, &[limited(2020, 557.4, 540.0, 575.0)]);
    rate.indicator.unit = "per-100k".into();
    is(
        &rate.judged(at_most(555.0)),
        Status::NotMet,
        "Happy people in Ashby was 557.4 per 100,000 in 2020/21, above the target of 555 per 100,000 or less",
    );
    assert_eq!(rate.judged(at_most(557.4)).status, Status::Met, "on the number");
    assert!(rate.judged(at_most(557.4)).reason.contains("exactly the target"));
    assert_eq!(rate.judged(TargetKind::AtOrAbove { value: 560.0, baseline: None }).status, Status::NotMet);
    assert_eq!(rate.judged(TargetKind::AtOrAbove { value: 557.4, baseline: None }).status, Status::Met);
}

#[test]
fn before_its_day_a_number_is_held_against_the_straight_line() {
    let at_most = TargetKind::AtOrBelow { value: 40.0, baseline: Some(baseline(2019)) };
    // Two of four years gone on the way from 60 to 40: the line is at 50.
    let towards = |now| case(LowIsGood, &[point(2019, 60.0), point(2021, now)]).by("2024-03-31");
    is(
        &towards(50.0).judged(at_most.clone()),
        Status::OnTrack,
        "Happy people in Ashby was 50% in 2021/22, above the target of 40% or less, on the straight line from 60% in \
         2019/20, the baseline; the target is to be reached by 31 March 2024",
    );
    assert_eq!(towards(51.0).judged(at_most.clone()).status, Status::OffTrack);
    assert_eq!(towards(39.0).judged(at_most.clone()).status, Status::Met);
    assert_eq!(towards(41.0).by("2022-03-31").judged(at_most.clone()).status, Status::NotMet);
    let without = case(LowIsGood, &[point(2021, 50.0)]).by("2024-03-31").judged(at_most);
    assert_eq!(without.status, Status::NotAssessable);
    assert!(without.reason.contains("for 2019/20, the baseline"), "{}", without.reason);
}

#[test]
fn what_is_maintained_is_as_good_or_may_be() {
    let maintain = || TargetKind::Maintain { baseline: baseline(2019) };
    for (now, status) in [
        (point(2021, 50.0), Status::Met),
        (point(2021, 49.0), Status::NotMet),
        (limited(2021, 49.0, 48.0, 50.0), Status::Met),
        (limited(2021, 49.0, 48.0, 49.9), Status::NotMet),
    ] {
        let judged = case(HighIsGood, &[point(2019, 50.0), now.clone()]).judged(maintain());
        assert_eq!(judged.status, status, "{}", judged.reason);
    }
    let ahead = case(HighIsGood, &[point(2019, 50.0), point(2021, 49.0)]).by("2030-03-31").judged(maintain());
    is(
        &ahead,
        Status::OffTrack,
        "Happy people in Ashby was 49% in 2021/22, lower than the 50% of 2019/20, the baseline, and no 95% limits say \
         whether that may be chance; the target is to be reached by 31 March 2030",
    );
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
