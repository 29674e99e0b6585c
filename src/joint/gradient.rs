//! How a figure slopes from the most to the least deprived.

use crate::outcomes::{Figure, MissingKind};
use crate::statistics::{Confidence, Limits, SlopeQuantile, SlopeSpread, SlopeValue, StatisticsError, slope_index};

/// One group of a breakdown by deprivation.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name as published.
    pub name: String,
    /// The value.
    pub value: Figure,
    /// 95% limits as published.
    pub limits: Option<(f64, f64)>,
    /// The people in it.
    pub population: Option<Figure>,
}

/// The slope across all groups, from the most to the least deprived.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// The groups in order, the most deprived first, by their position among those that were given.
    pub order: Vec<usize>,
    /// Slope index of inequality: the value at the least deprived end less that at the most deprived end, by the line
    /// through all groups weighted by their people, in the indicator's unit.
    pub sii: f64,
    /// Its 95% limits; none where a group has no limits of its own.
    pub sii_limits: Option<(f64, f64)>,
    /// Relative index of inequality: the value at the least deprived end over that at the most deprived end; none where
    /// the line does not stay above zero.
    pub rii: Option<f64>,
    /// The least deprived group's value less the most deprived group's.
    pub range: f64,
}

/// Why there is no slope.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoGradient {
    /// The names do not say an order.
    #[error("`{0}` does not say where it stands between the most and the least deprived")]
    NoOrder(String),
    /// A group is not there.
    #[error("of {expected} groups only {found} are published; missing: {missing}")]
    Incomplete {
        /// How many groups the breakdown has.
        expected: usize,
        /// How many are published.
        found: usize,
        /// Which positions are not, from 1, the most deprived.
        missing: String,
    },
    /// A group has no value or no number of people.
    #[error("{part} of the group `{name}` is {}", kind.map_or("not published", MissingKind::as_str))]
    Missing {
        /// The group.
        name: String,
        /// The value, or the number of people.
        part: &'static str,
        /// The kind of its absence; `None` where the publisher gives none at all.
        kind: Option<MissingKind>,
    },
    /// The numbers allow no slope.
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
}

/// Where a group stands among how many, 1 the most deprived: `Third more deprived decile (IMD2019)` is the third of ten.
/// `None` where the name does not say.
#[must_use]
pub fn position(name: &str) -> Option<(usize, usize)> {
    let name = name.to_lowercase();
    let of = [("decile", 10), ("quintile", 5)].into_iter().find(|(word, _)| name.contains(word))?.1;
    let nth = ["most", "second", "third", "fourth", "fifth"].iter().position(|word| name.starts_with(word));
    let from_least = name.contains("least") || name.contains("less");
    let from_most = name.contains("most") || name.contains("more");
    let nth = match (nth, name.starts_with("least")) {
        (_, true) => 0,
        (Some(nth), false) => nth,
        (None, false) => return None,
    };
    match (from_most, from_least) {
        (true, false) if nth < of => Some((nth + 1, of)),
        (false, true) if nth < of => Some((of - nth, of)),
        _ => None,
    }
}

