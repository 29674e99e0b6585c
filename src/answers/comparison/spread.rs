//! What the places of a comparison come to together: the spread of their values, and their average.

use super::super::places::{PlaceRef, When, Within};
use crate::outcomes::{Figure, Indicator, ValueType};
use crate::statistics::{AverageKind, Spine, group_average, is_ratio, spine};
use crate::store::{Catalogue, StoredFigure};

/// How the values of the places that are compared spread, as under a spine chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many places have a value that counts.
    pub n: usize,
    /// Their extremes and percentiles.
    pub spine: Spine,
}

impl Spread {
    /// Of these values; `None` for fewer than four.
    #[must_use]
    pub fn of(values: &[Option<f64>]) -> Option<Self> {
        spine(values).map(|spine| Self { n: values.iter().flatten().count(), spine })
    }
}

/// The average of a group of places, and how many of them it rests on.
pub struct GroupAverage {
    /// The average, or why there is none.
    pub value: Result<f64, String>,
    /// How many places took part: none where there is no average.
    pub of: usize,
}

/// A place and its figure.
pub type Counted<'a> = (&'a PlaceRef, Option<&'a StoredFigure>);

/// The average over these places, by numerators and denominators. A figure that is suppressed, missing or unreliable, or
/// whose numerator or denominator is, takes no part.
#[must_use]
pub fn group_average_of(catalogue: &Catalogue, indicator: Option<&Indicator>, places: &[Counted<'_>]) -> GroupAverage {
    match average(catalogue, indicator, places) {
        Ok((value, of)) => GroupAverage { value: Ok(value), of },
        Err(why) => GroupAverage { value: Err(why), of: 0 },
    }
}

fn average(
    catalogue: &Catalogue,
    indicator: Option<&Indicator>,
    places: &[Counted<'_>],
) -> Result<(f64, usize), String> {
    let indicator = indicator.ok_or("the vocabulary no longer describes the indicator")?;
    let kind = match indicator.value_type {
        ValueType::Count => AverageKind::Count,
        ValueType::Proportion | ValueType::Rate => {
            let unit = indicator.multiplier.ok_or("the vocabulary does not say what the share is multiplied by")?;
            AverageKind::Ratio { unit }
        }
        _ => AverageKind::Other,
    };
    if indicator.is_weighted() && kind != AverageKind::Other {
        return Err("its counts are weighted: they are no numbers of people".to_owned());
    }
    let mut counted = Vec::new();
    for (place, figure) in places {
        let Some((value, count, denominator)) = figure.and_then(|figure| parts(figure, kind)) else { continue };
        if let AverageKind::Ratio { unit } = kind
            && !is_ratio(value, count, denominator, unit)
        {
            return Err(format!(
                "the value of {} is not its numerator over its denominator: it is weighted or adjusted",
                place.name(catalogue)
            ));
        }
        counted.push((*place, count, denominator));
    }
    if kind != AverageKind::Other
        && let Some((inner, outer)) = nested(catalogue, &counted)
    {
        return Err(format!(
            "{} lies in {}: its people would be counted twice",
            inner.name(catalogue),
            outer.name(catalogue)
        ));
    }
    let parts: Vec<_> = counted.iter().map(|(_, count, denominator)| (Some(*count), Some(*denominator))).collect();
    group_average(&parts, kind).map(|average| (average, parts.len())).map_err(|why| why.to_string())
}

/// Value, numerator and denominator of a figure that takes part; a count is its own numerator.
fn parts(figure: &StoredFigure, kind: AverageKind) -> Option<(f64, f64, f64)> {
    let certain = |figure: Figure| figure.number().filter(|_| figure.missing().is_none());
    let value = certain(figure.value)?;
    match kind {
        AverageKind::Count => Some((value, value, 1.0)),
        AverageKind::Ratio { .. } => {
            let (count, denominator) = (figure.count.and_then(certain)?, figure.denominator.and_then(certain)?);
            (count >= 0.0 && denominator > 0.0).then_some((value, count, denominator))
        }
        AverageKind::Other => None,
    }
}

/// A place that takes part and lies in another one that does too.
fn nested<'p>(catalogue: &Catalogue, counted: &[(&'p PlaceRef, f64, f64)]) -> Option<(&'p PlaceRef, &'p PlaceRef)> {
    let kind = |place: &PlaceRef| place.kind(catalogue);
    // Places of one type never lie in each other.
    let (first, _, _) = counted.first()?;
    if counted.iter().all(|(place, _, _)| kind(place) == kind(first)) {
        return None;
    }
    counted.iter().find_map(|(outer, _, _)| {
        let within = Within::of(catalogue, &outer.asked);
        let inner = counted.iter().find(|(inner, _, _)| within.share(inner.newest(), When::AnyTime) > 0.0)?;
        Some((inner.0, *outer))
    })
}
