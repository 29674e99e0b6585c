//! A straight line through weighted points.

/// A point and its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// Where.
    pub(super) x: f64,
    /// What is found there.
    pub(super) y: f64,
    /// How much it counts for; above zero.
    pub(super) weight: f64,
}

/// The slope of the line with the least weighted sum of squares. It is summed about the means, so that no digits are
/// lost to large numbers. `None` where there is no such line: fewer than two different places, or numbers out of range.
pub(super) fn slope(points: &[Point]) -> Option<f64> {
    let weight: f64 = points.iter().map(|point| point.weight).sum();
    let x = points.iter().map(|point| point.weight * point.x).sum::<f64>() / weight;
    let y = points.iter().map(|point| point.weight * point.y).sum::<f64>() / weight;
    let across: f64 = points.iter().map(|point| point.weight * (point.x - x).powi(2)).sum();
    let along: f64 = points.iter().map(|point| point.weight * (point.x - x) * (point.y - y)).sum();
    Some(along / across).filter(|slope| slope.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavier_point_draws_the_line_towards_itself() {
        let line = |weight| {
            let points = [(0.0, 0.0, 1.0), (1.0, 1.0, 1.0), (2.0, 0.0, weight)];
            slope(&points.map(|(x, y, weight)| Point { x, y, weight }))
        };
        assert_eq!(line(1.0), Some(0.0));
        assert!(line(10.0).is_some_and(|slope| slope < -0.05));
    }

    #[test]
    fn one_place_has_no_slope() {
        let point = Point { x: 1.0, y: 2.0, weight: 1.0 };
        assert_eq!(slope(&[point, point]), None);
        assert_eq!(slope(&[]), None);
    }
}
