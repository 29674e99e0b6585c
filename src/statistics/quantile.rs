//! Quantiles of a set of areas by rank: OHID's rule for deprivation categories.

use super::compare::{Better, ranks};

/// Which end quantile 1 lies at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Quantile 1 holds the highest values (the most deprived, by a score). OHID's default.
    Highest,
    /// Quantile 1 holds the lowest values.
    Lowest,
}

/// `k` quantiles, 1 to `k`, of the values that are present; all missing where fewer than `k` are, or `k` is zero.
///
/// Ties share a quantile: floor((k + 1) − ceil(((N + 1) − rank) ÷ (N ÷ k))) over competition ranks, and 0 becomes 1.
/// In whole numbers, so that no rounding decides on which side of an edge an area falls.
///
/// Source: OHID's `phe_quantile`; Fingertips' technical guidance, "Assigning deprivation categories".
#[must_use]
pub fn quantiles(values: &[Option<f64>], k: u16, first: First) -> Vec<Option<u16>> {
    let better = match first {
        First::Highest => Better::Higher,
        First::Lowest => Better::Lower,
    };
    quantiles_of_ranks(&ranks(values, better), k)
}

/// The same, of competition ranks that are there already.
pub(super) fn quantiles_of_ranks(ranks: &[Option<usize>], k: u16) -> Vec<Option<u16>> {
    let n = ranks.iter().flatten().count();
    let count = usize::from(k);
    let quantile = |rank: usize| {
        let from_last = ((n + 1 - rank) * count).div_ceil(n);
        u16::try_from((count + 1 - from_last).max(1)).ok()
    };
    ranks.iter().map(|rank| rank.filter(|_| k > 0 && n >= count).and_then(quantile)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, cases};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_are_those_of_the_reference_program() {
        for case in cases("quantile_phe/quantiles.csv") {
            let values: Vec<Option<f64>> = case.rows.iter().map(|row| row.number("value")).collect();
            let expected: Vec<Option<u16>> =
                case.rows.iter().map(|row| row.text("expected_quantile").parse().ok()).collect();
            let k = case.rows[0].text("nquantiles").parse().expect("a number of quantiles");
            let first =
                if case.rows[0].text("invert").eq_ignore_ascii_case("true") { First::Highest } else { First::Lowest };
            assert_eq!(quantiles(&values, k, first), expected, "{}", case.id);
        }
    }

    #[test]
    fn ties_share_a_quantile_and_a_missing_value_has_none() {
        let values = [Some(1.0), Some(3.0), None, Some(3.0), Some(9.0), Some(f64::NAN)];
        assert_eq!(quantiles(&values, 2, First::Lowest), [Some(1), Some(1), None, Some(1), Some(2), None]);
        assert_eq!(quantiles(&values, 5, First::Lowest), [None; 6]);
        assert_eq!(quantiles(&values, 0, First::Lowest), [None; 6]);
        assert_eq!(quantiles(&[], 4, First::Lowest), []);
    }

    proptest! {
        #[test]
        fn an_area_keeps_its_quantile_in_any_order(
            values in proptest::collection::vec(proptest::option::of(-50i32..50), 0..60),
            turn in 0usize..60,
            k in 1u16..12,
        ) {
            let values: Vec<Option<f64>> = values.into_iter().map(|value| value.map(f64::from)).collect();
            let turn = turn.min(values.len());
            let mut turned = values.clone();
            turned.rotate_left(turn);
            for first in [First::Highest, First::Lowest] {
                let mut expected = quantiles(&values, k, first);
                prop_assert!(expected.iter().flatten().all(|quantile| (1..=k).contains(quantile)));
                expected.rotate_left(turn);
                prop_assert_eq!(expected, quantiles(&turned, k, first));
            }
        }

        #[test]
        fn without_ties_each_quantile_is_as_full_as_the_next(n in 1u16..200, k in 1u16..12) {
            prop_assume!(n >= k);
            let values: Vec<Option<f64>> = (0..n).map(|value| Some(f64::from(value))).collect();
            let found = quantiles(&values, k, First::Lowest);
            let sizes: Vec<usize> =
                (1..=k).map(|each| found.iter().filter(|quantile| **quantile == Some(each)).count()).collect();
            prop_assert_eq!(sizes.iter().sum::<usize>(), usize::from(n));
            prop_assert!(sizes.iter().max().zip(sizes.iter().min()).is_some_and(|(most, least)| most - least <= 1));
        }
    }
}
