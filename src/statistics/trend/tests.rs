use super::super::vectors::{Case, Cells, Row, agree, cases, joined};
use super::*;
use proptest::prelude::*;

fn point(row: &Row) -> TrendPoint {
    TrendPoint {
        year: row.text("year").parse().expect("a year"),
        value: row.number("value"),
        lower: row.number("lower95"),
        upper: row.number("upper95"),
        count: row.number("count"),
        denominator: row.number("denominator"),
    }
}

fn kind(case: &Case) -> TrendKind {
    if case.rows[0].text("kind").starts_with("prop") { TrendKind::Proportion } else { TrendKind::WithLimits }
}

/// Where the reference program fails, or answers without a slope, we say that there is no trend.
fn reference_has_no_answer(row: &Row) -> bool {
    row.text("phe_r_trend") == "error" || row.number("phe_r_gradient").is_some_and(|slope| !slope.is_finite())
}

#[test]
fn trends_are_those_of_the_reference_program() {
    for (case, inputs) in joined("trend_marker/inputs.csv", "trend_marker/expected.csv") {
        let points: Vec<_> = inputs.iter().map(point).collect();
        let found = trend(&points, kind(&case));
        let row = &case.rows[0];
        if reference_has_no_answer(row) || row.text("phe_r_trend") == "Cannot be calculated" {
            assert!(found.is_err(), "{}: {found:?}", case.id);
            continue;
        }
        let found = found.unwrap_or_else(|why| panic!("{}: {why}", case.id));
        let direction = match found.direction {
            Direction::Increasing => "Increasing",
            Direction::Decreasing => "Decreasing",
            Direction::NoSignificantChange => "No significant change",
        };
        assert_eq!(direction, row.text("phe_r_trend"), "{}", case.id);
        assert_eq!(found.outlier, row.text("phe_r_reason") == "Outlier found", "{}", case.id);
        // The reference program sums over years as they are, such as 2024, and loses digits by it.
        assert!(agree(Some(found.chi_squared), row.number("phe_r_chi2"), 1e-8), "{}: {found:?}", case.id);
        assert!(agree(Some(found.slope), row.number("phe_r_gradient"), 1e-8), "{}: {found:?}", case.id);
    }
}

#[test]
fn labels_are_those_of_the_reference_program() {
    for case in cases("trend_polarity/trend_polarity.csv") {
        let row = &case.rows[0];
        let better = match row.text("polarity") {
            "High is good" => Better::Higher,
            "Low is good" => Better::Lower,
            _ => Better::Neither,
        };
        let direction = match row.text("marker") {
            "Increasing" => Direction::Increasing,
            "Decreasing" => Direction::Decreasing,
            "NoChange" => Direction::NoSignificantChange,
            // What cannot be calculated is no trend at all, so it has no label either.
            other => {
                assert_eq!((other, row.text("expected_label")), ("CannotBeCalculated", "CannotBeCalculated"));
                continue;
            }
        };
        let label = match trend_label(direction, better) {
            TrendLabel::NoSignificantChange => "NoChange".to_owned(),
            label => format!("{label:?}"),
        };
        assert_eq!(label, row.text("expected_label"), "{}", case.id);
    }
}

fn series(values: [f64; 5]) -> Vec<TrendPoint> {
    (2015..)
        .zip(values)
        .map(|(year, value)| TrendPoint {
            year,
            value: Some(value),
            lower: Some(value - 1.0),
            upper: Some(value + 1.0),
            count: Some(value),
            denominator: Some(100.0),
        })
        .collect()
}

