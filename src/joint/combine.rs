//! Several places as one.

use crate::outcomes::{Figure, Indicator, MissingKind, ValueType};
use crate::statistics::{Confidence, StatisticsError, is_ratio, proportion, rate};

/// One place's share in a sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The place, as a sentence names it.
    pub place: String,
    /// The share of the place that counts, above 0 up to 1.
    pub weight: f64,
    /// Its published value.
    pub value: Figure,
    /// Its numerator.
    pub count: Option<Figure>,
    /// Its denominator.
    pub denominator: Option<Figure>,
}

/// What several places come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Combined {
    /// In the indicator's unit.
    pub value: f64,
    /// 95% limits, computed again: Wilson for a proportion, Byar or exact Poisson for a rate; none for a count.
    pub limits: Option<(f64, f64)>,
    /// The sum of numerators.
    pub count: f64,
    /// The sum of denominators; none for a count.
    pub denominator: Option<f64>,
}

/// Why figures may not be put together.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotCombined {
    /// Sums of this kind of value mean nothing.
    #[error("{}", refusal(*.0))]
    ValueType(ValueType),
    /// What the ratio is multiplied by is not known.
    #[error("the vocabulary does not say what the ratio of numerator to denominator is multiplied by")]
    NoMultiplier,
    /// The counts are weighted.
    #[error(
        "its numerators and denominators are weighted survey counts: limits from their sums would be far too narrow, and \
         the number of answers behind each is not published"
    )]
    Weighted,
    /// There is no part.
    #[error("there is nothing to put together")]
    Nothing,
    /// A part is missing.
    #[error("{part} of {place} is {}, and a sum without it would be another figure", kind.map_or("not published", MissingKind::as_str))]
    Missing {
        /// Whose.
        place: String,
        /// Which: the value, the numerator or the denominator.
        part: &'static str,
        /// The kind of its absence; `None` where the publisher gives none at all.
        kind: Option<MissingKind>,
    },
    /// The published value is not what its parts come to: it is weighted or standardised.
    #[error(
        "the published value of {place}, {value}, is not its numerator over its denominator ({computed:.2}): it is weighted \
         or adjusted, and sums of its parts would be another measure"
    )]
    NotTheRatio {
        /// Whose.
        place: String,
        /// As published.
        value: f64,
        /// Numerator ÷ denominator × multiplier.
        computed: f64,
    },
    /// The numbers allow no interval.
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
}

/// Why a kind of value is not summed, in a sentence.
fn refusal(kind: ValueType) -> &'static str {
    match kind {
        ValueType::Dsr => {
            "a directly standardised rate cannot be put together from those of its parts: it needs the events and people of \
             each age band"
        }
        ValueType::Mean => "a mean cannot be put together from means: it needs the number of values behind each",
        ValueType::LifeExpectancy => {
            "life expectancy cannot be put together from that of its parts: it needs the deaths and people of each age band"
        }
        ValueType::Ratio => {
            "proportions, rates and counts are put together, and this is a ratio: what it divides need not be of one kind"
        }
        ValueType::Index => "an index has no numerator and denominator to sum",
        ValueType::Proportion | ValueType::Rate | ValueType::Count => "the figures can be put together",
    }
}

/// Puts figures together: numerators and denominators are summed, each by its part's weight, and value and 95% limits
/// computed again from the sums.
///
/// Every part must have its value, numerator and denominator; a suppressed, unreliable or otherwise missing one refuses
/// the whole. A value that does not follow from its numerator and denominator (beyond what rounding both to the nearest
/// five explains) is weighted or adjusted, and is refused too.
///
/// Source: OHID's technical guidance on aggregating proportions and rates: sum first, then compute.
///
/// # Errors
/// Why they may not be put together.
pub fn combine(indicator: &Indicator, parts: &[Part]) -> Result<Combined, NotCombined> {
    let kind = indicator.value_type;
    if !matches!(kind, ValueType::Proportion | ValueType::Rate | ValueType::Count) {
        return Err(NotCombined::ValueType(kind));
    }
    if parts.is_empty() {
        return Err(NotCombined::Nothing);
    }
    if kind == ValueType::Count {
        let mut count = 0.0;
        for part in parts {
            count += part.weight * number(part, "the value", Some(part.value))?;
        }
        return Ok(Combined { value: count, limits: None, count, denominator: None });
    }
    if indicator.is_weighted() {
        return Err(NotCombined::Weighted);
    }
    let multiplier = indicator.multiplier.ok_or(NotCombined::NoMultiplier)?;
    let (mut count, mut denominator) = (0.0, 0.0);
    for part in parts {
        let value = number(part, "the value", Some(part.value))?;
        let own_count = number(part, "the numerator", part.count)?;
        let own_denominator = number(part, "the denominator", part.denominator)?;
        follows(part, value, own_count, own_denominator, multiplier)?;
        count += part.weight * own_count;
        denominator += part.weight * own_denominator;
    }
    let estimate = match kind {
        ValueType::Proportion => proportion(count, denominator, multiplier, Confidence::P95)?,
        _ => rate(count, denominator, multiplier, Confidence::P95)?,
    };
    Ok(Combined {
        value: estimate.value,
        limits: Some((estimate.lower, estimate.upper)),
        count,
        denominator: Some(denominator),
    })
}

