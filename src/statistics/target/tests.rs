use super::super::vectors::{Cells, Row, agree, cases, joined};
use super::*;
use proptest::prelude::*;

fn better(row: &Row) -> Option<Better> {
    match row.text("polarity") {
        "high_is_good" => Some(Better::Higher),
        "low_is_good" => Some(Better::Lower),
        "not_applicable" => None,
        text if text.starts_with("blue_orange_blue") => Some(Better::Neither),
        other => panic!("polarity {other}"),
    }
}

/// There −1 stands for a missing number in every column; here it is a number like any other.
fn number(row: &Row, column: &str) -> Option<f64> {
    row.number(column).filter(|number| (number + 1.0).abs() > 0.0)
}

#[test]
fn thresholds_and_ranges_are_those_of_the_reference_program() {
    for case in cases("target_threshold/target_threshold.csv") {
        let row = &case.rows[0];
        let (value, better) = (number(row, "value"), better(row));
        let limits = (number(row, "lower95"), number(row, "upper95"));
        let ends = (row.number("lower_limit"), row.number("upper_limit"));
        let benchmarks = (number(row, "benchmark_value_1"), number(row, "benchmark_value_2"));
        let with_limits = row.text("use_cis") == "1";
        let found = match row.text("target_type") {
            "single" if with_limits => threshold_with_limits(value, limits, ends.0, better),
            "single" => threshold(value, ends.0, better),
            "range" => range(value, ends, better),
            "previous_year_england" => previous_national(value, benchmarks.0.or(benchmarks.1), better),
            "percentile_range" => percentile_range(value, benchmarks, better),
            other => panic!("{}: {other}", case.id),
        };
        let expected = row.text("expected_significance");
        match found {
            Ok(Attainment::Met) => assert_eq!(expected, "Better", "{}", case.id),
            Ok(Attainment::Similar) => assert_eq!(expected, "Same", "{}", case.id),
            Ok(Attainment::NotMet) => assert_eq!(expected, "Worse", "{}", case.id),
            Err(NotAssessed::Inverted) => assert!(expected.starts_with("EXC:"), "{}: {expected}", case.id),
            Err(why) => assert_eq!(expected, "None", "{}: {why}", case.id),
        }
    }
}

#[test]
fn gaps_are_those_of_the_proposed_definition() {
    for case in cases("target_close_gap_PROPOSED/close_gap.csv") {
        let row = &case.rows[0];
        let place = (row.number("local_baseline"), row.number("local_now"));
        let national = (row.number("national_baseline"), row.number("national_now"));
        let found = close_gap(place, national, row.given("required_share_closed"), better(row).unwrap());
        let Ok(found) = found else {
            assert_eq!(row.text("expected_gap_now"), "", "{}: {found:?}", case.id);
            continue;
        };
        let near = |ours: f64, column| (ours - row.given(column)).abs() < 1e-9;
        assert!(near(found.gap_baseline, "expected_gap_baseline"), "{}: {found:?}", case.id);
        assert!(near(found.gap_now, "expected_gap_now"), "{}: {found:?}", case.id);
        // The expected shares are rounded to ten decimals.
        assert!(agree(found.share_closed, row.number("expected_share_closed"), 1e-9), "{}: {found:?}", case.id);
        assert_eq!(found.met.to_string(), row.text("expected_met"), "{}", case.id);
        let direction = match found.direction {
            _ if found.met => "met",
            GapDirection::Narrowed => "narrowed",
            GapDirection::Unchanged => "unchanged",
            GapDirection::Widened => "widened",
        };
        assert_eq!(direction, row.text("expected_direction"), "{}", case.id);
    }
}

#[test]
fn neighbours_are_compared_by_the_proposed_definition() {
    let folder = "target_statistical_neighbours_PROPOSED";
    let cases = joined(&format!("{folder}/inputs_neighbours.csv"), &format!("{folder}/expected.csv"));
    for (case, inputs) in cases {
        let row = &case.rows[0];
        let neighbours: Vec<_> = inputs.iter().map(|row| row.number("neighbour_value")).collect();
        let limits = (row.number("local_lower95"), row.number("local_upper95"));
        let found = in_line_with_neighbours(row.number("local_value"), limits, &neighbours, better(row).unwrap());
        let status = match found {
            Ok(AmongNeighbours { status: NeighbourStatus::MetBetter, .. }) => "met_better",
            Ok(AmongNeighbours { status: NeighbourStatus::MetInLine, .. }) => "met_in_line",
            Ok(AmongNeighbours { status: NeighbourStatus::Met, .. }) => "met",
            Ok(AmongNeighbours { status: NeighbourStatus::NotMet, .. }) => "not_met",
            Err(_) => "not_assessable",
        };
        assert_eq!(status, row.text("expected_status"), "{}", case.id);
        let Ok(found) = found else { continue };
        assert!(agree(Some(found.mean), row.number("expected_neighbour_mean"), 1e-10), "{}: {found:?}", case.id);
        assert!(agree(Some(found.median), row.number("expected_neighbour_median"), 1e-10), "{}: {found:?}", case.id);
        assert_eq!(found.n, neighbours.iter().flatten().count(), "{}", case.id);
    }
}

