//! The slope and the relative index of inequality.
//!
//! Sources: Low & Low 2004; Fingertips' technical guidance. The reference programs make the limits by simulation; here
//! they are worked out from the same normal distributions, without chance:
//!
//! - Values with a standard error of their own scale: the slope is a weighted sum, so that its limits are exact; those of
//!   the ratio are Fieller's.
//! - Transformed rates and proportions: the slope is normal on the scale of the transformation, and its limits are turned
//!   back around the fixed centre of the line.
//! - Rates and proportions that are *not* transformed, but whose errors are lognormal or logitnormal: no limits, since the
//!   sum has no closed distribution.

use super::error::{StatisticsError, finite, not_negative, positive};
use super::interval::{Confidence, Limits};

/// The deviate by which 95% limits give a standard error.
const Z95: f64 = 1.959_964;

/// What the values are, which says on what scale their errors are normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlopeValue {
    /// Anything with symmetric errors, such as life expectancy.
    Other,
    /// A rate: errors are normal on the scale of logarithms.
    Rate,
    /// A proportion from 0 to 1: errors are normal on the scale of log odds.
    Proportion,
}

/// How sure a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SlopeSpread {
    /// A standard error, on the scale on which errors are normal.
    StandardError(f64),
    /// 95% limits.
    Limits95(Limits),
}

/// One quantile of the population by deprivation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeQuantile {
    /// Its place: 1 for the most deprived.
    pub quantile: f64,
    /// Its people.
    pub population: Option<f64>,
    /// Its value.
    pub value: Option<f64>,
    /// How sure the value is. Where any quantile lacks it there are no limits.
    pub spread: Option<SlopeSpread>,
}

/// The indices of inequality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeIndex {
    /// The slope index: the least deprived end of the line less the most deprived one, times the multiplier.
    pub sii: f64,
    /// The limits of the slope index.
    pub sii_limits: Option<Limits>,
    /// The relative index: the one end over the other, turned round by a multiplier below zero; `None` where the end
    /// that it is divided by is zero.
    pub rii: Option<f64>,
    /// The limits of the relative index.
    pub rii_limits: Option<Limits>,
    /// The most deprived end of the line, times the multiplier without its sign.
    pub intercept: f64,
}

/// The weighted least squares line through the quantiles, on the scale on which it is straight.
struct Line {
    intercept: f64,
    slope: f64,
    /// Variances of both and their covariance; `None` without standard errors.
    spread: Option<(f64, f64, f64)>,
}

/// The indices over 5 to 100 quantiles, in any order. With `transform` the line is straight in logarithms (a rate) or log
/// odds (a proportion); with [`SlopeValue::Other`] it changes nothing.
///
/// # Errors
/// Too few or too many quantiles; a population that is missing or not above zero; a value that is missing, or that the
/// scale does not hold; a standard error beside a transformation; limits that are crossed or that the scale does not hold.
pub fn slope_index(
    quantiles: &[SlopeQuantile],
    kind: SlopeValue,
    transform: bool,
    multiplier: f64,
    confidence: Confidence,
) -> Result<SlopeIndex, StatisticsError> {
    finite("the multiplier", multiplier)?;
    if !(5..=100).contains(&quantiles.len()) {
        let needs = "5 to 100 quantiles";
        return Err(StatisticsError::Rows { method: "the slope index of inequality", needs, rows: quantiles.len() });
    }
    let mut sorted = quantiles.to_vec();
    sorted.sort_by(|a, b| a.quantile.total_cmp(&b.quantile));
    let straight = if transform { kind } else { SlopeValue::Other };
    let line = line(&sorted, kind, straight, transform)?;
    let end = line.intercept + line.slope;
    let (first, last) = (back(straight, line.intercept), back(straight, end));
    let z = Some(confidence.z()).filter(|z| z.is_finite());
    let (sii_limits, rii_limits) = match (line.spread, z) {
        (Some(_), Some(z)) if straight == SlopeValue::Other => (line.slope_limits(z), line.fieller(z)),
        (Some(_), Some(z)) => line.turned_back(straight, z),
        _ => (None, None),
    };
    let (rii, rii_limits) = if multiplier < 0.0 {
        let inverse = |limits: Limits| Limits { lower: 1.0 / limits.upper, upper: 1.0 / limits.lower };
        (first / last, rii_limits.filter(|limits| limits.lower > 0.0).map(inverse))
    } else {
        (last / first, rii_limits)
    };
    Ok(SlopeIndex {
        sii: (last - first) * multiplier,
        sii_limits: sii_limits.map(|limits| limits.times(multiplier)),
        rii: Some(rii).filter(|rii| rii.is_finite()),
        rii_limits,
        intercept: first * multiplier.abs(),
    })
}

