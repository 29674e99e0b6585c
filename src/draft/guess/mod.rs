//! What the columns of an unknown file may be. Each guess may be wrong, and says so wherever it is written down.

mod area;
mod measure;
mod notes;
mod people;
mod period;
mod splits;
#[cfg(test)]
mod tests;

pub use area::{Area, AreaGuess};
pub use measure::Measures;
pub(super) use notes::one_line;
pub use people::Personal;
pub use period::PeriodGuess;
pub use splits::{Split, Splits};

use super::look::{Column, Seen, is_number};
use super::places::Places;
use super::vocabulary::{self, SharedIndicator};
use super::words::{has, named};
use crate::outcomes::{Age, Sex};

/// Everything that was guessed of a file.
#[derive(Debug, Default)]
pub struct Guesses {
    /// How its places are named.
    pub area: AreaGuess,
    /// Its periods.
    pub period: Option<PeriodGuess>,
    /// The column of sexes.
    pub sex: Option<String>,
    /// The column of ages.
    pub age: Option<String>,
    /// The columns of figures.
    pub measures: Measures,
    /// What splits the rows.
    pub splits: Splits,
    /// Columns that look as if they were about single people.
    pub personal: Vec<Personal>,
    /// The shared indicator of a near name.
    pub near: Option<SharedIndicator>,
    /// What only a person can decide.
    pub gaps: Vec<String>,
}

impl Guesses {
    /// `file` is the file's name, which may tell what is measured.
    pub(super) fn of(seen: &Seen, places: &Places, shared: &[SharedIndicator], file: &str) -> Self {
        let personal = people::personal(&seen.columns, places);
        let left: Vec<&Column> =
            seen.columns.iter().filter(|column| !personal.iter().any(|person| person.column == column.name)).collect();
        let area = AreaGuess::of(&left, places);
        let left = without(left, &area.columns());
        let period = PeriodGuess::of(&left, file);
        let of_period: Vec<&str> = period.iter().flat_map(|period| period.columns.iter().map(String::as_str)).collect();
        let left = without(left, &of_period);
        let mut gaps = Vec::new();
        let unread = if period.is_none() { period::unread(&left) } else { None };
        let left = without(left, &unread.iter().map(|(column, _)| column.as_str()).collect::<Vec<_>>());
        gaps.extend(unread.iter().map(|(_, gap)| gap.clone()));
        let sex = sex(&left, &mut gaps);
        let age = age(&left);
        let left = without(left, &sex.iter().chain(&age).map(String::as_str).collect::<Vec<_>>());
        let mut measures = match &period {
            // The columns of a file with a column a period are its values.
            Some(period) if period.wide => Measures { value: None, others: Vec::new(), ..Measures::of(&[]) },
            _ => Measures::of(&left),
        };
        let of_unread = unread.iter().map(|(column, _)| column.as_str());
        let key: Vec<&str> = area.columns().into_iter().chain(of_period.iter().copied()).chain(of_unread).collect();
        let key: Vec<&str> = key.into_iter().chain(sex.iter().chain(&age).map(String::as_str)).collect();
        // Other names of places are no breakdown, and numbers are none.
        let is_taken = |column: &&Column| {
            key.contains(&column.name.as_str())
                || measures.columns().chain(&measures.others).any(|name| *name == column.name)
                || unread.iter().any(|(name, _)| *name == column.name)
                || personal.iter().any(|person| person.column == column.name)
                || column.all(|text| places.has_name(text))
                || (column.mostly(is_number)
                    && !has(&column.name, &["code", "id", "type", "group", "category", "class", "level"]))
        };
        let taken: Vec<&str> = seen.columns.iter().filter(is_taken).map(|column| column.name.as_str()).collect();
        let splits = Splits::of(seen, &taken, &key);
        gaps.append(&mut measures.gaps);
        let mut guesses = Self { area, period, sex, age, measures, splits, personal, near: None, gaps };
        guesses.near = guesses.near(shared, file).cloned();
        guesses
    }

    fn near<'v>(&self, shared: &'v [SharedIndicator], file: &str) -> Option<&'v SharedIndicator> {
        let named = self.splits.indicator.iter().chain(&self.splits.idle).flat_map(|split| &split.texts);
        let file = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let texts = named.chain(&self.measures.value).map(String::as_str).chain([file]);
        vocabulary::nearest(shared, &texts.collect::<Vec<_>>())
    }
}

fn without<'c>(columns: Vec<&'c Column>, taken: &[&str]) -> Vec<&'c Column> {
    columns.into_iter().filter(|column| !taken.contains(&column.name.as_str())).collect()
}

/// The column that is called so and mostly holds sexes; what it holds beside them is a gap.
fn sex(columns: &[&Column], gaps: &mut Vec<String>) -> Option<String> {
    let reads = |text: &str| Sex::spelled(text).is_some();
    let column = named(columns, &["sex", "gender"]).into_iter().find(|column| column.mostly(reads));
    // A column of another name that holds nothing but both sexes.
    let both = |column: &&&Column| {
        let is = |sex| column.texts.iter().any(|text| Sex::spelled(text) == Some(sex));
        column.all(reads) && is(Sex::Male) && is(Sex::Female)
    };
    let column = column.or_else(|| columns.iter().find(both).copied())?;
    let other: Vec<&str> = column.texts.iter().map(String::as_str).filter(|text| !reads(text)).take(5).collect();
    if !other.is_empty() {
        let what = "which sex() does not read: their rows would be rejected";
        gaps.push(format!("`{}` holds {} too, {what}", column.name, other.join(", ")));
    }
    Some(column.name.clone())
}

/// The column that is called so and holds ages. Numbers alone are ages only under the bare name: a share may be 45 too.
fn age(columns: &[&Column]) -> Option<String> {
    let is_age = |column: &&Column| {
        let numbers = column.all(is_number);
        column.all(|text| Age::spelled(text).is_some()) && (!numbers || column.name.eq_ignore_ascii_case("age"))
    };
    named(columns, &["age", "ages"]).into_iter().find(is_age).map(|column| column.name.clone())
}
