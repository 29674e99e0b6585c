//! The columns that split the rows: what stands beside place and period and makes several figures of them.

use crate::draft::look::{Column, Seen};
use crate::draft::words::{has, words};
use std::collections::HashSet;

/// What is done with the columns that split the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Splits {
    /// The column whose texts name what is measured.
    pub indicator: Option<Split>,
    /// The column that becomes the figures' category.
    pub category: Option<Split>,
    /// Columns of which one text has to be kept.
    pub filters: Vec<Split>,
    /// How many of the rows that were looked at repeat another one's place, period and splits.
    pub repeats: usize,
    /// Columns of few texts that split nothing: levels, units.
    pub idle: Vec<Split>,
}

/// A column of few distinct texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// The column.
    pub column: String,
    /// Its texts.
    pub texts: Vec<String>,
    /// The one that is the whole of them.
    pub total: Option<String>,
    /// The column that says what it is a breakdown by, where there is one.
    pub kind: Option<String>,
}

/// So many distinct texts are few.
const FEW: usize = 60;
/// Words of a column that names what is measured.
const MEASURES: [&str; 9] =
    ["measure", "measures", "indicator", "metric", "variable", "statistic", "kpi", "question", "pi"];
/// Texts that are the whole of a breakdown.
const TOTALS: [&str; 8] =
    ["total", "all", "all persons", "all people", "persons", "overall", "everyone", "not applicable"];

impl Splits {
    /// `taken` are the columns that are already something; `key` those of them that say which figure a row is.
    pub fn of(seen: &Seen, taken: &[&str], key: &[&str]) -> Self {
        let index = |name: &str| seen.columns.iter().position(|column| column.name == name);
        let mut key: Vec<usize> = key.iter().filter_map(|name| index(name)).collect();
        let is_few = |column: &&Column| {
            !taken.contains(&column.name.as_str()) && !column.more && (2..=FEW).contains(&column.texts.len())
        };
        let mut few: Vec<&Column> = seen.columns.iter().filter(is_few).collect();
        let mut splits = Self::default();
        let mut distinct = keys(seen, &key);
        while distinct < seen.rows.len() {
            let gain = |column: &&Column| {
                let with: Vec<usize> = key.iter().copied().chain(index(&column.name)).collect();
                keys(seen, &with)
            };
            // Of columns that split alike, such as a code and its name, the later one is the name.
            let Some((place, best)) =
                few.iter().enumerate().map(|(place, column)| (place, gain(column))).max_by_key(|(_, gain)| *gain)
            else {
                break;
            };
            if best <= distinct {
                break;
            }
            let column = few.remove(place);
            key.extend(index(&column.name));
            distinct = best;
            splits.take(column);
        }
        splits.pair();
        splits.repeats = seen.rows.len() - distinct;
        splits.idle = few.into_iter().map(Split::of).collect();
        splits
    }

    /// `Category` and `Category Type` are one breakdown.
    fn pair(&mut self) {
        let kind_of = |name: &str, other: &str| {
            let (name, other) = (words(name), words(other));
            other.len() == name.len() + 1 && other.starts_with(&name) && other.last().is_some_and(|last| last == "type")
        };
        let Some(category) = &mut self.category else { return };
        if let Some(place) = self.filters.iter().position(|other| kind_of(&category.column, &other.column)) {
            category.kind = Some(self.filters.remove(place).column);
        } else if let Some(place) = self.filters.iter().position(|other| kind_of(&other.column, &category.column)) {
            let kind = std::mem::replace(category, self.filters.remove(place)).column;
            category.kind = Some(kind);
        }
    }

    fn take(&mut self, column: &Column) {
        let split = Split::of(column);
        let place = if has(&column.name, &MEASURES) && self.indicator.is_none() {
            &mut self.indicator
        } else if self.category.is_none() {
            &mut self.category
        } else {
            return self.filters.push(split);
        };
        *place = Some(split);
    }
}

impl Split {
    fn of(column: &Column) -> Self {
        let is_total = |text: &&String| TOTALS.contains(&text.trim().to_lowercase().as_str());
        let total = column.texts.iter().find(is_total).cloned();
        Self { column: column.name.clone(), texts: column.texts.clone(), total, kind: None }
    }
}

/// How many distinct keys the rows have.
fn keys(seen: &Seen, columns: &[usize]) -> usize {
    let key = |row: &Vec<u32>| columns.iter().map(|index| row[*index]).collect::<Vec<_>>();
    seen.rows.iter().map(key).collect::<HashSet<_>>().len()
}