fn line(
    quantiles: &[SlopeQuantile],
    kind: SlopeValue,
    straight: SlopeValue,
    transform: bool,
) -> Result<Line, StatisticsError> {
    let mut people = Vec::with_capacity(quantiles.len());
    let mut values = Vec::with_capacity(quantiles.len());
    let mut errors = Some(Vec::with_capacity(quantiles.len()));
    for (quantile, row) in quantiles.iter().zip(1..) {
        finite("the quantile", quantile.quantile)?;
        let missing = |what| StatisticsError::Missing { what, row };
        people.push(positive("the population", quantile.population.ok_or(missing("the population"))?)?);
        let value = finite("the value", quantile.value.ok_or(missing("the value"))?)?;
        values.push(forth(straight, "the value", value)?);
        let error = quantile.spread.map(|spread| standard_error(spread, kind, transform)).transpose()?;
        errors = errors.zip(error).map(|(mut errors, error)| {
            errors.push(error);
            errors
        });
    }
    // Errors that are normal on another scale than the line's leave no closed distribution.
    let errors = errors.filter(|_| kind == straight);
    let total: f64 = people.iter().sum();
    let mut below = 0.0;
    let shares: Vec<(f64, f64)> = people
        .iter()
        .map(|people| {
            let share = people / total;
            below += share;
            (share, below - share / 2.0)
        })
        .collect();
    let middle: f64 = shares.iter().map(|(share, rank)| share * rank).sum();
    let spread: f64 = shares.iter().map(|(share, rank)| share * (rank - middle).powi(2)).sum();
    // Slope and intercept are weighted sums of the values, with these weights.
    let weights: Vec<(f64, f64)> = shares
        .iter()
        .map(|(share, rank)| {
            let of_slope = share * (rank - middle) / spread;
            (of_slope, share - middle * of_slope)
        })
        .collect();
    let sum = |of: fn(&(f64, f64)) -> f64| weights.iter().zip(&values).map(|(weight, value)| of(weight) * value).sum();
    let spread = errors.map(|errors| {
        let sum = |of: fn(&(f64, f64)) -> f64| -> f64 {
            weights.iter().zip(&errors).map(|(weight, error)| of(weight) * error.powi(2)).sum()
        };
        (sum(|weight| weight.0.powi(2)), sum(|weight| weight.1.powi(2)), sum(|weight| weight.0 * weight.1))
    });
    Ok(Line { slope: sum(|weight| weight.0), intercept: sum(|weight| weight.1), spread })
}

impl Line {
    fn slope_limits(&self, z: f64) -> Option<Limits> {
        let reach = z * self.spread?.0.sqrt();
        Some(Limits { lower: self.slope - reach, upper: self.slope + reach })
    }

    /// Fieller's limits of (intercept + slope) ÷ intercept; none unless the intercept is surely above zero.
    fn fieller(&self, z: f64) -> Option<Limits> {
        let (slope, intercept, both) = self.spread?;
        let end = self.intercept + self.slope;
        // The variance of the end of the line, and its covariance with the intercept.
        let (of_end, of_both) = (slope + intercept + 2.0 * both, intercept + both);
        let square = z * z;
        let a = self.intercept.powi(2) - square * intercept;
        let b = self.intercept * end - square * of_both;
        let c = end.powi(2) - square * of_end;
        let root = (b * b - a * c).max(0.0).sqrt();
        (a > 0.0 && self.intercept > 0.0).then_some(Limits { lower: (b - root) / a, upper: (b + root) / a })
    }

    /// The limits of the difference and of the ratio of both ends, for a slope at its limits around a fixed centre.
    fn turned_back(&self, scale: SlopeValue, z: f64) -> (Option<Limits>, Option<Limits>) {
        let Some(slope) = self.slope_limits(z) else { return (None, None) };
        let centre = self.intercept + self.slope / 2.0;
        let ends = |slope: f64| (back(scale, centre - slope / 2.0), back(scale, centre + slope / 2.0));
        let ((low_first, low_last), (high_first, high_last)) = (ends(slope.lower), ends(slope.upper));
        (
            Some(Limits { lower: low_last - low_first, upper: high_last - high_first }),
            Some(Limits { lower: low_last / low_first, upper: high_last / high_first }),
        )
    }
}

