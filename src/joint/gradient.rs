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
    /// 95% limits, as published or as they follow from the counts.
    pub limits: Option<(f64, f64)>,
    /// The people in it.
    pub population: Option<Figure>,
}

/// What all groups come to, from the most to the least deprived.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// The groups in order, the most deprived first, by their position among those that were given.
    pub order: Vec<usize>,
    /// The least deprived group's value less the most deprived group's.
    pub range: f64,
    /// The slope, or why there is none: it needs the people of every group.
    pub slope: Result<Slope, NoGradient>,
    /// The groups whose value or number of people its publisher warns against, by their position among those that were
    /// given. They take part: without one of them there is no whole.
    pub warned: Vec<usize>,
}

/// The slope across all groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Slope index of inequality: the value at the least deprived end less that at the most deprived end, by the line
    /// through all groups weighted by their people, in the indicator's unit.
    pub sii: f64,
    /// Its 95% limits; none where a group has no limits of its own.
    pub sii_limits: Option<(f64, f64)>,
    /// Relative index of inequality: the value at the least deprived end over that at the most deprived end; none where
    /// the line does not stay above zero.
    pub rii: Option<f64>,
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
    // Of five there is one in the middle.
    if of == 5 && ["average", "middle"].iter().any(|word| name.starts_with(word)) {
        return Some((3, 5));
    }
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

/// What the groups of a breakdown by deprivation come to: every group must be there, once, with its value. For the slope
/// each needs the number of its people too.
///
/// A group that its publisher warns against takes part and is named in `warned`: a value beside a warning is published,
/// and without it nothing could be said of any group. What rests on it is no more reliable than it is.
///
/// Source: Low & Low 2004, as `statistics::slope_index` has it: untransformed, the groups' own limits taken as symmetric.
///
/// # Errors
/// Why there is none; a suppressed group refuses the whole and is named.
pub fn gradient(groups: &[Group]) -> Result<Gradient, NoGradient> {
    let order = in_order(groups)?;
    let ordered: Vec<&Group> = order.iter().map(|at| &groups[*at]).collect();
    let values: Vec<f64> =
        ordered.iter().map(|group| number(group, "the value", Some(group.value))).collect::<Result<_, _>>()?;
    let range = values.last().zip(values.first()).map_or(0.0, |(least, most)| least - most);
    let warns = |figure: Option<Figure>| matches!(figure, Some(Figure::Unreliable(_)));
    let is_warned = |at: &usize| warns(Some(groups[*at].value)) || warns(groups[*at].population);
    let warned = order.iter().copied().filter(is_warned).collect();
    Ok(Gradient { range, slope: slope(&ordered, &values), warned, order })
}

/// The groups from the most to the least deprived, by their position among those that were given.
fn in_order(groups: &[Group]) -> Result<Vec<usize>, NoGradient> {
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
    Ok(placed.into_iter().map(|(_, at)| at).collect())
}

/// The slope across groups in order, whose values are known.
fn slope(ordered: &[&Group], values: &[f64]) -> Result<Slope, NoGradient> {
    let mut rows = Vec::with_capacity(ordered.len());
    for (quantile, (group, value)) in (1_u32..).zip(ordered.iter().zip(values)) {
        let population = number(group, "the number of people", group.population)?;
        let spread = group.limits.map(|(lower, upper)| SlopeSpread::Limits95(Limits { lower, upper }));
        let quantile = f64::from(quantile);
        rows.push(SlopeQuantile { quantile, population: Some(population), value: Some(*value), spread });
    }
    let slope = slope_index(&rows, SlopeValue::Other, false, 1.0, Confidence::P95)?;
    Ok(Slope {
        sii: slope.sii,
        sii_limits: slope.sii_limits.map(|limits| (limits.lower, limits.upper)),
        // The line must stay above zero for one end to be a multiple of the other.
        rii: slope.rii.filter(|rii| *rii > 0.0),
    })
}

fn number(group: &Group, part: &'static str, figure: Option<Figure>) -> Result<f64, NoGradient> {
    let missing = |kind| NoGradient::Missing { name: group.name.clone(), part, kind };
    match figure {
        Some(Figure::Number(number) | Figure::Unreliable(number)) => Ok(number),
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
        assert_eq!(position("Average deprived quintile"), Some((3, 5)));
        assert_eq!(position("Average deprived decile"), None);
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
        let sii = |gradient: &Gradient| gradient.slope.as_ref().expect("a slope").sii;
        assert!((sii(&straight) + 100.0).abs() < 1e-9, "{straight:?}");
        assert!((straight.range + 90.0).abs() < 1e-12);
        let mut turned = groups(line);
        turned.reverse();
        let turned = gradient(&turned).expect("a slope");
        assert!((sii(&turned) - sii(&straight)).abs() < 1e-9);
        assert_eq!(turned.order, (0..10).rev().collect::<Vec<_>>());
    }

    /// Trafford's quintiles have neither people nor limits: the gap is said, and why there is no slope.
    #[test]
    fn without_people_there_is_a_range_and_no_slope() {
        let mut bare = groups([100.0, 90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0]);
        for group in &mut bare {
            (group.population, group.limits) = (None, None);
        }
        let found = gradient(&bare).expect("a range");
        assert!((found.range + 90.0).abs() < 1e-12);
        let why = found.slope.expect_err("no slope").to_string();
        assert_eq!(why, "the number of people of the group `Most deprived decile` is not published");
    }

    #[test]
    fn a_group_with_a_warning_takes_part_and_is_named() {
        let line = [100.0, 90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0];
        let mut warned = groups(line);
        warned[2].value = Figure::Unreliable(80.0);
        let found = gradient(&warned).expect("a slope");
        assert_eq!((found.warned, found.slope), (vec![2], gradient(&groups(line)).expect("a slope").slope));
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