fn number(part: &Part, which: &'static str, figure: Option<Figure>) -> Result<f64, NotCombined> {
    let missing = |kind| NotCombined::Missing { place: part.place.clone(), part: which, kind };
    match figure {
        Some(Figure::Number(number)) => Ok(number),
        Some(Figure::Unreliable(_)) => Err(missing(Some(MissingKind::Unreliable))),
        Some(Figure::Missing(kind)) => Err(missing(Some(kind))),
        None => Err(missing(None)),
    }
}

/// Refuses a value that is not what its numerator and denominator come to.
fn follows(part: &Part, value: f64, count: f64, denominator: f64, multiplier: f64) -> Result<(), NotCombined> {
    if denominator <= 0.0 {
        return Err(StatisticsError::NotPositive { what: "the denominator", number: denominator }.into());
    }
    if !is_ratio(value, count, denominator, multiplier) {
        let computed = count / denominator * multiplier;
        return Err(NotCombined::NotTheRatio { place: part.place.clone(), value, computed });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn indicator(value_type: ValueType) -> Indicator {
        Indicator { multiplier: Some(100.0), ..Indicator::bare("share", "percent", value_type) }
    }

    fn part(place: &str, count: f64, denominator: f64) -> Part {
        let figure = |number| Some(Figure::Number(number));
        let value = Figure::Number(100.0 * count / denominator);
        Part { place: place.into(), weight: 1.0, value, count: figure(count), denominator: figure(denominator) }
    }

    #[test]
    fn sums_come_first_and_the_interval_is_that_of_the_sums() {
        let parts = [part("Halton", 30.0, 120.0), part("Liverpool", 90.0, 880.0)];
        let combined = combine(&indicator(ValueType::Proportion), &parts).expect("a sum");
        assert_eq!((combined.count, combined.denominator), (120.0, Some(1000.0)));
        assert!((combined.value - 12.0).abs() < 1e-12);
        // Wilson's limits of 120 in 1000, worked out apart: centre 12.1454, half width 2.0155.
        let (lower, upper) = combined.limits.expect("limits");
        assert!((lower - 10.1299).abs() < 0.001 && (upper - 14.1609).abs() < 0.001, "{lower} {upper}");
    }

    #[test]
    fn a_suppressed_part_refuses_the_whole_and_is_named() {
        for which in 0..3 {
            let mut hidden = part("St. Helens", 3.0, 200.0);
            let suppressed = Figure::Missing(MissingKind::Suppressed);
            match which {
                0 => hidden.value = suppressed,
                1 => hidden.count = Some(suppressed),
                _ => hidden.denominator = Some(suppressed),
            }
            let refused = combine(&indicator(ValueType::Proportion), &[part("Halton", 30.0, 120.0), hidden]);
            let why = refused.expect_err("no sum").to_string();
            assert!(why.contains("St. Helens is suppressed"), "{why}");
        }
    }

    #[test]
    fn kinds_that_do_not_sum_are_refused_with_the_reason() {
        for kind in [ValueType::Dsr, ValueType::Mean, ValueType::LifeExpectancy, ValueType::Ratio, ValueType::Index] {
            let refused = combine(&indicator(kind), &[part("Halton", 30.0, 120.0)]).expect_err("no sum");
            assert_eq!(refused, NotCombined::ValueType(kind));
            assert!(refused.to_string().len() > 30);
        }
    }

    #[test]
    fn weighted_counts_are_refused() {
        let mut weighted = indicator(ValueType::Proportion);
        weighted.denominator = Some("Answers, weighted to the council's users".into());
        assert_eq!(combine(&weighted, &[part("Halton", 30.0, 120.0)]), Err(NotCombined::Weighted));
        weighted.denominator = Some("Answers, unweighted".into());
        assert!(combine(&weighted, &[part("Halton", 30.0, 120.0)]).is_ok());
    }

    #[test]
    fn a_weighted_value_is_found_out() {
        let mut weighted = part("Halton", 300.0, 1200.0);
        weighted.value = Figure::Number(31.0);
        assert!(matches!(
            combine(&indicator(ValueType::Proportion), &[weighted]),
            Err(NotCombined::NotTheRatio { .. })
        ));
    }

    #[test]
    fn a_count_is_a_plain_sum_without_limits() {
        let mut one = part("Halton", 7.0, 10.0);
        one.value = Figure::Number(7.0);
        let combined = combine(&indicator(ValueType::Count), &[one.clone(), one]).expect("a sum");
        assert_eq!((combined.value, combined.limits, combined.denominator), (14.0, None, None));
    }

    proptest! {
        #[test]
        fn the_whole_lies_between_its_parts_in_any_order(
            parts in proptest::collection::vec((0u32..500, 500u32..5000), 1..8)
        ) {
            let mut parts: Vec<Part> = parts
                .into_iter()
                .map(|(count, denominator)| part("x", f64::from(count), f64::from(denominator)))
                .collect();
            let whole = combine(&indicator(ValueType::Proportion), &parts).expect("a sum");
            let values: Vec<f64> = parts.iter().filter_map(|part| part.value.number()).collect();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least - 1e-9 <= whole.value && whole.value <= most + 1e-9);
            parts.reverse();
            let turned = combine(&indicator(ValueType::Proportion), &parts).expect("a sum");
            prop_assert!((turned.value - whole.value).abs() < 1e-9);
        }
    }
}
