//! Values held against the count and denominator of their own row.
//!
//! One value that is not the ratio of its counts may be weighted, adjusted or wrong: that is told. A whole indicator of which the
//! values are a power of ten away from their counts is of another scale than it says, and such a release is refused.

use super::{Measure, Refusal};
use crate::outcomes::{Figure, Observation, Origin, ValueType};
use crate::statistics::{is_ratio, tens_apart};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many indicators a run names with examples; the others are counted.
const NAMED: usize = 5;
/// How many rows of an indicator are shown.
const EXAMPLES: usize = 3;
/// Fewer rows than these prove nothing about a whole indicator.
const FEW: u64 = 3;
/// Percentages of which all lie between 0 and 1 are told from so many on.
const MANY: u64 = 10;

/// What the rows of each indicator say of its values.
#[derive(Debug, Default)]
pub(super) struct OwnRows {
    of: BTreeMap<Arc<str>, Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    /// Values above 0, the largest of them, and the first.
    above_zero: u64,
    largest: f64,
    first: Option<String>,
    /// Whether one of them is not a whole number.
    has_fraction: bool,
    /// Rows with a value, a count and a denominator.
    comparable: u64,
    /// Those whose value is not the ratio, and the first of them.
    differ: u64,
    examples: Vec<String>,
    /// Rows with all three above 0, and by which power of ten the value is too small.
    scaled: u64,
    tens: BTreeMap<i32, u64>,
    is_percent: bool,
}

impl OwnRows {
    /// Takes a figure that is published.
    pub(super) fn note(&mut self, row: &Observation, measure: Measure, origin: &Origin) {
        let (Figure::Number(value), ValueType::Proportion | ValueType::Rate) = (row.value, measure.value_type) else {
            return;
        };
        let Some(multiplier) = measure.multiplier else { return };
        let rows = self.of.entry(Arc::clone(&row.indicator)).or_default();
        if value > 0.0 && measure.is_percent && measure.value_type == ValueType::Proportion {
            rows.is_percent = true;
            rows.above_zero += 1;
            rows.largest = rows.largest.max(value);
            rows.has_fraction |= value.fract() != 0.0;
            rows.first.get_or_insert_with(|| format!("{value}, {}, row {}", origin.file, origin.row));
        }
        let (Some(Figure::Number(count)), Some(Figure::Number(denominator)), false) =
            (row.count, row.denominator, measure.is_weighted)
        else {
            return;
        };
        if denominator <= 0.0 {
            return;
        }
        rows.comparable += 1;
        if value > 0.0 && count > 0.0 {
            rows.scaled += 1;
            if let Some(tens) = tens_apart(value, count, denominator, multiplier) {
                *rows.tens.entry(tens).or_default() += 1;
            }
        }
        if is_ratio(value, count, denominator, multiplier) {
            return;
        }
        rows.differ += 1;
        if rows.examples.len() < EXAMPLES {
            rows.examples.push(format!(
                "{value} beside {count} of {denominator}, which is {}, of {} for {}: {}, row {}",
                rounded(count / denominator * multiplier),
                row.area,
                row.period.iso(),
                origin.file,
                origin.row
            ));
        }
    }

    /// What deserves a look and refuses nothing, a sentence each.
    pub(super) fn remarks(&self) -> Vec<String> {
        let differ = self.of.iter().filter(|(_, rows)| rows.differ > 0 && rows.wrong_scale().is_none());
        let small = self.of.iter().filter(|(_, rows)| rows.looks_like_shares_of_one());
        let mut said = few(
            differ.map(|(id, rows)| (id, rows.differing(id))),
            "values that are not their count over their denominator",
        );
        said.extend(few(
            small.map(|(id, rows)| (id, rows.small(id))),
            "values that are all between 0 and 1, in percent",
        ));
        said
    }

