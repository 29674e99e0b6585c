//! Comparing places with each other and with a benchmark.

use super::quantile::quantiles_of_ranks;
use std::fmt;

/// Which direction is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// A higher number.
    Higher,
    /// A lower number.
    Lower,
    /// Neither.
    Neither,
}

/// How a value compares with a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// On the good side of the benchmark.
    Better,
    /// The benchmark lies within the limits.
    Similar,
    /// On the bad side of the benchmark.
    Worse,
    /// Above the benchmark, where neither side is good.
    Higher,
    /// Below the benchmark, where neither side is good.
    Lower,
}

/// Why a value was not held against a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCompared {
    /// There is no value.
    NoValue,
    /// The benchmark has no value.
    NoBenchmark,
    /// The value has no 95% limits, or only one.
    NoLimits,
    /// The lower limit is above the upper one.
    CrossedLimits,
    /// Comparison does not apply to the indicator.
    NotApplicable,
    /// There is no denominator above zero.
    NoDenominator,
    /// The benchmark is one that the method cannot draw limits around, such as a proportion above 1.
    NoControlLimits,
    /// The earlier period has no value.
    NoPrevious,
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoValue => "there is no value",
            Self::NoBenchmark => "the benchmark has no value",
            Self::NoLimits => "the value has no 95% limits",
            Self::CrossedLimits => "the lower 95% limit is above the upper one",
            Self::NotApplicable => "comparison does not apply to the indicator",
            Self::NoDenominator => "there is no denominator above zero",
            Self::NoControlLimits => "no control limits can be drawn around the benchmark",
            Self::NoPrevious => "the earlier period has no value",
        })
    }
}

/// Competition ranks, 1 is best: descending where higher is better, ascending otherwise; ties share the best rank.
///
/// Source: the Fingertips area rank.
#[must_use]
pub fn ranks(values: &[Option<f64>], better: Better) -> Vec<Option<usize>> {
    let mut sorted: Vec<f64> = values.iter().filter_map(|value| present(*value)).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = |value: f64| match better {
        Better::Higher => 1 + sorted.len() - sorted.partition_point(|other| *other <= value),
        Better::Lower | Better::Neither => 1 + sorted.partition_point(|other| *other < value),
    };
    values.iter().map(|value| present(*value).map(rank)).collect()
}

/// Quartiles, 1 is best (lowest where neither direction is better); all missing where fewer than four values are
/// present.
///
/// Source: OHID's rule for deprivation categories (`phe_quantile`), over the ranks of [`ranks`]:
/// floor((k + 1) − ceil(((N + 1) − rank) ÷ (N ÷ k))), and 0 becomes 1.
#[must_use]
pub fn quartiles(values: &[Option<f64>], better: Better) -> Vec<Option<u8>> {
    let quartiles = quantiles_of_ranks(&ranks(values, better), 4);
    quartiles.into_iter().map(|quartile| quartile.and_then(|quartile| u8::try_from(quartile).ok())).collect()
}

/// Holds a value with its 95% limits against a benchmark: similar where the benchmark lies within the limits
/// (inclusive), otherwise by the side on which the value lies. The benchmark's own limits play no part.
///
/// Source: Fingertips' default method, a single 95% interval.
///
/// # Errors
/// What is missing; nothing is guessed.
pub fn judge(
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    benchmark: Option<f64>,
    better: Better,
) -> Result<Judgement, NotCompared> {
    let value = present(value).ok_or(NotCompared::NoValue)?;
    let benchmark = present(benchmark).ok_or(NotCompared::NoBenchmark)?;
    let (Some(lower), Some(upper)) = (present(lower), present(upper)) else {
        return Err(NotCompared::NoLimits);
    };
    if lower > upper {
        return Err(NotCompared::CrossedLimits);
    }
    if (lower..=upper).contains(&benchmark) {
        return Ok(Judgement::Similar);
    }
    Ok(side(value > benchmark, better))
}

/// The judgement of a value that stands above its benchmark, or below it.
pub(super) const fn side(above: bool, better: Better) -> Judgement {
    match (better, above) {
        (Better::Higher, true) | (Better::Lower, false) => Judgement::Better,
        (Better::Higher, false) | (Better::Lower, true) => Judgement::Worse,
        (Better::Neither, true) => Judgement::Higher,
        (Better::Neither, false) => Judgement::Lower,
    }
}

