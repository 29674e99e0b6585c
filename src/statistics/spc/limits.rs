//! The limits of an XmR chart.

/// From the mean moving range to three standard deviations: 3 ÷ 1.128, as it is published.
const TO_LIMITS: f64 = 2.66;
/// Moving ranges at or beyond this many times their mean are screened out.
const TO_RANGE_LIMIT: f64 = 3.267;

/// Where natural variation ends. The limits are not clipped, at zero or at 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlLimits {
    /// The lower process limit.
    pub lower: f64,
    /// The upper process limit.
    pub upper: f64,
    /// Two thirds of the way from the mean to the lower limit.
    pub near_lower: f64,
    /// Two thirds of the way from the mean to the upper limit.
    pub near_upper: f64,
}

impl ControlLimits {
    /// The limits drawn from these points: mean ∓ 2.66 times the mean moving range. A single point has none; where all
    /// moving ranges are zero the limits are the mean.
    pub(super) fn of(values: &[f64], mean: f64, screen: bool) -> Option<Self> {
        let ranges: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
        if ranges.is_empty() {
            return None;
        }
        let mut average = self::mean(&ranges);
        if screen {
            let kept: Vec<f64> = ranges.into_iter().filter(|range| *range < TO_RANGE_LIMIT * average).collect();
            average = self::mean(&kept);
        }
        let (far, near) = (TO_LIMITS * average, 2.0 * TO_LIMITS / 3.0 * average);
        Some(Self { lower: mean - far, upper: mean + far, near_lower: mean - near, near_upper: mean + near })
    }

    pub(super) const fn is_finite(self) -> bool {
        self.lower.is_finite() && self.upper.is_finite()
    }
}

/// The mean, with the rounding of the first pass taken out by a second: equal numbers have exactly that number as their
/// mean, so that a point on the mean is on it. Zero where there is nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a series has fewer than 2^53 points")]
    let n = values.len() as f64;
    let first = values.iter().sum::<f64>() / n;
    first + values.iter().map(|value| value - first).sum::<f64>() / n
}
