use super::super::vectors::{Case, Cells, Row, agree, joined, rows};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn better(case: &Case) -> Better {
    match case.rows[0].text("improvement_direction") {
        "increase" => Better::Higher,
        "decrease" => Better::Lower,
        "neutral" => Better::Neither,
        other => panic!("{}: {other}", case.id),
    }
}

/// The rows that start a group, counted from 0.
fn rebase(row: &Row) -> Vec<usize> {
    row.text("rebase_rows")
        .split(';')
        .filter(|row| !row.is_empty())
        .map(|row| row.parse::<usize>().unwrap() - 1)
        .collect()
}

fn label(special: Option<SpecialCause>) -> &'static str {
    match special {
        None => "Common Cause",
        Some(SpecialCause::AboveLimit) => "Above UCL",
        Some(SpecialCause::BelowLimit) => "Below LCL",
        Some(SpecialCause::Rising) => "7 Point Trend (Increasing)",
        Some(SpecialCause::Falling) => "7 Point Trend (Decreasing)",
        Some(SpecialCause::TwoInThreeAbove) => "2 in 3 Above CL",
        Some(SpecialCause::TwoInThreeBelow) => "2 in 3 Below CL",
        Some(SpecialCause::ShiftAbove) => "7 Points Above CL",
        Some(SpecialCause::ShiftBelow) => "7 Points Below CL",
    }
}

fn point_type(variation: Variation) -> &'static str {
    match variation {
        Variation::CommonCause => "common_cause",
        Variation::ImprovementHigh | Variation::ImprovementLow => "special_cause_improvement",
        Variation::ConcernHigh | Variation::ConcernLow => "special_cause_concern",
        Variation::NeutralHigh => "special_cause_neutral_high",
        Variation::NeutralLow => "special_cause_neutral_low",
    }
}

fn variation_icon(variation: Variation) -> &'static str {
    match variation {
        Variation::CommonCause => "common_cause",
        Variation::ImprovementHigh => "improvement_high",
        Variation::ImprovementLow => "improvement_low",
        Variation::ConcernHigh => "concern_high",
        Variation::ConcernLow => "concern_low",
        Variation::NeutralHigh => "neutral_high",
        Variation::NeutralLow => "neutral_low",
    }
}

/// Whether the reference program gave this point limits that are no numbers: it screens out all moving ranges where all
/// are zero, and it has none for a single point. There we go our own way.
fn no_limits(row: &Row) -> bool {
    row.number("expected_lpl").is_none_or(f64::is_nan)
}

fn check_point(case: &Case, chart: &SpcChart, point: &SpcPoint, row: &Row) {
    let at = format!("{} row {}", case.id, row.text("row"));
    let group = &chart.groups[point.group];
    // There a rebase at the first row makes an empty group before it.
    let skipped = usize::from(rebase(&case.rows[0]).contains(&0));
    assert_eq!((point.group + skipped).to_string(), row.text("rebase_group"), "{at}");
    assert_eq!(group.trial_limits.to_string(), row.text("short_group_warning"), "{at}");
    assert!(agree(Some(group.mean), row.number("expected_mean"), 1e-9), "{at}: {group:?}");
    if no_limits(row) {
        let on_the_mean = group.limits.is_none_or(|limits| agree(Some(limits.lower), Some(limits.upper), 0.0));
        assert!(on_the_mean && group.limits.is_none() == (group.points == 1), "{at}: {group:?}");
        return;
    }
    let limits = group.limits.unwrap_or_else(|| panic!("{at}: no limits"));
    assert!(agree(Some(limits.lower), row.number("expected_lpl"), 1e-9), "{at}: {limits:?}");
    assert!(agree(Some(limits.upper), row.number("expected_upl"), 1e-9), "{at}: {limits:?}");
    let side = match point.side {
        Ordering::Less => "-1",
        Ordering::Equal => "0",
        Ordering::Greater => "1",
    };
    assert_eq!(side, row.text("expected_relative_to_mean"), "{at}");
    assert_eq!(point.outside.to_string(), row.text("expected_outside_limits"), "{at}");
    assert_eq!(point.close.to_string(), row.text("expected_close_to_limits"), "{at}");
    assert_eq!(label(point.special), row.text("expected_special_cause_type"), "{at}");
    assert_eq!(point_type(point.variation), row.text("expected_point_type"), "{at}");
}