/// The number, where it is one.
pub(super) fn present(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Case, Cells, cases, rows};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_share_the_best_rank_and_a_missing_value_has_none() {
        let values = [Some(5.0), None, Some(7.0), Some(5.0), Some(9.0), Some(f64::NAN)];
        assert_eq!(ranks(&values, Better::Lower), [Some(1), None, Some(3), Some(1), Some(4), None]);
        assert_eq!(ranks(&values, Better::Higher), [Some(3), None, Some(2), Some(3), Some(1), None]);
        assert_eq!(ranks(&values, Better::Neither), ranks(&values, Better::Lower));
    }

    #[test]
    fn quartiles_count_from_the_best() {
        let values: Vec<_> = (1..=10).map(|value| Some(f64::from(value))).collect();
        let expected = [1, 1, 1, 2, 2, 3, 3, 3, 4, 4].map(Some);
        assert_eq!(quartiles(&values, Better::Lower), expected);
        let mut reversed = expected;
        reversed.reverse();
        assert_eq!(quartiles(&values, Better::Higher), reversed);
        assert_eq!(quartiles(&[Some(1.0), Some(2.0), Some(3.0), None], Better::Lower), [None; 4]);
    }

    #[test]
    fn a_benchmark_on_a_limit_is_similar() {
        let judge = |benchmark, better| judge(Some(10.0), Some(9.0), Some(11.0), Some(benchmark), better);
        assert_eq!(judge(11.0, Better::Higher), Ok(Judgement::Similar));
        assert_eq!(judge(11.0001, Better::Higher), Ok(Judgement::Worse));
        assert_eq!(judge(11.0001, Better::Lower), Ok(Judgement::Better));
        assert_eq!(judge(8.9999, Better::Neither), Ok(Judgement::Higher));
        assert_eq!(judge(11.0001, Better::Neither), Ok(Judgement::Lower));
    }

    #[test]
    fn what_is_missing_is_named() {
        let one = Some(1.0);
        assert_eq!(judge(None, one, one, one, Better::Higher), Err(NotCompared::NoValue));
        assert_eq!(judge(one, one, one, None, Better::Higher), Err(NotCompared::NoBenchmark));
        assert_eq!(judge(one, one, None, one, Better::Higher), Err(NotCompared::NoLimits));
        assert_eq!(judge(one, Some(2.0), one, one, Better::Higher), Err(NotCompared::CrossedLimits));
    }

    fn column(case: &Case, column: &str) -> Vec<Option<f64>> {
        case.rows.iter().map(|row| row.number(column)).collect()
    }

    fn better(polarity: &str) -> Better {
        match polarity {
            "high_is_good" => Better::Higher,
            "low_is_good" => Better::Lower,
            _ => Better::Neither,
        }
    }

    #[test]
    fn ranks_are_those_of_the_reference_program() {
        for case in cases("area_rank/area_rank.csv") {
            let expected: Vec<Option<usize>> =
                case.rows.iter().map(|row| row.text("expected_rank").parse().ok()).collect();
            let better = better(case.rows[0].text("polarity"));
            assert_eq!(ranks(&column(&case, "value"), better), expected, "{}", case.id);
        }
    }

    #[test]
    fn quartiles_are_those_of_the_reference_program() {
        for case in cases("quantile_phe/quantiles.csv") {
            if case.rows[0].text("nquantiles") != "4" {
                continue;
            }
            let expected: Vec<Option<u8>> =
                case.rows.iter().map(|row| row.text("expected_quantile").parse().ok()).collect();
            let better = if case.rows[0].text("invert") == "true" { Better::Higher } else { Better::Lower };
            assert_eq!(quartiles(&column(&case, "value"), better), expected, "{}", case.id);
        }
    }

    #[test]
    fn judgements_are_those_of_the_reference_program() {
        for row in rows("rag_single_ci/rag_single_ci.csv") {
            // There −1 stands for a missing number, and an indicator may have no polarity at all; here neither does.
            if row.text("tag").starts_with("null_") || row.text("polarity") == "not_applicable" {
                continue;
            }
            let judged = judge(
                row.number("value"),
                row.number("lower95"),
                row.number("upper95"),
                row.number("benchmark_value"),
                better(row.text("polarity")),
            );
            let word = judged.map_or(String::new(), |judgement| format!("{judgement:?}"));
            assert_eq!(word, row.text("expected_next_outcome"), "{}", row.text("case_id"));
        }
    }

    proptest! {
        #[test]
        fn ranks_do_not_depend_on_the_order(values in proptest::collection::vec(proptest::option::of(-50i32..50), 0..40)) {
            let values: Vec<_> = values.into_iter().map(|value| value.map(f64::from)).collect();
            let mut backwards = values.clone();
            backwards.reverse();
            for better in [Better::Higher, Better::Lower, Better::Neither] {
                let mut turned = ranks(&backwards, better);
                turned.reverse();
                prop_assert_eq!(ranks(&values, better), turned);
                prop_assert_eq!(
                    quartiles(&values, better).iter().flatten().all(|quartile| (1..=4).contains(quartile)),
                    true
                );
            }
        }
    }
}