#[test]
fn quartiles_move_by_the_proposed_definition() {
    let folder = "target_move_quartile_PROPOSED";
    for (case, inputs) in joined(&format!("{folder}/inputs.csv"), &format!("{folder}/expected.csv")) {
        let row = &case.rows[0];
        let column = |name| inputs.iter().map(|row| row.number(name)).collect::<Vec<_>>();
        let area = inputs.iter().position(|input| input.text("role") == "area").expect("an area");
        assert_eq!(inputs[area].text("row"), row.text("area_row"), "{}", case.id);
        let better = better(row).unwrap();
        let found = move_up_quartile(&column("baseline_value"), &column("current_value"), area, better);
        let quartile = |name| row.number(name).map(|number| format!("{number}"));
        assert_eq!(found.then.map(|then| then.to_string()), quartile("expected_baseline_quartile"), "{}", case.id);
        assert_eq!(found.now.map(|now| now.to_string()), quartile("expected_current_quartile"), "{}", case.id);
        let status = match found.met {
            Ok(true) => "met",
            Ok(false) => "not_met",
            Err(_) => "not_assessable",
        };
        assert_eq!(status, row.text("expected_status"), "{}: {found:?}", case.id);
    }
}

#[test]
fn what_is_missing_is_named() {
    let (one, higher) = (Some(1.0), Some(Better::Higher));
    assert_eq!(threshold(None, one, higher), Err(NotAssessed::NoValue));
    assert_eq!(threshold(one, Some(f64::NAN), higher), Err(NotAssessed::NoTarget));
    assert_eq!(threshold(one, one, None), Err(NotAssessed::NotApplicable));
    assert_eq!(threshold_with_limits(one, (one, None), one, higher), Err(NotAssessed::NoLimits));
    assert_eq!(threshold_with_limits(one, (Some(2.0), one), one, higher), Err(NotAssessed::Inverted));
    assert_eq!(range(one, (one, None), higher), Err(NotAssessed::NoTarget));
    assert_eq!(percentile_range(one, (one, one), Some(Better::Neither)), Err(NotAssessed::NoDirection));
    assert_eq!(previous_national(one, None, higher), Err(NotAssessed::NoTarget));
    let gap = |place, comparator, share, better| close_gap(place, comparator, share, better).map(|gap| gap.met);
    assert_eq!(gap((None, one), (one, one), 1.0, Better::Higher), Err(NotAssessed::NoBaseline));
    assert_eq!(gap((one, None), (one, one), 1.0, Better::Higher), Err(NotAssessed::NoValue));
    assert_eq!(gap((one, one), (one, None), 1.0, Better::Higher), Err(NotAssessed::NoTarget));
    assert_eq!(gap((one, one), (one, one), 0.0, Better::Higher), Err(NotAssessed::NoShare));
    assert_eq!(gap((one, one), (one, one), 1.0, Better::Neither), Err(NotAssessed::NoDirection));
    let four = [one, Some(2.0), Some(3.0), Some(4.0)];
    let met = |then: &[_], now: &[_], area| move_up_quartile(then, now, area, Better::Higher).met;
    assert_eq!(met(&[None, one, one, one, one], &four, 0), Err(NotAssessed::NoBaseline));
    assert_eq!(met(&four, &four[..3], 0), Err(NotAssessed::TooFewAreas));
    assert_eq!(met(&four, &four, 9), Err(NotAssessed::NoBaseline));
}

#[test]
fn an_interval_of_no_width_on_the_target_is_on_its_upper_side() {
    let ten = Some(10.0);
    let found = |better| threshold_with_limits(ten, (ten, ten), ten, Some(better));
    assert_eq!(found(Better::Higher), Ok(Attainment::Met));
    assert_eq!(found(Better::Lower), Ok(Attainment::NotMet));
}

