//! Figures that a connector makes of records of people: small numbers are withheld and all others rounded, before anything is
//! published.
//!
//! Source: NHS Digital's disclosure control method for HES and ECDS, from September 2018 (`statistics/disclosure`). Because every
//! count is rounded by itself, and values are worked out anew from rounded counts, what was withheld cannot be found by subtracting
//! the others from a total.

use super::known::Measure;
use crate::outcomes::{Figure, MissingKind, Observation, ValueType};
use crate::statistics::{Shown, SmallNumbers};

/// Which counts are withheld, and how the others are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallNumberRule {
    /// The smallest count that is shown.
    pub smallest_shown: u64,
    /// The others are rounded to the nearest multiple of this.
    pub round_to: u64,
}

/// What becomes of a figure that is made of records.
#[derive(Clone, Debug, PartialEq)]
pub enum Protected {
    /// It is published, rounded.
    Shown(Observation),
    /// It is published as withheld.
    Withheld(Observation),
    /// It is not published at all: of so few, even the group's name may tell who they are.
    LeftOut,
}

/// What is shown of a figure under these rules.
///
/// # Errors
/// What it lacks to be judged, in a sentence that names no text of it.
pub fn protect(figure: Observation, measure: &Measure, rule: SmallNumberRule) -> Result<Protected, &'static str> {
    let rule = SmallNumbers { smallest_shown: rule.smallest_shown, base: rule.round_to };
    if figure.note.is_some() && figure.value.number().is_some() {
        return Err("a note is free text, and a figure made of records has none: leave `note` out of the SQL");
    }
    let figure =
        Observation { note: None, lower_ci: None, upper_ci: None, lower_ci_99_8: None, upper_ci_99_8: None, ..figure };
    let count = number(figure.count);
    let of = number(figure.denominator);
    match measure.value_type {
        ValueType::Count => {
            let Some(value) = figure.value.number() else { return Ok(Protected::Shown(figure)) };
            let value = shown(rule, value)?;
            let of = of.map(|of| shown(rule, of)).transpose()?;
            let own = as_figure(value);
            let made =
                Observation { value: own, count: figure.count.map(|_| own), denominator: of.map(as_figure), ..figure };
            Ok(published(made, value == Shown::Withheld))
        }
        ValueType::Proportion | ValueType::Rate | ValueType::Ratio => {
            let Some((count, of)) = count.zip(of) else {
                return Err(
                    "a share or rate made of records needs `count` and `denominator`, by which small numbers are found",
                );
            };
            let (own, all) = (shown(rule, count)?, shown(rule, of)?);
            // Of 100, 98 tells of the 2 others as well.
            let others = match measure.value_type {
                ValueType::Proportion => shown(rule, of - count)?,
                _ => Shown::Zero,
            };
            let is_small = [own, others, all].contains(&Shown::Withheld);
            let value = match (own, all) {
                _ if is_small => SUPPRESSED,
                (own, Shown::Rounded(all)) => {
                    Figure::Number(measure.multiplier.unwrap_or(1.0) * as_number(own) / as_number(Shown::Rounded(all)))
                }
                // Nobody of nobody.
                _ => Figure::Missing(MissingKind::NotApplicable),
            };
            let count = if is_small { SUPPRESSED } else { as_figure(own) };
            let made = Observation { value, count: Some(count), denominator: Some(as_figure(all)), ..figure };
            Ok(published(made, is_small))
        }
        ValueType::Dsr | ValueType::Mean | ValueType::LifeExpectancy | ValueType::Index => {
            let Some(of) = of else {
                return Err(
                    "a figure made of records needs `denominator`, the number of people behind it, by which small numbers \
                            are found",
                );
            };
            let all = shown(rule, of)?;
            let is_small = all == Shown::Withheld;
            let value = if is_small { SUPPRESSED } else { figure.value };
            Ok(published(Observation { value, count: None, denominator: Some(as_figure(all)), ..figure }, is_small))
        }
    }
}

const SUPPRESSED: Figure = Figure::Missing(MissingKind::Suppressed);

/// Of a withheld figure of a named group, even the name may tell who they are.
fn published(made: Observation, is_small: bool) -> Protected {
    match (is_small, &made.breakdown.category) {
        (false, _) => Protected::Shown(made),
        (true, Some(_)) => Protected::LeftOut,
        (true, None) => Protected::Withheld(made),
    }
}

fn number(figure: Option<Figure>) -> Option<f64> {
    figure.and_then(Figure::number)
}

fn shown(rule: SmallNumbers, count: f64) -> Result<Shown, &'static str> {
    rule.shown(count).map_err(|_| "a count made of records is a whole number, from nought")
}