#[test]
fn what_cannot_be_calculated_is_named() {
    let points = series([10.0, 12.0, 14.0, 16.0, 18.0]);
    let with = |change: fn(&mut TrendPoint), kind| {
        let mut points = points.clone();
        change(&mut points[2]);
        trend(&points, kind).map(|trend| trend.direction)
    };
    let (proportion, limits) = (TrendKind::Proportion, TrendKind::WithLimits);
    assert_eq!(with(|_| (), limits), Ok(Direction::Increasing));
    assert_eq!(trend(&points[1..], limits), Err(NoTrend::TooFewPoints));
    assert_eq!(trend(&[], proportion), Err(NoTrend::TooFewPoints));
    assert_eq!(with(|point| point.year = 2015, limits), Err(NoTrend::RepeatedYear));
    assert_eq!(with(|point| point.value = None, proportion), Err(NoTrend::NoValue));
    assert_eq!(with(|point| point.value = Some(f64::NAN), limits), Err(NoTrend::NoValue));
    assert_eq!(with(|point| point.upper = None, limits), Err(NoTrend::NoLimits));
    assert_eq!(with(|point| point.upper = point.lower, limits), Err(NoTrend::NoWidth));
    assert_eq!(with(|point| point.count = None, proportion), Err(NoTrend::NoCount));
    assert_eq!(with(|point| point.denominator = Some(0.0), proportion), Err(NoTrend::NoDenominator));
    assert_eq!(with(|point| point.count = Some(0.0), proportion), Err(NoTrend::NoOdds));
    assert_eq!(with(|point| point.count = point.denominator, proportion), Err(NoTrend::NoOdds));
    assert_eq!(with(|point| point.count = None, limits), Ok(Direction::Increasing));
}

#[test]
fn a_level_series_with_one_jump_has_an_outlier_and_no_trend() {
    for jump in [0, 4] {
        let mut values = [500.0; 5];
        values[jump] = 900.0;
        let found = trend(&series(values), TrendKind::WithLimits).expect("a trend");
        assert!(found.chi_squared > CRITICAL && found.outlier);
        assert_eq!(found.direction, Direction::NoSignificantChange);
    }
}

#[test]
fn a_level_series_has_no_trend() {
    for kind in [TrendKind::Proportion, TrendKind::WithLimits] {
        let found = trend(&series([0.3; 5]), kind).expect("a trend");
        assert_eq!((found.direction, found.outlier), (Direction::NoSignificantChange, false));
    }
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Increasing => Direction::Decreasing,
        Direction::Decreasing => Direction::Increasing,
        level @ Direction::NoSignificantChange => level,
    }
}

proptest! {
    #[test]
    fn a_series_read_backwards_has_the_opposite_trend(values in proptest::array::uniform5(1i32..99)) {
        let values = values.map(f64::from);
        let mut backwards = values;
        backwards.reverse();
        for kind in [TrendKind::Proportion, TrendKind::WithLimits] {
            let (there, back) = (trend(&series(values), kind).unwrap(), trend(&series(backwards), kind).unwrap());
            prop_assert_eq!(opposite(there.direction), back.direction);
            prop_assert_eq!(there.outlier, back.outlier);
            prop_assert!(agree(Some(there.chi_squared), Some(back.chi_squared), 1e-9));
            prop_assert!(agree(Some(-there.slope), Some(back.slope), 1e-9));
        }
    }

    #[test]
    fn neither_the_unit_nor_the_order_of_the_points_matters(
        values in proptest::array::uniform5(1i32..99),
        unit in prop::sample::select(vec![0.01, 8.0, 1e5]),
    ) {
        let points = series(values.map(f64::from));
        let scaled: Vec<_> = points
            .iter()
            .rev()
            .map(|point| TrendPoint {
                value: point.value.map(|value| value * unit),
                lower: point.lower.map(|value| value * unit),
                upper: point.upper.map(|value| value * unit),
                ..*point
            })
            .collect();
        for kind in [TrendKind::Proportion, TrendKind::WithLimits] {
            let (one, other) = (trend(&points, kind).unwrap(), trend(&scaled, kind).unwrap());
            prop_assert_eq!((one.direction, one.outlier), (other.direction, other.outlier));
            prop_assert!(agree(Some(one.chi_squared), Some(other.chi_squared), 1e-9));
        }
    }

    #[test]
    fn only_the_latest_five_points_count(older in 1i32..99, values in proptest::array::uniform5(1i32..99)) {
        let points = series(values.map(f64::from));
        let mut longer = points.clone();
        longer.push(TrendPoint { year: 1999, value: Some(f64::from(older)), count: None, ..points[0] });
        for kind in [TrendKind::Proportion, TrendKind::WithLimits] {
            prop_assert_eq!(trend(&points, kind), trend(&longer, kind));
        }
    }
}
