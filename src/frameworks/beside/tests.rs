use super::*;
use crate::frameworks::{Baseline, Member, Neighbours, Peers, Place, Standing, TargetKind};
use crate::outcomes::{Indicator, MissingKind, Polarity};
use crate::statistics::Variation;

fn point(period: &str, value: f64) -> Point {
    Point::bare(Period::parse(period).expect("a period"), value)
}

fn year(year: i32, value: f64) -> Point {
    point(&format!("{year}-04-01/P1Y"), value)
}

fn indicator(value_type: ValueType) -> Indicator {
    Indicator {
        name: "Happy people".into(),
        polarity: Polarity::HighIsGood,
        multiplier: Some(100.0),
        ..Indicator::bare("i", "percent", value_type)
    }
}

fn place(name: &str) -> Place {
    Place { code: name.into(), name: name.into() }
}

fn members(values: &[Figure], at: &str) -> Vec<Member> {
    let member = |(n, value): (usize, &Figure)| Member {
        place: place(&format!("P{n}")),
        points: [Point { value: *value, ..point(at, 0.0) }].into(),
    };
    values.iter().enumerate().map(member).collect()
}

/// What stands beside the points of P0, with no others around it.
fn alone(indicator: &Indicator, points: &[Point], target: Option<&Target>) -> Beside {
    among(indicator, points, target, None, &Peers { name: "councils of England".into(), members: Vec::new() })
}

fn among(
    indicator: &Indicator,
    points: &[Point],
    target: Option<&Target>,
    neighbours: Option<&Neighbours>,
    peers: &Peers,
) -> Beside {
    beside(
        target,
        &Evidence {
            indicator,
            group: "",
            place: &place("P0"),
            points,
            comparator: None,
            neighbours,
            peers,
            absence: "",
            newer: "",
            day: chrono::NaiveDate::default(),
            max_age: 36,
            promise: true,
        },
    )
}

fn increase(from: i32) -> Target {
    Target {
        id: "t".into(),
        kind: TargetKind::Increase {
            baseline: Baseline { period: year(from, 0.0).period, standing: Standing::Stated, why: None },
        },
        standing: Standing::Stated,
        by: None,
        place_in_text: "p".into(),
    }
}

#[test]
fn a_change_is_counted_from_the_baseline_with_its_significance() {
    let wide = |point: Point, lower, upper| Point { limits: Some((lower, upper)), ..point };
    let rate = indicator(ValueType::Proportion);
    let points = [wide(year(2019, 50.0), 48.0, 52.0), wide(year(2021, 55.0), 53.1, 57.0)];
    let found = alone(&rate, &points, Some(&increase(2019))).change.expect("a change");
    assert_eq!(
        (found.difference_label.as_str(), found.significance),
        ("5 percentage points", Ok(Direction::Increasing))
    );
    let near = [points[0].clone(), wide(year(2021, 53.0), 51.0, 55.0)];
    let found = alone(&rate, &near, Some(&increase(2019))).change.expect("a change");
    assert_eq!(found.significance, Ok(Direction::NoSignificantChange));
    let bare = [year(2019, 50.0), points[1].clone()];
    let found = alone(&rate, &bare, Some(&increase(2019))).change.expect("a change");
    assert_eq!(found.significance, Err("the figure of 2019/20 has no 95% limits".into()));
    assert_eq!(
        alone(&rate, &points, Some(&increase(2018))).change,
        Err("there is no figure of 2018/19, the baseline".into())
    );
    assert_eq!(
        alone(&rate, &points, Some(&increase(2021))).change,
        Err("there is no figure after 2021/22, the baseline".into())
    );
    assert_eq!(alone(&rate, &points, None).change, Err("the target has no baseline".into()));
}

#[test]
fn a_trend_is_tested_where_the_guidance_allows_it() {
    let counted = |(n, count): (i32, f64)| Point {
        count: Some(Figure::Number(count)),
        denominator: Some(Figure::Number(1_000.0)),
        ..year(2015 + n, count / 10.0)
    };
    let mut share = indicator(ValueType::Proportion);
    let points: Vec<Point> = (0..5).zip([300.0, 400.0, 500.0, 600.0, 700.0]).map(counted).collect();
    let found = alone(&share, &points, None).trend.expect("a trend");
    assert_eq!(found.label, TrendLabel::IncreasingAndGettingBetter);
    let of = |indicator: &Indicator, points: &[Point]| alone(indicator, points, None).trend.expect_err("no trend");
    assert!(of(&share, &points[1..]).contains("fewer than five"));
    assert!(of(&indicator(ValueType::Index), &points).contains("alone"));
    let pooled: Vec<Point> = (2015..2020).map(|from| point(&format!("{from}-01-01/P3Y"), 60.0)).collect();
    assert!(of(&indicator(ValueType::LifeExpectancy), &pooled).contains("single years"));
    let mut withheld = points.clone();
    withheld[2].value = Figure::Missing(MissingKind::Suppressed);
    assert!(of(&share, &withheld).contains("no value"));
    // Weighted counts are no numbers of answers: without published limits there is no trend.
    share.numerator = Some("Weighted number of happy people".into());
    assert!(of(&share, &points).contains("no 95% limits"));
}