fn check_summary(case: &Case, chart: &SpcChart) {
    let row = &case.rows[0];
    assert_eq!(point_type(chart.variation), row.text("expected_variation_type"), "{}", case.id);
    assert_eq!(variation_icon(chart.variation), row.text("expected_variation_icon"), "{}", case.id);
    let (kind, icon) = match chart.assurance {
        None => ("none", "none"),
        Some(Assurance::Pass) => ("consistent_pass", "pass"),
        Some(Assurance::Fail) => ("consistent_fail", "fail"),
        Some(Assurance::Inconsistent) => ("inconsistent", "inconsistent"),
    };
    assert_eq!((kind, icon), (row.text("expected_assurance_type"), row.text("expected_assurance_icon")), "{}", case.id);
    let count = |kind| chart.points.iter().filter(|point| point_type(point.variation) == kind).count().to_string();
    assert_eq!(count("special_cause_improvement"), row.text("n_improvement"), "{}", case.id);
    assert_eq!(count("special_cause_concern"), row.text("n_concern"), "{}", case.id);
    assert_eq!(count("common_cause"), row.text("n_common"), "{}", case.id);
}

#[test]
fn charts_are_those_of_the_reference_program() {
    let mut expected: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows("spc_xmr/expected_points.csv") {
        expected.entry(row.text("case_id").to_owned()).or_default().push(row);
    }
    for (case, mut inputs) in joined("spc_xmr/inputs.csv", "spc_xmr/expected_summary.csv") {
        let row = &case.rows[0];
        inputs.sort_by(|one, other| one.text("date").cmp(other.text("date")));
        let values: Vec<_> = inputs.iter().map(|row| row.number("value")).collect();
        let rebase = rebase(row);
        let options = SpcOptions {
            better: better(&case),
            target: row.number("target"),
            rebase: &rebase,
            fix_after: row.number("fix_after_n_points").map(|n| format!("{n}").parse().unwrap()),
            screen_outliers: row.text("screen_outliers") == "true",
        };
        let points = &expected[&case.id];
        let chart = match spc(&values, &options) {
            Ok(chart) => chart,
            // One point makes no chart; there it makes one without limits.
            Err(why) => {
                assert!(why == NoChart::TooFewPoints && points.len() < 2, "{}: {why}", case.id);
                continue;
            }
        };
        assert_eq!(chart.points.len(), points.len(), "{}", case.id);
        for (point, row) in chart.points.iter().zip(points) {
            check_point(&case, &chart, point, row);
        }
        if !points.iter().any(no_limits) {
            check_summary(&case, &chart);
        }
    }
}

fn chart(values: &[f64], options: &SpcOptions<'_>) -> SpcChart {
    let values: Vec<_> = values.iter().copied().map(Some).collect();
    spc(&values, options).expect("a chart")
}

#[test]
fn a_constant_series_has_its_mean_as_limits_and_an_honest_icon() {
    // Fifteen times 0.1 is not exactly 1.5 in binary; no point may fall off the mean by that.
    for (target, assurance) in [(0.2, Assurance::Fail), (0.1, Assurance::Inconsistent), (0.05, Assurance::Pass)] {
        for screen_outliers in [true, false] {
            let options =
                SpcOptions { better: Better::Higher, target: Some(target), screen_outliers, ..SpcOptions::default() };
            let chart = chart(&[0.1; 15], &options);
            let limits = chart.groups[0].limits.expect("limits");
            assert!(agree(Some(limits.lower), Some(limits.upper), 0.0) && agree(Some(limits.lower), Some(0.1), 0.0));
            assert!(chart.points.iter().all(|point| point.special.is_none() && point.side == Ordering::Equal));
            assert_eq!(chart.assurance, Some(assurance));
        }
    }
}

#[test]
fn a_point_alone_in_its_group_has_no_limits_and_no_assurance() {
    let options = SpcOptions { better: Better::Higher, target: Some(1.0), rebase: &[3], ..SpcOptions::default() };
    let chart = chart(&[5.0, 6.0, 5.5, 9.0], &options);
    assert_eq!(chart.groups[1].limits, None);
    assert_eq!((chart.variation, chart.assurance), (Variation::CommonCause, None));
}

#[test]
fn a_target_on_a_limit_is_between_the_limits() {
    let plain = SpcOptions { better: Better::Lower, ..SpcOptions::default() };
    let values = [45.85, 44.95, 48.29, 41.5, 51.32, 58.36, 56.62, 59.78, 48.32, 47.03];
    let limits = chart(&values, &plain).groups[0].limits.expect("limits");
    for on in [limits.lower, limits.upper] {
        for target in [on.next_down(), on, on.next_up()] {
            let options = SpcOptions { target: Some(target), ..plain };
            assert_eq!(chart(&values, &options).assurance, Some(Assurance::Inconsistent), "{target}");
        }
    }
}

