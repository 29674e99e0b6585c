//! The places along the axis of a funnel plot at which its limits are drawn.

/// How many places.
const PLACES: u8 = 100;

/// How the first steps are spread: over all places, or over one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// Proportions and rates.
    Plain,
    /// Ratios.
    OneMore,
}

/// The ends of an axis for denominators from `least` to `most`, both above zero: from zero, unless the largest is at most
/// twice the smallest; rounded outwards.
pub(super) fn ends(least: f64, most: f64) -> (f64, f64) {
    let unit = |number: f64, figures: i32| 10_f64.powi(exponent(number) - figures + 1);
    let from = 0.95 * least;
    let to = 1.05 * most;
    let lower = if most > 2.0 * least { 0.0 } else { (from / unit(from, 1)).floor() * unit(from, 1) };
    (lower, (to / unit(to, 2)).ceil() * unit(to, 2))
}

/// The power of ten of the first figure, between those of all numbers that there are.
fn exponent(number: f64) -> i32 {
    (-323..=308).rev().find(|power| 10_f64.powi(*power) <= number).unwrap_or(-323)
}

/// A hundred whole numbers from `least` to about `most`, evenly spread on a scale of ratios, one apart at the least.
pub(super) fn places(least: f64, most: f64, spread: Spread) -> Vec<f64> {
    let mut place = least.max(1.0);
    let mut places = vec![place];
    for number in 2..=PLACES {
        let left = match spread {
            Spread::Plain => PLACES + 1 - number,
            Spread::OneMore => PLACES + 2 - number,
        };
        let step = ((most / place).powf(1.0 / f64::from(left)) * place).round_ties_even();
        place = step.max(place + 1.0);
        places.push(place);
    }
    places
}