#[test]
fn a_value_of_minus_one_is_a_number() {
    assert_eq!(threshold(Some(-1.0), Some(0.0), Some(Better::Lower)), Ok(Attainment::Met));
}

#[test]
fn a_share_that_is_closed_exactly_is_closed() {
    // 0.7 - 0.6 and 0.7 - 0.65 are not exact in binary.
    let gap = close_gap((Some(0.6), Some(0.65)), (Some(0.7), Some(0.7)), 0.5, Better::Higher).unwrap();
    assert!(gap.met, "{gap:?}");
}

fn flipped(attainment: Attainment) -> Attainment {
    match attainment {
        Attainment::Met => Attainment::NotMet,
        Attainment::Similar => Attainment::Similar,
        Attainment::NotMet => Attainment::Met,
    }
}

fn goodness(attainment: Attainment) -> u8 {
    match attainment {
        Attainment::Met => 2,
        Attainment::Similar => 1,
        Attainment::NotMet => 0,
    }
}

proptest! {
    #[test]
    fn a_better_value_never_reaches_less(a in -50i32..50, b in -50i32..50, low in -50i32..50, width in 0i32..20) {
        let (worse, more) = (f64::from(a.min(b)), f64::from(a.max(b)));
        let (low, high) = (f64::from(low), f64::from(low + width));
        for (better, first, second) in [(Better::Higher, worse, more), (Better::Lower, more, worse)] {
            let better = Some(better);
            let alone = |value| goodness(threshold(Some(value), Some(low), better).unwrap());
            prop_assert!(alone(first) <= alone(second));
            let within = |value| goodness(range(Some(value), (Some(low), Some(high)), better).unwrap());
            prop_assert!(within(first) <= within(second));
            let limits = |value: f64| {
                let limits = (Some(value - 2.0), Some(value + 3.0));
                goodness(threshold_with_limits(Some(value), limits, Some(low), better).unwrap())
            };
            prop_assert!(limits(first) <= limits(second));
        }
    }

    #[test]
    fn swapping_the_polarity_swaps_good_and_bad(value in -50i32..50, low in -50i32..50, width in 0i32..20) {
        let (value, low, high) = (Some(f64::from(value)), Some(f64::from(low)), Some(f64::from(low + width)));
        let (up, down) = (Some(Better::Higher), Some(Better::Lower));
        prop_assert_eq!(range(value, (low, high), up).map(flipped), range(value, (low, high), down));
        let limits = (value.map(|value| value - 1.5), value.map(|value| value + 2.5));
        prop_assert_eq!(
            threshold_with_limits(value, limits, low, up).map(flipped),
            threshold_with_limits(value, limits, low, down)
        );
        // At the limit itself both directions are met: "no more than" and "no less than" hold.
        if value != low {
            prop_assert_eq!(threshold(value, low, up).map(flipped), threshold(value, low, down));
        }
    }

    #[test]
    fn the_order_of_neighbours_and_areas_does_not_matter(
        values in proptest::collection::vec(proptest::option::of(-500i32..500), 1..20),
        seed in 0usize..20,
    ) {
        let values: Vec<_> = values.into_iter().map(|value| value.map(|value| f64::from(value) / 10.0)).collect();
        let by = seed % values.len();
        let mut turned = values.clone();
        turned.rotate_left(by);
        for better in [Better::Higher, Better::Lower] {
            let compare = |neighbours: &[_]| in_line_with_neighbours(Some(1.0), (None, None), neighbours, better);
            prop_assert_eq!(compare(&values), compare(&turned));
            let moved = move_up_quartile(&values, &values, by, better);
            prop_assert_eq!(moved, move_up_quartile(&turned, &turned, 0, better));
        }
    }

    #[test]
    fn a_gap_does_not_depend_on_the_unit_and_mirrors(
        numbers in proptest::array::uniform4(-500i32..500),
        share in prop::sample::select(vec![0.25, 0.5, 1.0]),
    ) {
        let [a, b, c, d] = numbers.map(f64::from);
        let gap = |unit: f64, better| {
            close_gap((Some(a * unit), Some(b * unit)), (Some(c * unit), Some(d * unit)), share, better).unwrap()
        };
        let (one, percent, mirrored) = (gap(1.0, Better::Higher), gap(0.01, Better::Higher), gap(-1.0, Better::Lower));
        prop_assert_eq!((one.met, one.direction), (percent.met, percent.direction));
        prop_assert_eq!((one.met, one.direction), (mirrored.met, mirrored.direction));
        prop_assert!(agree(one.share_closed, percent.share_closed, 1e-9));
    }
}