/// The method changes in the fourth year: neither a trend over it nor a chart, but one over the five years since.
#[test]
fn no_trend_crosses_a_change_of_method() {
    let caveat = Arc::new(crate::outcomes::Caveat {
        kind: CaveatKind::ChangeOfMethod,
        indicators: Vec::new(),
        from: "2018-04-01".parse().ok(),
        to: None,
        text: "Counted otherwise.".into(),
        url: "https://example.org/".into(),
    });
    let year = |from: i32| {
        let mut point = Point {
            limits: Some((f64::from(from - 1000) - 1.0, f64::from(from - 1000) + 1.0)),
            ..year(from, f64::from(from - 1000))
        };
        let touching = std::iter::once(&caveat).filter(|caveat| caveat.touches("i", &point.period));
        point.caveats = touching.cloned().collect();
        point
    };
    let points: Vec<Point> = (2015..2023).map(year).collect();
    let rate = indicator(ValueType::Rate);
    assert!(alone(&rate, &points, None).trend.is_ok(), "all five are of the new method");
    let why = alone(&rate, &points[..7], None).trend.expect_err("no trend");
    assert_eq!(why, "the method changes in 2018/19: Counted otherwise.");
    assert!(points[3].break_since(&points[2]).is_some() && points[4].break_since(&points[3]).is_none());
}

#[test]
fn rank_and_neighbours_leave_out_those_without_a_figure() {
    let share = indicator(ValueType::Proportion);
    let points = [year(2021, 60.0)];
    let withheld = Figure::Missing(MissingKind::Suppressed);
    let values = [60.0, 70.0, 50.0, 40.0].map(Figure::Number);
    let mut figures = values.to_vec();
    figures.extend([withheld, Figure::Unreliable(99.0)]);
    let peers = Peers { name: "councils of England".into(), members: members(&figures, "2021-04-01/P1Y") };
    let neighbours = Neighbours { model: "m".into(), members: peers.members[1..].to_vec() };
    let found = among(&share, &points, None, Some(&neighbours), &peers);
    assert_eq!(
        found.rank,
        Ok(Rank {
            among: "councils of England".into(),
            rank: 2,
            tied: 1,
            interval: Err("the value has no 95% limits".into()),
            best_first: true,
            quartile: Some(2),
            n: 4
        })
    );
    let around = found.neighbours.expect("neighbours");
    assert_eq!((around.n, around.of), (3, 5));
    assert!((around.mean - 160.0 / 3.0).abs() < 1e-9 && (around.median - 50.0).abs() < 1e-9);
    assert!((around.lowest - 40.0).abs() < 1e-9 && (around.highest - 70.0).abs() < 1e-9);
    let none = alone(&share, &points, None);
    assert!(none.rank.expect_err("no peers").contains("not one of the councils"));
    assert!(none.neighbours.expect_err("none").contains("no statistical neighbours"));
}

#[test]
fn a_control_chart_takes_thirteen_months_without_a_break() {
    let months: Vec<Point> = (0..14)
        .map(|n| point(&format!("{}-{:02}-01/P1M", 2022 + n / 12, n % 12 + 1), 50.0 + f64::from(n % 2)))
        .collect();
    let share = indicator(ValueType::Proportion);
    let chart = alone(&share, &months, None).spc.expect("a chart");
    assert_eq!((chart.points.len(), chart.variation), (14, Variation::CommonCause));
    let of = |points: &[Point]| alone(&share, points, None).spc.expect_err("no chart");
    assert_eq!(of(&months[..12]), "a control chart takes 13 points and there are 12");
    assert_eq!(of(&[year(2021, 1.0)]), "a control chart takes monthly or quarterly figures");
    let mut broken = months.clone();
    broken.push(point("2023-06-01/P1M", 50.0));
    assert_eq!(of(&broken), "the series has a break after Feb 2023");
}

#[test]
fn without_a_figure_every_part_says_so() {
    let found = alone(&indicator(ValueType::Proportion), &[], Some(&increase(2019)));
    let missing = "there is no figure".to_owned();
    assert_eq!(
        (found.change, found.trend.err(), found.rank),
        (Err(missing.clone()), Some(missing.clone()), Err(missing))
    );
    assert!(found.spc.is_err() && found.neighbours.is_err());
}
