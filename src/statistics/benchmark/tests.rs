use super::super::judge_two_intervals;
use super::super::vectors::{Case, Cells, Row, cases};
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

/// A number; in cases whose tag speaks of a null, −1 stands for a missing one.
fn number(row: &Row, column: &str) -> Option<f64> {
    let null = row.text("tag").contains("null");
    row.number(column).filter(|number| !null || (number + 1.0).abs() > 0.0)
}

fn measured(row: &Row, prefix: &str, level: &str, value: &str) -> Measured {
    Measured {
        value: number(row, value),
        lower: number(row, &format!("{prefix}lower{level}")),
        upper: number(row, &format!("{prefix}upper{level}")),
    }
}

/// The reference program's word: where neither direction is good it still says better for higher.
fn word(found: Result<Comparison, NotCompared>) -> &'static str {
    match found {
        Ok(Comparison::Best | Comparison::Highest) => "Best",
        Ok(Comparison::Better | Comparison::Higher) => "Better",
        Ok(Comparison::Similar) => "Same",
        Ok(Comparison::Worse | Comparison::Lower) => "Worse",
        Ok(Comparison::Worst | Comparison::Lowest) => "Worst",
        Err(_) => "None",
    }
}

fn check(case: &Case, found: Result<Comparison, NotCompared>) {
    assert_eq!(word(found), case.rows[0].text("expected_significance"), "{}: {found:?}", case.id);
    if let Ok(found) = found {
        let sided = [Comparison::Highest, Comparison::Higher, Comparison::Lower, Comparison::Lowest].contains(&found);
        let neither = better(&case.rows[0]) == Some(Better::Neither);
        assert_eq!(sided, neither && found != Comparison::Similar, "{}", case.id);
    }
}

#[test]
fn one_level_is_judged_as_the_reference_program_does() {
    for case in cases("rag_single_ci/rag_single_ci.csv") {
        let row = &case.rows[0];
        let benchmark = number(row, "benchmark_value");
        let found = judge_one_level(measured(row, "", "95", "value"), benchmark, better(row));
        check(&case, found.map(Into::into));
        if better(row).is_some() {
            let word = found.map_or(String::new(), |judgement| format!("{judgement:?}"));
            assert_eq!(word, row.text("expected_next_outcome"), "{}", case.id);
        }
    }
}

#[test]
fn two_levels_are_judged_as_the_reference_program_does() {
    for case in cases("rag_two_ci_levels/rag_two_ci_levels.csv") {
        let row = &case.rows[0];
        let wider = measured(row, "", "99_8", "value");
        let benchmark = number(row, "benchmark_value");
        let area = measured(row, "", "95", "value");
        check(&case, judge_two_levels(area, (wider.lower, wider.upper), benchmark, better(row)));
    }
}

#[test]
fn two_intervals_are_judged_as_the_reference_program_does() {
    for case in cases("rag_double_ci/rag_double_ci.csv") {
        let row = &case.rows[0];
        let benchmark = measured(row, "benchmark_", "95", "benchmark_value");
        let found = judge_two_intervals(measured(row, "", "95", "value"), benchmark, better(row));
        check(&case, found.map(Into::into));
    }
}

#[test]
fn proportions_on_a_control_chart_are_judged_as_the_reference_program_does() {
    for case in cases("rag_spc_proportion/rag_spc_proportion.csv") {
        let row = &case.rows[0];
        let level = match row.text("z") {
            "1.96" => ControlLevel::P95,
            "3.0902" => ControlLevel::P99_8,
            other => panic!("{}: {other}", case.id),
        };
        let found = judge_control_proportion(
            number(row, "value"),
            number(row, "denominator"),
            number(row, "benchmark_value"),
            row.given("unit"),
            level,
            better(row),
        );
        check(&case, found.map(Into::into));
    }
}

#[test]
fn rates_on_a_control_chart_are_judged_as_the_reference_program_does() {
    for case in cases("rag_spc_dsr/rag_spc_dsr.csv") {
        let row = &case.rows[0];
        let level = match row.text("alpha") {
            "0.025" => ControlLevel::P95,
            "0.001" => ControlLevel::P99_8,
            other => panic!("{}: {other}", case.id),
        };
        let found = judge_control_rate(
            number(row, "value"),
            number(row, "effective_denominator"),
            number(row, "benchmark_value"),
            row.given("unit"),
            level,
            better(row),
        );
        check(&case, found.map(Into::into));
    }
}

