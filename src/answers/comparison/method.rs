//! How the places of a comparison are judged, by each of the published methods, and why one is not.
//!
//! Source: the comparator methods of Fingertips, as `statistics` has them. A figure without a value is judged by none.

use super::super::figures::{Limits, limits, limits_99_8};
use super::judgement::{ComparisonMethod as Method, Judgement};
use crate::outcomes::{Figure, Indicator, ValueType};
use crate::statistics::{
    Better, Comparison, ControlLevel, Measured, NotCompared, judge_control_proportion, judge_control_rate,
    judge_one_level, judge_two_intervals, judge_two_levels, percentile_categories, percentile_quintiles,
};
use crate::store::StoredFigure;

/// Directly standardised rates of fewer events are not compared.
const LEAST_EVENTS: f64 = 10.0;

/// A judgement, or why there is none.
pub type Judged = Result<Judgement, String>;

/// Whether a method holds places against each other rather than against a benchmark.
#[must_use]
pub const fn is_among(method: Method) -> bool {
    matches!(method, Method::Quintiles | Method::Quartiles)
}

/// In which fifth or quarter of the places each stands. By percentiles of the values, so that equal values stand alike.
#[must_use]
pub fn among(method: Method, values: &[Option<f64>], better: Better) -> Vec<Judged> {
    use Judgement::{Best, Better as Good, High, Highest, Low, Lowest, Middle, Worse, Worst};
    let (positions, words, least): (Vec<Option<u16>>, &[Judgement], _) = match (method, better) {
        (Method::Quartiles, _) => (percentile_categories(values, 4), &[Lowest, Low, High, Highest], "four"),
        (_, Better::Neither) => (percentile_quintiles(values, better), &[Lowest, Low, Middle, High, Highest], "five"),
        _ => (percentile_quintiles(values, better), &[Best, Good, Middle, Worse, Worst], "five"),
    };
    let word = |position: u16| words.get(usize::from(position.checked_sub(1)?)).copied();
    let judged = values.iter().zip(positions).map(|(value, position)| {
        value.ok_or_else(|| NotCompared::NoValue.to_string())?;
        position.and_then(word).ok_or_else(|| format!("fewer than {least} of the places have a value"))
    });
    judged.collect()
}

/// Holds a figure against the benchmark's.
///
/// # Errors
/// Why it is not compared, in words.
pub fn against(
    method: Method,
    indicator: Option<&Indicator>,
    figure: Option<&StoredFigure>,
    benchmark: Option<&StoredFigure>,
    better: Better,
) -> Judged {
    let (area, other) = (measured(indicator, figure), measured(indicator, benchmark));
    let wider = || figure.map_or((None, None), |figure| pair(limits_99_8(indicator, figure)));
    let (better, of_area) = (Some(better), |level: &'static str| move |why| words(why, "the value", level));
    let comparison: Result<Comparison, String> = match method {
        Method::Ci95 => judge_one_level(area, other.value, better).map(Into::into).map_err(of_area("95%")),
        Method::Ci998 => {
            let (lower, upper) = wider();
            let wider = Measured { value: area.value, lower, upper };
            judge_one_level(wider, other.value, better).map(Into::into).map_err(of_area("99.8%"))
        }
        Method::TwoLevels => {
            let level = if is_sound(area) { "99.8%" } else { "95%" };
            judge_two_levels(area, wider(), other.value, better).map_err(of_area(level))
        }
        Method::DoubleCi => {
            let whose = if is_sound(area) { "the benchmark" } else { "the value" };
            judge_two_intervals(area, other, better).map(Into::into).map_err(|why| words(why, whose, "95%"))
        }
        Method::SpcProportion => multiplier(indicator, ValueType::Proportion, "proportions").and_then(|unit| {
            let n = figure.and_then(|figure| figure.denominator).and_then(Figure::number);
            let judged = judge_control_proportion(area.value, n, other.value, unit, ControlLevel::P95, better);
            judged.map(Into::into).map_err(of_area("95%"))
        }),
        Method::SpcDsr => multiplier(indicator, ValueType::Dsr, "directly standardised rates").and_then(|unit| {
            let value = area.value.ok_or_else(|| NotCompared::NoValue.to_string())?;
            let events = figure.and_then(|figure| figure.count).and_then(Figure::number);
            let events = events.ok_or("the number of events is not published")?;
            if events < LEAST_EVENTS {
                return Err("a directly standardised rate of fewer than ten events is not compared".to_owned());
            }
            // Publishers print the events and the rate; the denominator in which they come to each other follows.
            let effective = (value > 0.0).then(|| unit * events / value);
            let judged = judge_control_rate(area.value, effective, other.value, unit, ControlLevel::P95, better);
            judged.map(Into::into).map_err(of_area("95%"))
        }),
        Method::Quintiles | Method::Quartiles => Err("the method holds places against each other".to_owned()),
    };
    comparison.map(Judgement::from)
}

/// A figure's value with its 95% limits, the publisher's or those that follow from its counts.
#[must_use]
pub fn measured(indicator: Option<&Indicator>, figure: Option<&StoredFigure>) -> Measured {
    figure.map_or_else(Measured::default, |figure| {
        let (lower, upper) = pair(limits(indicator, figure));
        Measured { value: figure.value.number(), lower, upper }
    })
}

const fn pair(limits: Limits) -> (Option<f64>, Option<f64>) {
    (limits.lower, limits.upper)
}

/// Whether both limits are there and in order.
fn is_sound(area: Measured) -> bool {
    area.lower.zip(area.upper).is_some_and(|(lower, upper)| lower <= upper)
}

/// What shares are multiplied by, where a method of control limits applies to the indicator.
fn multiplier(indicator: Option<&Indicator>, wanted: ValueType, what: &str) -> Result<f64, String> {
    let indicator = indicator.ok_or("the vocabulary no longer describes the indicator")?;
    if indicator.value_type != wanted {
        return Err(format!("the method is for {what} alone"));
    }
    if indicator.is_weighted() {
        return Err("its counts are weighted: control limits need numbers of people".to_owned());
    }
    indicator.multiplier.ok_or_else(|| "the vocabulary does not say what the share is multiplied by".to_owned())
}

/// Why there is no judgement, with the limits that are meant.
fn words(why: NotCompared, whose: &str, level: &str) -> String {
    match why {
        NotCompared::NoLimits => format!("{whose} has no {level} limits"),
        NotCompared::CrossedLimits => format!("the lower {level} limit of {whose} is above the upper one"),
        why => why.to_string(),
    }
}