#[test]
fn why_there_is_no_chart_is_named() {
    let (some, plain) = (Some(1.0), SpcOptions::default());
    assert_eq!(spc(&[], &plain), Err(NoChart::TooFewPoints));
    assert_eq!(spc(&[some], &plain), Err(NoChart::TooFewPoints));
    assert_eq!(spc(&[some, None], &plain), Err(NoChart::NoValue(1)));
    assert_eq!(spc(&[some, Some(f64::NAN)], &plain), Err(NoChart::NoValue(1)));
    assert_eq!(spc(&[some, some], &SpcOptions { rebase: &[2], ..plain }), Err(NoChart::NoSuchPoint(2)));
    assert_eq!(spc(&[some, some], &SpcOptions { fix_after: Some(11), ..plain }), Err(NoChart::FixedTooEarly(11)));
    assert_eq!(spc(&[some, some], &SpcOptions { target: Some(f64::NAN), ..plain }), Err(NoChart::NoTarget));
    let huge = [Some(f64::MAX), Some(f64::MIN), Some(f64::MAX)];
    assert_eq!(spc(&huge, &plain), Err(NoChart::OutOfRange));
}

#[test]
fn seven_points_make_a_trend_and_six_do_not() {
    let rising = |n: u32| {
        let mut values = vec![5.0, 30.0, 10.0, 25.0];
        values.extend((0..n).map(|step| 11.0 + f64::from(step)));
        values.extend([9.0, 28.0]);
        chart(&values, &SpcOptions::default())
    };
    // The step down to the first of them is no part of the trend.
    let found = |n| rising(n).points.iter().filter(|point| point.special == Some(SpecialCause::Rising)).count();
    assert_eq!((found(6), found(7), found(9)), (0, 7, 9));
}

proptest! {
    #[test]
    fn a_constant_added_to_the_series_moves_its_limits_by_it(
        values in proptest::collection::vec(0i32..100, 2..40), shift in -500i32..500, screen_outliers: bool,
    ) {
        let options = SpcOptions { screen_outliers, ..SpcOptions::default() };
        // Whole numbers, so that the ranges are the same to the last digit.
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let shift = f64::from(shift);
        let moved: Vec<f64> = values.iter().map(|value| value + shift).collect();
        let (one, other) = (chart(&values, &options), chart(&moved, &options));
        let (a, b) = (one.groups[0].limits.unwrap(), other.groups[0].limits.unwrap());
        for (a, b) in [(a.lower, b.lower), (a.upper, b.upper), (a.near_lower, b.near_lower), (a.near_upper, b.near_upper)] {
            prop_assert!((a + shift - b).abs() < 1e-9, "{} {}", a + shift, b);
        }
    }

    #[test]
    fn a_series_turned_upside_down_swaps_high_and_low(values in proptest::collection::vec(-100i32..100, 2..60)) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let turned: Vec<f64> = values.iter().map(|value| -value).collect();
        let up = chart(&values, &SpcOptions { better: Better::Higher, ..SpcOptions::default() });
        let down = chart(&turned, &SpcOptions { better: Better::Lower, ..SpcOptions::default() });
        for (one, other) in up.points.iter().zip(&down.points) {
            let swapped = match one.variation {
                Variation::ImprovementHigh => Variation::ImprovementLow,
                Variation::ConcernLow => Variation::ConcernHigh,
                same => same,
            };
            prop_assert_eq!(swapped, other.variation);
            prop_assert_eq!((one.outside, one.close), (other.outside, other.close));
        }
    }

    #[test]
    fn a_group_begins_as_if_nothing_were_before_it(
        before in proptest::collection::vec(0i32..100, 1..20), after in proptest::collection::vec(0i32..100, 2..40),
    ) {
        let after: Vec<f64> = after.into_iter().map(f64::from).collect();
        let whole: Vec<f64> = before.iter().copied().map(f64::from).chain(after.iter().copied()).collect();
        let rebased = chart(&whole, &SpcOptions { rebase: &[before.len()], ..SpcOptions::default() });
        let alone = chart(&after, &SpcOptions::default());
        prop_assert_eq!(rebased.groups[1].limits, alone.groups[0].limits);
        let specials = |points: &[SpcPoint]| points.iter().map(|point| point.special).collect::<Vec<_>>();
        prop_assert_eq!(specials(&rebased.points[before.len()..]), specials(&alone.points));
    }
}
