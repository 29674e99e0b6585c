//! Funnel plots: where areas of different sizes would lie if they all had the same underlying figure.
//!
//! Levels: "2s" leaves 0.025 beyond each limit, "3s" 0.001. Source: Spiegelhalter 2005, as OHID's funnel plots apply it
//! (Fingertips' technical guidance, "Funnel plots").

mod axis;
mod control;
mod limits;
mod significance;

pub use control::{DsrControlLimits, dsr_control_limits};
pub use limits::{FunnelLimits, funnel_limits};
pub use significance::{FunnelSignificance, funnel_significance};

use super::error::{StatisticsError, finite, not_negative, positive};

/// What a funnel plot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelKind {
    /// Proportions: a numerator within a denominator.
    Proportion,
    /// Indirectly standardised ratios, observed over expected, drawn with 100 for equal.
    StandardisedRatio,
    /// Ratios of two counts, drawn as the share above or below equal.
    CountRatio,
    /// Crude rates.
    CrudeRate,
    /// Directly standardised rates.
    StandardisedRate,
}

/// One area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelPoint {
    /// Events.
    pub numerator: Option<f64>,
    /// People (a proportion, a crude rate without events) or expected events (a ratio).
    pub denominator: Option<f64>,
    /// The rate, for kinds that are rates, in the unit of the multiplier.
    pub rate: Option<f64>,
}

/// An area as a funnel plot of rates draws it; neither number is there for a directly standardised rate of fewer than
/// ten events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartedPoint {
    /// The rate.
    pub rate: Option<f64>,
    /// The people in one year by whom that rate would be crude.
    pub denominator: Option<f64>,
}

/// Fewer events than this have no directly standardised rate.
const LEAST_EVENTS: f64 = 10.0;

impl FunnelKind {
    fn is_rate(self) -> bool {
        matches!(self, Self::CrudeRate | Self::StandardisedRate)
    }

    /// The denominator by which the numerator gives the figure; `None` where a number is missing, and where a rate of
    /// zero leaves none.
    fn denominator(self, point: &FunnelPoint, multiplier: f64) -> Result<Option<f64>, StatisticsError> {
        let given = point.denominator.map(|given| positive("the denominator", given)).transpose();
        if !self.is_rate() {
            return given;
        }
        let events = point.numerator.map(|events| not_negative("the numerator", events)).transpose()?;
        let rate = point.rate.map(|rate| not_negative("the rate", rate)).transpose()?;
        match (events, rate) {
            (Some(events), Some(rate)) if events > 0.0 => Ok(Some(multiplier * events / positive("the rate", rate)?)),
            (Some(_), _) if self == Self::CrudeRate => given,
            _ => Ok(None),
        }
    }
}

/// The figure of all areas together, without its unit: the sum of the numerators over that of the denominators. Areas
/// that lack a number count for neither.
fn baseline(kind: FunnelKind, points: &[FunnelPoint], multiplier: f64) -> Result<Option<f64>, StatisticsError> {
    finite("the multiplier", multiplier)?;
    positive("the multiplier", multiplier)?;
    let (mut numerators, mut denominators) = (0.0, 0.0);
    for point in points {
        let denominator = kind.denominator(point, multiplier)?;
        let numerator = point.numerator.map(|events| not_negative("the numerator", events)).transpose()?;
        if let (Some(numerator), Some(denominator)) = (numerator, denominator) {
            if kind == FunnelKind::Proportion && numerator > denominator {
                return Err(StatisticsError::PartAboveWhole { numerator, denominator });
            }
            numerators += numerator;
            denominators += denominator;
        }
    }
    Ok((denominators > 0.0).then_some(numerators / denominators))
}

/// Rates with the denominators that a funnel plot draws them over, for one of the `years` that the rates are of.
///
/// # Errors
/// A number below zero; a multiplier, a denominator or a number of years not above zero; a rate of zero with events.
pub fn funnel_points(
    kind: FunnelKind,
    points: &[FunnelPoint],
    multiplier: f64,
    years: f64,
) -> Result<Vec<ChartedPoint>, StatisticsError> {
    positive("the multiplier", multiplier)?;
    positive("the number of years", years)?;
    let charted = |point: &FunnelPoint| {
        let denominator = kind.denominator(point, multiplier)?;
        let hidden =
            kind == FunnelKind::StandardisedRate && !point.numerator.is_some_and(|events| events >= LEAST_EVENTS);
        Ok(ChartedPoint {
            rate: point.rate.filter(|_| !hidden),
            denominator: denominator.map(|denominator| denominator / years).filter(|_| !hidden),
        })
    };
    points.iter().map(charted).collect()
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, Row, agree, cases};
    use super::*;

    /// The kind that a row of vectors names in these columns.
    pub(super) fn kind(row: &Row) -> FunnelKind {
        let of = |column: &str| row.get(column).map_or("", String::as_str);
        match (of("statistic"), of("rate_type"), of("ratio_type")) {
            (_, "dsr", _) => FunnelKind::StandardisedRate,
            (_, "crude", _) => FunnelKind::CrudeRate,
            ("proportion", ..) => FunnelKind::Proportion,
            ("ratio", _, "isr") => FunnelKind::StandardisedRatio,
            ("ratio", ..) => FunnelKind::CountRatio,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn points(rows: &[Row]) -> Vec<FunnelPoint> {
        rows.iter()
            .map(|row| FunnelPoint {
                numerator: row.number("numerator"),
                denominator: row.number("denominator"),
                rate: row.number("rate"),
            })
            .collect()
    }

    #[test]
    fn points_are_those_of_the_reference_program() {
        for case in cases("funnel_points/funnel_points.csv") {
            let row = &case.rows[0];
            let mut points = points(&case.rows);
            if row.text("denominator_given") != "true" {
                for point in &mut points {
                    point.denominator = None;
                }
            }
            let years = row.given("years_of_data");
            let ours = funnel_points(kind(row), &points, row.given("multiplier"), years).expect("points");
            for (ours, row) in ours.iter().zip(&case.rows) {
                let finite = |column: &str| row.number(column).filter(|number| number.is_finite());
                let (rate, denominator) = (finite("expected_rate_chart"), finite("expected_denominator_derived"));
                assert!(agree(ours.rate, rate, 1e-10), "{}: {ours:?}, not {rate:?}", case.id);
                assert!(agree(ours.denominator, denominator, 1e-10), "{}: {ours:?}, not {denominator:?}", case.id);
            }
        }
    }

    #[test]
    fn impossible_points_are_errors() {
        let point = FunnelPoint { numerator: Some(5.0), denominator: Some(100.0), rate: Some(50.0) };
        let made = |point| funnel_points(FunnelKind::CrudeRate, &[point], 1000.0, 1.0);
        assert!(made(point).is_ok());
        assert!(made(FunnelPoint { numerator: Some(-1.0), ..point }).is_err());
        assert!(made(FunnelPoint { rate: Some(0.0), ..point }).is_err());
        assert!(made(FunnelPoint { numerator: Some(0.0), rate: Some(0.0), denominator: Some(0.0) }).is_err());
        assert!(funnel_points(FunnelKind::CrudeRate, &[point], 1000.0, 0.0).is_err());
    }
}
