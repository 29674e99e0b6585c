//! Whether an area lies outside a funnel.

use super::super::error::StatisticsError;
use super::super::interval::{Confidence, poisson_limits};
use super::limits::proportion_limits;
use super::{FunnelKind, FunnelPoint, LEAST_EVENTS, baseline};
use std::cmp::Ordering;
use std::fmt;

/// Where an area lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelSignificance {
    /// Above the 3s limit.
    High3,
    /// Above the 2s limit.
    High2,
    /// Within the funnel.
    Within,
    /// Below the 2s limit.
    Low2,
    /// Below the 3s limit.
    Low3,
    /// A directly standardised rate of fewer than ten events.
    TooFewEvents,
}

impl fmt::Display for FunnelSignificance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::High3 => "High (0.001)",
            Self::High2 => "High (0.025)",
            Self::Within => "Not significant",
            Self::Low2 => "Low (0.025)",
            Self::Low3 => "Low (0.001)",
            Self::TooFewEvents => "Not applicable for events less than 10 for dsrs",
        })
    }
}

/// Where each area lies; `None` where it lacks a number. A point on a limit is within it.
///
/// A proportion is held against the limits at its own denominator, a ratio's interval against 1, a rate's interval
/// against the rate of all areas together.
///
/// # Errors
/// A number below zero; a multiplier or a denominator not above zero; a part above its whole; a rate of zero with events.
pub fn funnel_significance(
    kind: FunnelKind,
    points: &[FunnelPoint],
    multiplier: f64,
) -> Result<Vec<Option<FunnelSignificance>>, StatisticsError> {
    let average = baseline(kind, points, multiplier)?;
    let place = |point: &FunnelPoint| {
        let denominator = kind.denominator(point, multiplier)?;
        let too_few = point.numerator.is_some_and(|events| events < LEAST_EVENTS);
        if kind == FunnelKind::StandardisedRate && too_few {
            return Ok(Some(FunnelSignificance::TooFewEvents));
        }
        let (Some(events), Some(denominator), Some(average)) = (point.numerator, denominator, average) else {
            return Ok(None);
        };
        let outside = |confidence| {
            if kind == FunnelKind::Proportion {
                let limits = proportion_limits(average, denominator, confidence);
                return Ok(side(events / denominator, limits.lower, limits.upper));
            }
            let limits = poisson_limits(events, confidence)?;
            let of = if kind.is_rate() { average } else { 1.0 };
            // The area is high where what it is held against lies below its interval.
            Ok::<_, StatisticsError>(side(of, limits.lower / denominator, limits.upper / denominator).reverse())
        };
        Ok(Some(match (outside(Confidence::P99_8)?, outside(Confidence::P95)?) {
            (Ordering::Greater, _) => FunnelSignificance::High3,
            (Ordering::Less, _) => FunnelSignificance::Low3,
            (_, Ordering::Greater) => FunnelSignificance::High2,
            (_, Ordering::Less) => FunnelSignificance::Low2,
            _ => FunnelSignificance::Within,
        }))
    };
    points.iter().map(place).collect()
}

/// On which side of two limits a number lies; between them, and within rounding of either, on neither.
fn side(number: f64, lower: f64, upper: f64) -> Ordering {
    let noise = 1e-12 * number.abs();
    if number > upper + noise {
        Ordering::Greater
    } else if number < lower - noise {
        Ordering::Less
    } else {
        Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::vectors::{Cells, cases};
    use super::super::tests::{kind, points};
    use super::*;

    #[test]
    fn significance_is_that_of_the_reference_program() {
        for case in cases("funnel_significance/funnel_significance.csv") {
            let row = &case.rows[0];
            let multiplier = row.number("multiplier").unwrap_or(1.0);
            let ours = funnel_significance(kind(row), &points(&case.rows), multiplier).expect("points");
            for (ours, row) in ours.iter().zip(&case.rows) {
                let ours = ours.map(|ours| ours.to_string()).unwrap_or_default();
                assert_eq!(ours, row.text("expected_significance"), "{}, {}", case.id, row.text("row"));
            }
        }
    }

    #[test]
    fn areas_that_are_all_alike_lie_within() {
        for (numerator, average) in [(0.0, 0.0), (50.0, 0.5), (100.0, 1.0)] {
            let points =
                [FunnelPoint { numerator: Some(numerator), denominator: Some(100.0), rate: Some(average * 1000.0) }; 3];
            for kind in [FunnelKind::Proportion, FunnelKind::CrudeRate] {
                let places = funnel_significance(kind, &points, 1000.0).expect("places");
                assert_eq!(places, [Some(FunnelSignificance::Within); 3], "{kind:?} {average}");
            }
        }
    }

    #[test]
    fn an_area_without_its_numbers_lies_nowhere() {
        let whole = FunnelPoint { numerator: Some(5.0), denominator: Some(100.0), rate: None };
        let points = [whole, FunnelPoint { numerator: None, ..whole }, FunnelPoint { denominator: None, ..whole }];
        let places = funnel_significance(FunnelKind::Proportion, &points, 100.0).expect("places");
        assert_eq!(places, [Some(FunnelSignificance::Within), None, None]);
    }
}
