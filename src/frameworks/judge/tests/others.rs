//! In-line-with and move-up-quartile: a place among others.

use super::*;
use proptest::prelude::*;

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