    /// Indicators of another scale than they say, where their counts prove it.
    pub(super) fn wrong_scale(&self) -> Option<Refusal> {
        let wrong: Vec<(&Arc<str>, &Rows, i32)> =
            self.of.iter().filter_map(|(id, rows)| Some((id, rows, rows.wrong_scale()?))).collect();
        let named: Vec<String> = wrong.iter().take(NAMED).map(|(id, rows, tens)| rows.off(id, *tens)).collect();
        let more =
            if wrong.len() > NAMED { format!("; and {} more indicators", wrong.len() - NAMED) } else { String::new() };
        let message = format!(
            "values of another scale than their counts and denominators: {}{more}; correct the values in the SQL, or unit and \
             multiplier in indicators.sql; if they are right, say wrong_scale = \"warn\" under [checks]",
            named.join("; ")
        );
        (!wrong.is_empty()).then_some(Refusal { code: "wrong-scale", message })
    }
}

/// The first indicators with their sentences, and how many others there are.
fn few<'r>(all: impl Iterator<Item = (&'r Arc<str>, String)>, of: &str) -> Vec<String> {
    let (mut said, mut others) = (Vec::new(), Vec::new());
    for (id, sentence) in all {
        if said.len() < NAMED { said.push(sentence) } else { others.push(id) }
    }
    if let [first, ..] = others.as_slice() {
        said.push(format!("{} more indicators have {of}; the first of them is `{first}`", others.len()));
    }
    said
}

impl Rows {
    /// The power of ten by which nearly all values are too small, where it is not 0.
    fn wrong_scale(&self) -> Option<i32> {
        let (tens, rows) = self.tens.iter().max_by_key(|(_, rows)| **rows)?;
        // Rows of few people are rounded too much to say anything: what differs beyond rounding has to be there as well.
        let proven = *tens != 0 && self.differ >= FEW && rows * 10 >= self.scaled * 9;
        proven.then_some(*tens)
    }

    /// Whether percentages look like shares of 1, with no counts that say otherwise.
    fn looks_like_shares_of_one(&self) -> bool {
        let right = self.tens.get(&0).copied().unwrap_or_default();
        self.is_percent
            && self.above_zero >= MANY
            && self.largest <= 1.0
            && self.has_fraction
            && self.wrong_scale().is_none()
            && (self.scaled == 0 || right * 2 < self.scaled)
    }

    fn differing(&self, id: &str) -> String {
        let are = if self.differ == 1 { "is" } else { "are" };
        format!(
            "`{id}`: {} of {} values {are} not the count over the denominator of the same row: {}; if they are weighted, say so in the \
             indicator's numerator, and if they are standardised or adjusted, give it the value type dsr or index",
            self.differ,
            self.comparable,
            self.shown()
        )
    }

    fn shown(&self) -> String {
        let more = self.differ.saturating_sub(self.examples.len() as u64);
        let more = if more == 0 { String::new() } else { format!("; and {more} more") };
        format!("{}{more}", self.examples.join("; "))
    }

    fn small(&self, id: &str) -> String {
        format!(
            "`{id}`: all {} values above 0 are between 0 and 1, in percent; if they are shares of 1, multiply them by 100 in the \
             SQL; the first: {}",
            self.above_zero,
            self.first.as_deref().unwrap_or_default()
        )
    }

    fn off(&self, id: &str, tens: i32) -> String {
        let (times, way) = (10f64.powi(tens.abs()), if tens > 0 { "small" } else { "large" });
        let rows = self.tens.get(&tens).copied().unwrap_or_default();
        format!("`{id}`: {rows} of {} values are {times} times too {way}: {}", self.scaled, self.shown())
    }
}