fn standard_error(spread: SlopeSpread, kind: SlopeValue, transform: bool) -> Result<f64, StatisticsError> {
    match spread {
        SlopeSpread::StandardError(_) if transform => Err(StatisticsError::Unusable(
            "a standard error cannot be given beside a transformation, since its scale is not known: give 95% limits",
        )),
        SlopeSpread::StandardError(error) => not_negative("the standard error", error),
        SlopeSpread::Limits95(limits) => {
            let lower = forth(kind, "the lower limit", limits.lower)?;
            let upper = forth(kind, "the upper limit", limits.upper)?;
            not_negative("the distance of the limits", upper - lower).map(|width| width / (2.0 * Z95))
        }
    }
}

fn forth(scale: SlopeValue, what: &'static str, number: f64) -> Result<f64, StatisticsError> {
    match scale {
        SlopeValue::Other => finite(what, number),
        SlopeValue::Rate => Ok(positive(what, number)?.ln()),
        SlopeValue::Proportion if number < 1.0 => Ok((positive(what, number)? / (1.0 - number)).ln()),
        SlopeValue::Proportion => Err(StatisticsError::OutOfRange { what, number, least: 0.0, most: 1.0 }),
    }
}

fn back(scale: SlopeValue, number: f64) -> f64 {
    match scale {
        SlopeValue::Other => number,
        SlopeValue::Rate => number.exp(),
        SlopeValue::Proportion => 1.0 / (1.0 + (-number).exp()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, Row, agree, joined};
    use super::*;
    use proptest::prelude::*;

    fn quantiles(rows: &[Row], errors: bool) -> Vec<SlopeQuantile> {
        rows.iter()
            .map(|row| {
                let limits = row.number("lower_cl").zip(row.number("upper_cl"));
                let limits = limits.map(|(lower, upper)| SlopeSpread::Limits95(Limits { lower, upper }));
                let share = || row.number("count").zip(row.number("population")).map(|(count, people)| count / people);
                SlopeQuantile {
                    quantile: row.given("quantile"),
                    population: row.number("population"),
                    value: row.number("value").or_else(share),
                    spread: if errors { row.number("se").map(SlopeSpread::StandardError) } else { limits },
                }
            })
            .collect()
    }

    #[test]
    fn indices_are_those_of_the_reference_program() {
        for (case, inputs) in joined("sii_rii/inputs.csv", "sii_rii/expected.csv") {
            let row = &case.rows[0];
            let kind = match row.text("value_type") {
                "1" => SlopeValue::Rate,
                "2" => SlopeValue::Proportion,
                _ => SlopeValue::Other,
            };
            let transform = row.text("transform") == "true";
            let multiplier = row.given("multiplier");
            let quantiles = quantiles(&inputs, row.text("se_from") == "se");
            for (confidence, level) in [(Confidence::P95, "95_0"), (Confidence::P99_8, "99_8")] {
                let ours = slope_index(&quantiles, kind, transform, multiplier, confidence);
                if !row.text("expected_error").is_empty() {
                    assert!(ours.is_err(), "{}: {ours:?}", case.id);
                    continue;
                }
                let ours = ours.unwrap_or_else(|error| panic!("{}: {error}", case.id));
                for (column, ours) in [
                    ("expected_sii", Some(ours.sii)),
                    ("expected_rii", ours.rii),
                    ("expected_intercept", Some(ours.intercept)),
                ] {
                    // An empty column was not requested from the reference program.
                    if let Some(theirs) = row.number(column) {
                        assert!(agree(ours, Some(theirs), 1e-8), "{}, {column}: {ours:?}, not {theirs}", case.id);
                    }
                }
                // With logarithms the reference program swaps limits for a multiplier below 1, not below 0.
                if kind == SlopeValue::Rate && transform && multiplier > 0.0 && multiplier < 1.0 {
                    continue;
                }
                for (index, limits) in [("sii", ours.sii_limits), ("rii", ours.rii_limits)] {
                    let Some(limits) = limits else {
                        assert!(kind != SlopeValue::Other && !transform, "{} has no limits", case.id);
                        continue;
                    };
                    let width = limits.upper - limits.lower;
                    for (side, ours) in [("lower", limits.lower), ("upper", limits.upper)] {
                        let of = |what: &str| row.number(&format!("sim_{what}_{index}_{side}{level}cl"));
                        let (Some(mean), Some(deviation)) = (of("mean"), of("sd")) else { continue };
                        // 0.03 standard errors, or what the simulation itself is unsure of.
                        let allowed = 4.0 * deviation + 0.03 * width / (2.0 * confidence.z());
                        let off = (ours - mean).abs();
                        assert!(off <= allowed, "{}, {index} {side} {level}: {ours}, not {mean}", case.id);
                    }
                }
            }
        }
    }

    fn straight(intercept: f64, slope: f64) -> Vec<SlopeQuantile> {
        (1..=10)
            .map(f64::from)
            .map(|quantile| SlopeQuantile {
                quantile,
                population: Some(100.0),
                value: Some(intercept + slope * (quantile - 0.5) / 10.0),
                spread: Some(SlopeSpread::StandardError(0.1)),
            })
            .collect()
    }

    #[test]
    fn what_is_impossible_or_missing_is_an_error() {
        let good = straight(10.0, 2.0);
        let index = |quantiles: &[SlopeQuantile], kind, transform| {
            slope_index(quantiles, kind, transform, 1.0, Confidence::P95)
        };
        assert!(index(&good, SlopeValue::Other, false).is_ok());
        assert!(index(&good[..4], SlopeValue::Other, false).is_err());
        assert!(index(&good, SlopeValue::Rate, true).is_err(), "a standard error beside a transformation");
        let with = |changed: SlopeQuantile| {
            let mut quantiles = good.clone();
            quantiles[3] = changed;
            quantiles
        };
        let (one, other) = (good[3], SlopeValue::Other);
        assert!(index(&with(SlopeQuantile { population: Some(0.0), ..one }), other, false).is_err());
        assert!(index(&with(SlopeQuantile { population: None, ..one }), other, false).is_err());
        assert!(index(&with(SlopeQuantile { value: None, ..one }), other, false).is_err());
        let crossed = SlopeSpread::Limits95(Limits { lower: 2.0, upper: 1.0 });
        assert!(index(&with(SlopeQuantile { spread: Some(crossed), ..one }), other, false).is_err());
        let bare = index(&with(SlopeQuantile { spread: None, ..one }), other, false).expect("indices");
        assert_eq!((bare.sii_limits, bare.rii_limits), (None, None));
        let zero = SlopeQuantile { value: Some(0.0), spread: None, ..one };
        assert!(index(&with(zero), SlopeValue::Rate, true).is_err());
    }

    proptest! {
        #[test]
        fn a_straight_line_is_found_in_any_order_and_unit(
            intercept in 20.0f64..90.0, slope in -10.0f64..10.0, multiplier in 0.1f64..1000.0,
        ) {
            let mut quantiles = straight(intercept, slope);
            quantiles.reverse();
            let index = |multiplier, confidence| {
                slope_index(&quantiles, SlopeValue::Other, false, multiplier, confidence).expect("indices")
            };
            let one = index(1.0, Confidence::P95);
            prop_assert!((one.sii - slope).abs() < 1e-9);
            prop_assert!(agree(one.rii, Some((intercept + slope) / intercept), 1e-9));
            let (limits, wide) = (one.sii_limits.expect("limits"), index(1.0, Confidence::P99_8).sii_limits);
            let wide = wide.expect("limits");
            prop_assert!(wide.lower < limits.lower && limits.lower < one.sii);
            prop_assert!(one.sii < limits.upper && limits.upper < wide.upper);
            let ratio = one.rii_limits.expect("limits");
            prop_assert!(Some(ratio.lower) < one.rii && one.rii < Some(ratio.upper));
            let turned = index(-multiplier, Confidence::P95);
            prop_assert!((turned.sii + slope * multiplier).abs() < 1e-6);
            prop_assert!(agree(turned.rii, one.rii.map(|rii| 1.0 / rii), 1e-9));
            let turned = turned.sii_limits.expect("limits");
            prop_assert!(agree(Some(turned.lower), Some(-limits.upper * multiplier), 1e-9));
        }
    }
}