/// The slope of a figure across the groups of a breakdown by deprivation: every group must be there, once, with its value
/// and its people.
///
/// Source: Low & Low 2004, as `statistics::slope_index` has it: untransformed, the groups' own limits taken as symmetric.
///
/// # Errors
/// Why there is none; a suppressed group refuses the whole and is named.
pub fn gradient(groups: &[Group]) -> Result<Gradient, NoGradient> {
    let mut placed: Vec<(usize, usize)> = Vec::with_capacity(groups.len());
    let mut expected = 0;
    for (at, group) in groups.iter().enumerate() {
        let (position, of) = position(&group.name).ok_or_else(|| NoGradient::NoOrder(group.name.clone()))?;
        placed.push((position, at));
        expected = of;
    }
    placed.sort_unstable();
    let there = |wanted: &usize| placed.iter().any(|(position, _)| position == wanted);
    let missing: Vec<String> = (1..=expected).filter(|wanted| !there(wanted)).map(|at| at.to_string()).collect();
    if expected == 0 || !missing.is_empty() || placed.len() != expected {
        return Err(NoGradient::Incomplete { expected, found: placed.len(), missing: missing.join(", ") });
    }
    let order: Vec<usize> = placed.into_iter().map(|(_, at)| at).collect();
    let mut rows = Vec::with_capacity(order.len());
    let mut values = Vec::with_capacity(order.len());
    for (quantile, group) in (1_u32..).zip(order.iter().map(|at| &groups[*at])) {
        let value = number(group, "the value", Some(group.value))?;
        let population = number(group, "the number of people", group.population)?;
        let spread = group.limits.map(|(lower, upper)| SlopeSpread::Limits95(Limits { lower, upper }));
        let quantile = f64::from(quantile);
        rows.push(SlopeQuantile { quantile, population: Some(population), value: Some(value), spread });
        values.push(value);
    }
    let slope = slope_index(&rows, SlopeValue::Other, false, 1.0, Confidence::P95)?;
    let sii_limits = slope.sii_limits.map(|limits| (limits.lower, limits.upper));
    // The line must stay above zero for one end to be a multiple of the other.
    let rii = slope.rii.filter(|rii| *rii > 0.0);
    let range = values.last().zip(values.first()).map_or(0.0, |(least, most)| least - most);
    Ok(Gradient { order, sii: slope.sii, sii_limits, rii, range })
}

fn number(group: &Group, part: &'static str, figure: Option<Figure>) -> Result<f64, NoGradient> {
    let missing = |kind| NoGradient::Missing { name: group.name.clone(), part, kind };
    match figure {
        Some(Figure::Number(number)) => Ok(number),
        Some(Figure::Unreliable(_)) => Err(missing(Some(MissingKind::Unreliable))),
        Some(Figure::Missing(kind)) => Err(missing(Some(kind))),
        None => Err(missing(None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_where_a_group_stands() {
        let words = ["Most", "Second most", "Third more", "Fourth more", "Fifth more"];
        let back = ["Fifth less", "Fourth less", "Third less", "Second least", "Least"];
        for (at, word) in words.into_iter().chain(back).enumerate() {
            assert_eq!(position(&format!("{word} deprived decile (IMD2019)")), Some((at + 1, 10)), "{word}");
        }
        assert_eq!(position("Least deprived quintile (IMD2015)"), Some((5, 5)));
        assert_eq!(position("White British"), None);
        assert_eq!(position("Deprived decile"), None);
    }

    fn groups(values: [f64; 10]) -> Vec<Group> {
        let words = ["Most", "Second most", "Third more", "Fourth more", "Fifth more"];
        let back = ["Fifth less", "Fourth less", "Third less", "Second least", "Least"];
        let named = words.into_iter().chain(back).zip(values);
        named
            .map(|(word, value)| Group {
                name: format!("{word} deprived decile"),
                value: Figure::Number(value),
                limits: Some((value - 1.0, value + 1.0)),
                population: Some(Figure::Number(1000.0)),
            })
            .collect()
    }

    #[test]
    fn the_order_of_giving_changes_nothing() {
        // Values on one line, ten apart: from end to end the line falls by a hundred.
        let line = [100.0, 90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0];
        let straight = gradient(&groups(line)).expect("a slope");
        assert!((straight.sii + 100.0).abs() < 1e-9, "{}", straight.sii);
        assert!((straight.range + 90.0).abs() < 1e-12);
        let mut turned = groups(line);
        turned.reverse();
        let turned = gradient(&turned).expect("a slope");
        assert!((turned.sii - straight.sii).abs() < 1e-9);
        assert_eq!(turned.order, (0..10).rev().collect::<Vec<_>>());
    }

    #[test]
    fn a_group_that_is_missing_or_suppressed_refuses_the_whole() {
        let mut fewer = groups([1.0; 10]);
        fewer.remove(3);
        let why = gradient(&fewer).expect_err("no slope").to_string();
        assert!(why.contains("only 9") && why.ends_with("missing: 4"), "{why}");
        let mut hidden = groups([1.0; 10]);
        hidden[2].value = Figure::Missing(MissingKind::Suppressed);
        let why = gradient(&hidden).expect_err("no slope").to_string();
        assert!(why.contains("Third more deprived decile") && why.contains("suppressed"), "{why}");
    }
}