/// To two decimals, without noughts at the end.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Breakdown, Period, Polarity};

    const PERCENT: Measure = Measure {
        value_type: ValueType::Proportion,
        polarity: Polarity::None,
        multiplier: Some(100.0),
        is_percent: true,
        is_weighted: false,
    };

    fn noted(measure: Measure, rows: &[(f64, Option<(f64, f64)>)]) -> OwnRows {
        let mut all = OwnRows::default();
        for (at, (value, counts)) in rows.iter().enumerate() {
            let figure = |number| Some(Figure::Number(number));
            let period = Period::parse("2024-04-01/P1Y").expect("a period");
            let row = Observation {
                indicator: "share".into(),
                area: "E08000032".into(),
                period,
                breakdown: Arc::new(Breakdown { sex: "persons".into(), age: "all".into(), category: None }),
                value: Figure::Number(*value),
                lower_ci: None,
                upper_ci: None,
                lower_ci_99_8: None,
                upper_ci_99_8: None,
                count: counts.and_then(|(count, _)| figure(count)),
                denominator: counts.and_then(|(_, denominator)| figure(denominator)),
                note: None,
                combined_with: None,
            };
            all.note(&row, measure, &Origin { file: "f.csv".into(), row: at as u64 + 2 });
        }
        all
    }

    #[test]
    fn a_column_of_shares_of_one_is_refused_where_its_counts_prove_it() {
        let rows = [
            (0.8, Some((80.0, 100.0))),
            (0.713, Some((713.0, 1000.0))),
            (0.5, Some((50.0, 100.0))),
            (0.0, Some((0.0, 90.0))),
        ];
        let refusal = noted(PERCENT, &rows).wrong_scale().expect("refused");
        assert_eq!(refusal.code, "wrong-scale");
        assert!(
            refusal.message.contains("`share`: 3 of 3 values are 100 times too small: 0.8 beside 80 of 100"),
            "{}",
            refusal.message
        );
        assert!(noted(PERCENT, &rows).remarks().is_empty(), "one fault is told once");
        let large = noted(PERCENT, &[(8000.0, Some((80.0, 100.0))); 3]).wrong_scale().expect("refused");
        assert!(large.message.contains("100 times too large"), "{}", large.message);
    }

    #[test]
    fn two_rows_and_a_mixture_prove_nothing_and_are_told() {
        let two = noted(PERCENT, &[(0.8, Some((80.0, 100.0))); 2]);
        assert_eq!(two.wrong_scale(), None);
        assert!(
            two.remarks()[0].contains("2 of 2 values are not the count over the denominator"),
            "{:?}",
            two.remarks()
        );
        let mixed = [
            (0.8, Some((80.0, 100.0))),
            (80.0, Some((80.0, 100.0))),
            (0.5, Some((50.0, 100.0))),
            (0.4, Some((40.0, 100.0))),
        ];
        assert_eq!(noted(PERCENT, &mixed).wrong_scale(), None);
        assert_eq!(noted(PERCENT, &mixed).remarks().len(), 1);
    }

    #[test]
    fn percentages_without_counts_that_are_all_below_one_are_told() {
        let rows: Vec<_> = (1..=12).map(|n| (f64::from(n) / 20.0, None)).collect();
        assert!(
            noted(PERCENT, &rows).remarks()[0]
                .starts_with("`share`: all 12 values above 0 are between 0 and 1, in percent")
        );
        assert!(noted(PERCENT, &rows[..9]).remarks().is_empty(), "few say little");
        let rare: Vec<_> = (1..=12).map(|n| (f64::from(n) / 20.0, Some((f64::from(n) * 50.0, 100_000.0)))).collect();
        assert!(noted(PERCENT, &rare).remarks().is_empty(), "their counts say that they are right");
        let other = Measure { is_percent: false, value_type: ValueType::Rate, ..PERCENT };
        assert!(noted(other, &rows).remarks().is_empty());
    }

    #[test]
    fn weighted_counts_and_other_kinds_of_value_are_not_compared() {
        for measure in [Measure { is_weighted: true, ..PERCENT }, Measure { value_type: ValueType::Dsr, ..PERCENT }] {
            let rows = noted(measure, &[(99.9, Some((1221.0, 4031.0))); 4]);
            assert!(rows.remarks().is_empty() && rows.wrong_scale().is_none());
        }
    }

    #[test]
    fn many_indicators_are_counted_and_few_are_named() {
        let ids: Vec<Arc<str>> = (0..8).map(|n| Arc::from(format!("i{n}"))).collect();
        let said = few(ids.iter().map(|id| (id, format!("of {id}"))), "values");
        assert_eq!((said.len(), said[5].as_str()), (6, "3 more indicators have values; the first of them is `i5`"));
    }
}