#[test]
fn what_is_missing_is_named() {
    let (one, better) = (Some(1.0), Some(Better::Higher));
    let area = Measured { value: one, lower: one, upper: one };
    assert_eq!(judge_one_level(area, one, None), Err(NotCompared::NotApplicable));
    assert_eq!(judge_two_levels(area, (one, None), one, better), Err(NotCompared::NoLimits));
    let proportion =
        |value, n, benchmark| judge_control_proportion(value, n, benchmark, 100.0, ControlLevel::P95, better);
    assert_eq!(proportion(None, one, one), Err(NotCompared::NoValue));
    assert_eq!(proportion(one, one, None), Err(NotCompared::NoBenchmark));
    assert_eq!(proportion(one, Some(0.0), one), Err(NotCompared::NoDenominator));
    assert_eq!(proportion(one, one, Some(101.0)), Err(NotCompared::NoControlLimits));
    let rate = judge_control_rate(one, one, Some(-1.0), 1e5, ControlLevel::P99_8, better);
    assert_eq!(rate, Err(NotCompared::NoControlLimits));
}

#[test]
fn a_benchmark_of_all_or_none_has_limits_of_its_own() {
    let judged = |value, benchmark| {
        judge_control_proportion(
            Some(value),
            Some(50.0),
            Some(benchmark),
            100.0,
            ControlLevel::P95,
            Some(Better::Higher),
        )
    };
    assert_eq!(judged(0.0, 0.0), Ok(Judgement::Similar));
    assert_eq!(judged(100.0, 100.0), Ok(Judgement::Similar));
    assert_eq!(judged(50.0, 100.0), Ok(Judgement::Worse));
}

fn swapped(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Best => Comparison::Worst,
        Comparison::Better => Comparison::Worse,
        Comparison::Worse => Comparison::Better,
        Comparison::Worst => Comparison::Best,
        other => other,
    }
}

proptest! {
    #[test]
    fn swapping_the_polarity_swaps_good_and_bad_and_the_unit_changes_nothing(
        value in 1i32..99, benchmark in 1i32..99, narrow in 0i32..9, wide in 0i32..9, n in 5u32..5000,
    ) {
        let all = |unit: f64, better: Better| -> Vec<Comparison> {
            let number = |number: i32| Some(f64::from(number) * unit);
            let (v, b, better) = (number(value), number(benchmark), Some(better));
            let area = Measured { value: v, lower: number(value - narrow), upper: number(value + narrow) };
            let held = Measured { value: b, lower: number(benchmark - wide), upper: number(benchmark + wide) };
            let outer = (number(value - narrow - wide), number(value + narrow + wide));
            let n = Some(f64::from(n));
            let mut all = vec![
                judge_one_level(area, b, better).unwrap().into(),
                judge_two_levels(area, outer, b, better).unwrap(),
                judge_two_intervals(area, held, better).unwrap().into(),
            ];
            for level in [ControlLevel::P95, ControlLevel::P99_8] {
                all.push(judge_control_proportion(v, n, b, 100.0 * unit, level, better).unwrap().into());
                all.push(judge_control_rate(v, n, b, 100.0 * unit, level, better).unwrap().into());
            }
            all
        };
        let up = all(1.0, Better::Higher);
        prop_assert_eq!(up.iter().copied().map(swapped).collect::<Vec<_>>(), all(1.0, Better::Lower));
        // Powers of two, so that scaling is exact and no benchmark slips off its limit.
        prop_assert_eq!(&up, &all(0.125, Better::Higher));
        prop_assert_eq!(&up, &all(1024.0, Better::Higher));
        for (one, other) in up.iter().zip(all(1.0, Better::Neither)) {
            prop_assert_eq!(*one == Comparison::Similar, other == Comparison::Similar);
        }
    }

    #[test]
    fn wider_limits_never_judge_more(value in 0i32..100, benchmark in 1i32..99, n in 5u32..5000) {
        let (v, b, n) = (Some(f64::from(value)), Some(f64::from(benchmark)), Some(f64::from(n)));
        for judge in [judge_control_proportion, judge_control_rate] {
            let at = |level| judge(v, n, b, 100.0, level, Some(Better::Higher)).unwrap();
            let (narrow, wide) = (at(ControlLevel::P95), at(ControlLevel::P99_8));
            prop_assert!(wide == narrow || wide == Judgement::Similar);
        }
    }
}
