//! The average of a group of areas.

use super::compare::present;
use std::fmt;

/// What an indicator's values are, as far as an average is concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AverageKind {
    /// Counts, which are added up.
    Count,
    /// Counts over denominators: crude rates, proportions and indirectly standardised ratios.
    Ratio {
        /// What the share is multiplied by: 100 for percentages, 100,000 for most rates.
        unit: f64,
    },
    /// Values that cannot be averaged from what is published of them: directly standardised rates, life expectancy and
    /// all others.
    Other,
}

/// Why there is no average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAverage {
    /// Values of this kind are not averaged.
    NotAveraged,
    /// No area has a count.
    NoCount,
    /// Fewer than two areas have a count and a denominator above zero.
    TooFewAreas,
    /// The sums are too large.
    OutOfRange,
}

impl fmt::Display for NoAverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAveraged => "values of this kind are not averaged",
            Self::NoCount => "no area has a count",
            Self::TooFewAreas => "fewer than two areas have a count and a denominator above zero",
            Self::OutOfRange => "the sums are too large",
        })
    }
}

/// The average over areas of (count, denominator): Σ count ÷ Σ denominator × unit over the areas that have a count of
/// zero or more and a denominator above zero, if there are two at least; for counts their sum.
///
/// Source: the Fingertips group average.
///
/// # Errors
/// Why there is none.
pub fn group_average(areas: &[(Option<f64>, Option<f64>)], kind: AverageKind) -> Result<f64, NoAverage> {
    let counts = areas.iter().filter_map(|(count, denominator)| {
        present(*count).filter(|count| *count >= 0.0).map(|count| (count, present(*denominator)))
    });
    let average = match kind {
        AverageKind::Other => return Err(NoAverage::NotAveraged),
        AverageKind::Count => {
            let counts: Vec<f64> = counts.map(|(count, _)| count).collect();
            if counts.is_empty() {
                return Err(NoAverage::NoCount);
            }
            sum(counts)
        }
        AverageKind::Ratio { unit } => {
            let (counts, denominators): (Vec<f64>, Vec<f64>) = counts
                .filter_map(|(count, denominator)| Some((count, denominator.filter(|number| *number > 0.0)?)))
                .unzip();
            if counts.len() < 2 {
                return Err(NoAverage::TooFewAreas);
            }
            sum(counts) / sum(denominators) * unit
        }
    };
    if average.is_finite() { Ok(average) } else { Err(NoAverage::OutOfRange) }
}

/// A sum that does not depend on the order.
fn sum(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, agree, joined};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn averages_are_those_of_the_reference_program() {
        for (case, inputs) in joined("area_average/inputs.csv", "area_average/expected.csv") {
            let row = &case.rows[0];
            let kind = match row.text("value_type") {
                "Count" => AverageKind::Count,
                "CrudeRate" | "Proportion" | "IndirectlyStandardisedRatio" => {
                    AverageKind::Ratio { unit: row.given("unit") }
                }
                _ => AverageKind::Other,
            };
            let areas: Vec<_> = inputs.iter().map(|row| (row.number("count"), row.number("denominator"))).collect();
            let found = group_average(&areas, kind);
            assert!(agree(found.ok(), row.number("expected_average"), 1e-10), "{}: {found:?}", case.id);
        }
    }

    #[test]
    fn why_there_is_no_average_is_named() {
        let ratio = AverageKind::Ratio { unit: 100.0 };
        let area = (Some(1.0), Some(4.0));
        assert_eq!(group_average(&[area, area], AverageKind::Other), Err(NoAverage::NotAveraged));
        assert_eq!(group_average(&[(None, Some(4.0))], AverageKind::Count), Err(NoAverage::NoCount));
        assert_eq!(group_average(&[area, (Some(1.0), Some(0.0))], ratio), Err(NoAverage::TooFewAreas));
        assert_eq!(group_average(&[area, area], ratio), Ok(25.0));
        let large = (Some(f64::MAX), Some(1.0));
        assert_eq!(group_average(&[large, large], ratio), Err(NoAverage::OutOfRange));
    }

    proptest! {
        #[test]
        fn the_order_of_areas_does_not_matter_and_missing_areas_count_for_nothing(
            areas in proptest::collection::vec((proptest::option::of(0u32..500), proptest::option::of(0u32..999)), 0..20),
        ) {
            let areas: Vec<_> = areas.into_iter().map(|(c, d)| (c.map(f64::from), d.map(f64::from))).collect();
            let mut other: Vec<_> = areas.iter().rev().copied().collect();
            other.push((None, Some(5.0)));
            for kind in [AverageKind::Count, AverageKind::Ratio { unit: 100.0 }] {
                prop_assert_eq!(group_average(&areas, kind), group_average(&other, kind));
            }
        }
    }
}