fn as_number(shown: Shown) -> f64 {
    match shown {
        Shown::Rounded(count) => u32::try_from(count).map_or(f64::INFINITY, f64::from),
        Shown::Zero | Shown::Withheld => 0.0,
    }
}

fn as_figure(shown: Shown) -> Figure {
    match shown {
        Shown::Withheld => SUPPRESSED,
        shown => Figure::Number(as_number(shown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Breakdown, Category, Period, Polarity};
    use proptest::prelude::*;
    use std::sync::Arc;

    const RULE: SmallNumberRule = SmallNumberRule { smallest_shown: 8, round_to: 5 };

    fn measure(value_type: ValueType) -> Measure {
        let multiplier = (value_type == ValueType::Proportion).then_some(100.0);
        Measure {
            value_type,
            polarity: Polarity::None,
            multiplier,
            is_percent: multiplier.is_some(),
            is_weighted: false,
        }
    }

    fn figure(value: f64, count: Option<f64>, of: Option<f64>) -> Observation {
        Observation {
            indicator: "i".into(),
            area: "E08000012".into(),
            period: Period::parse("2024-04-01/P1Y").expect("a period"),
            breakdown: Arc::new(Breakdown { sex: "persons".into(), age: "all".into(), category: None }),
            value: Figure::Number(value),
            lower_ci: Some(value),
            upper_ci: Some(value),
            lower_ci_99_8: None,
            upper_ci_99_8: None,
            count: count.map(Figure::Number),
            denominator: of.map(Figure::Number),
            note: None,
            combined_with: None,
        }
    }

    fn of(value_type: ValueType, count: f64, of: f64) -> Result<Protected, &'static str> {
        let value = if value_type == ValueType::Count { count } else { 100.0 * count / of };
        protect(figure(value, Some(count), Some(of)), &measure(value_type), RULE)
    }

    #[test]
    fn a_share_is_worked_out_anew_from_rounded_counts() {
        let Ok(Protected::Shown(shown)) = of(ValueType::Proportion, 23.0, 101.0) else { panic!("shown") };
        assert_eq!((shown.count, shown.denominator), (Some(Figure::Number(25.0)), Some(Figure::Number(100.0))));
        assert_eq!((shown.value, shown.lower_ci), (Figure::Number(25.0), None));
    }

    #[test]
    fn few_are_withheld_and_so_are_all_but_a_few() {
        for (count, all) in [(3.0, 100.0), (97.0, 100.0), (2.0, 5.0), (7.0, 7.0)] {
            let Ok(Protected::Withheld(made)) = of(ValueType::Proportion, count, all) else {
                panic!("{count} of {all}")
            };
            assert_eq!((made.value, made.count), (SUPPRESSED, Some(SUPPRESSED)));
        }
        let mut named = figure(3.0, Some(3.0), None);
        let category = Some(Category { kind: "name".into(), name: "A Person".into() });
        named.breakdown = Arc::new(Breakdown { sex: "persons".into(), age: "all".into(), category });
        let made = protect(named, &measure(ValueType::Count), RULE);
        assert_eq!(made, Ok(Protected::LeftOut), "the group's name would tell who it is");
    }

    #[test]
    fn what_cannot_be_judged_is_refused() {
        let rule = RULE;
        assert!(protect(figure(1.0, None, None), &measure(ValueType::Proportion), rule).is_err());
        assert!(protect(figure(1.0, None, None), &measure(ValueType::Mean), rule).is_err());
        assert!(protect(figure(9.5, None, None), &measure(ValueType::Count), rule).is_err());
        let noted = Observation { note: Some("A Person".into()), ..figure(90.0, None, None) };
        assert!(protect(noted, &measure(ValueType::Count), rule).is_err());
    }

    proptest! {
        /// Whatever the counts, none that is shown is a small one, and none is what it was unless it happens to be round.
        #[test]
        fn no_small_count_is_shown(count in 0_u32..60, more in 0_u32..60) {
            let all = count + more;
            for value_type in [ValueType::Proportion, ValueType::Rate, ValueType::Count] {
                let (Protected::Shown(made) | Protected::Withheld(made)) =
                    of(value_type, count.into(), all.into()).expect("judged") else { continue };
                for shown in [made.count, made.denominator].into_iter().flatten().filter_map(Figure::number) {
                    prop_assert!(shown == 0.0 || shown >= 10.0 && shown % 5.0 == 0.0, "{shown}");
                }
                if let (ValueType::Proportion, Some(_)) = (value_type, made.value.number()) {
                    prop_assert!(more == 0 || more >= 8, "{count} of {all}");
                }
            }
        }
    }
}
