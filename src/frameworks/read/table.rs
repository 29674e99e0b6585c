//! One table of a framework file: its keys are read one by one, and a key that nobody reads is a mistake.

use super::page::Page;
use crate::hint::did_you_mean;
use crate::outcomes::Period;
use chrono::NaiveDate;
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The longest text of one key, in characters: a framework holds titles and references, not the strategy.
const MAX_TEXT: usize = 1_000;
/// The longest list of one key.
const MAX_ITEMS: usize = 500;

/// A text with its line.
#[derive(Clone, Debug, Default)]
pub(super) struct At {
    pub(super) text: String,
    pub(super) line: usize,
}

/// A table that is being read.
pub(super) struct Table<'p, 'a, 't> {
    pub(super) page: &'p Page<'a>,
    /// What it is called in mistakes: `measure`, `target`.
    pub(super) noun: &'static str,
    pub(super) line: usize,
    entries: &'t DeTable<'t>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'p, 'a, 't> Table<'p, 'a, 't> {
    pub(super) fn root(page: &'p Page<'a>, entries: &'t DeTable<'t>) -> Self {
        Self { page, noun: "framework", line: 1, entries, asked: RefCell::default() }
    }

    pub(super) fn mistake(&self, line: usize, reason: String) {
        self.page.mistake(line, reason);
    }

    fn ask(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.entries.get(key)
    }

    /// Whether the key is there; it does not count as read.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn line_of(&self, value: &Spanned<DeValue<'_>>) -> usize {
        self.page.line_at(value.span().start)
    }

    fn absent(&self, key: &str, what_next: &str) {
        self.mistake(self.line, format!("the {} has no `{key}`: {what_next}", self.noun));
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let kind = value.get_ref().type_str();
        self.mistake(self.line_of(value), format!("`{key}` of the {} is of type {kind}: write {expected}", self.noun));
    }

    /// A text that has to be there.
    pub(super) fn text(&self, key: &'static str) -> At {
        match self.ask(key) {
            None => {
                self.absent(key, "add it, as a text in quotes");
                At { text: String::new(), line: self.line }
            }
            Some(value) => self.text_of(key, value),
        }
    }

    /// A text that may be left out.
    pub(super) fn text_if_any(&self, key: &'static str) -> Option<At> {
        self.ask(key).map(|value| self.text_of(key, value))
    }

    fn text_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> At {
        let line = self.line_of(value);
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(key, value, "a text in quotes");
            return At { text: String::new(), line };
        };
        let text = text.trim();
        if text.is_empty() {
            self.mistake(line, format!("`{key}` of the {} is empty: say what it is{}", self.noun, leave_out(key)));
        } else if text.chars().count() > MAX_TEXT {
            self.mistake(
                line,
                format!("`{key}` of the {} is longer than {MAX_TEXT} characters: say it in fewer words", self.noun),
            );
        }
        At { text: text.to_owned(), line }
    }

    /// An id: lower-case letters, digits and hyphens.
    pub(super) fn id(&self) -> At {
        let id = self.text("id");
        self.well_formed(&id);
        id
    }

    fn well_formed(&self, id: &At) {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.text.chars().all(fits) || id.text.len() > 80 {
            self.mistake(
                id.line,
                format!("`{}` is not an id: write up to 80 lower-case letters, digits and hyphens", id.text),
            );
        }
    }

    /// An id that may be left out.
    pub(super) fn id_if_any(&self) -> Option<At> {
        let id = self.text_if_any("id")?;
        self.well_formed(&id);
        Some(id)
    }

    /// A word out of a list.
    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let Some(value) = self.ask(key) else {
            self.absent(key, &format!("write one of {}", all()));
            return None;
        };
        let at = self.text_of(key, value);
        let found = words.iter().find(|(word, _)| *word == at.text).map(|(_, meaning)| *meaning);
        if found.is_none() && !at.text.is_empty() {
            let hint = did_you_mean(&at.text, words.iter().map(|(word, _)| *word));
            self.mistake(at.line, format!("`{key}` cannot be `{}`: write one of {}{hint}", at.text, all()));
        }
        found
    }

    /// A day, where there is one.
    pub(super) fn date(&self, key: &'static str) -> Option<(NaiveDate, usize)> {
        let value = self.ask(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) if date.time.is_none() => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if date.is_none() {
            self.mistake(
                self.line_of(value),
                format!("`{key}` of the {} is not a day: write it like 2021-04-01", self.noun),
            );
        }
        date.map(|date| (date, self.line_of(value)))
    }

    /// A number, where there is one.
    pub(super) fn number(&self, key: &'static str) -> Option<(f64, usize)> {
        let value = self.ask(key)?;
        let number = match value.get_ref() {
            DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse::<f64>().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            self.mistake(
                self.line_of(value),
                format!("`{key}` of the {} is not a number: write it like 555 or 0.5, without quotes", self.noun),
            );
        }
        number.map(|number| (number, self.line_of(value)))
    }

    /// A number that has to be there.
    pub(super) fn needed_number(&self, key: &'static str) -> (f64, usize) {
        if !self.has(key) {
            self.absent(key, "add the number");
        }
        // 1 is a value that no rule of the caller finds fault with: the mistake is said already.
        self.number(key).unwrap_or((1.0, self.line))
    }

    /// A period, where there is one.
    pub(super) fn period(&self, key: &'static str) -> Option<Period> {
        let Some(value) = self.ask(key) else {
            self.absent(key, "write it like \"2019-04-01/P1Y\"");
            return None;
        };
        let at = self.text_of(key, value);
        if at.text.is_empty() {
            return None;
        }
        Period::parse(&at.text).map_err(|error| self.mistake(at.line, error.to_string())).ok()
    }

    /// A list of texts; empty where it is left out.
    pub(super) fn texts(&self, key: &'static str) -> Vec<At> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of texts in square brackets");
            return Vec::new();
        };
        if items.len() > MAX_ITEMS {
            self.too_many(key, value, items.len(), MAX_ITEMS);
            return Vec::new();
        }
        items.iter().map(|item| self.text_of(key, item)).filter(|at| !at.text.is_empty()).collect()
    }

    /// A text that has to be there, or a list of them that is not empty.
    pub(super) fn text_or_texts(&self, key: &'static str) -> Vec<At> {
        let listed = self.entries.get(key).is_some_and(|value| value.get_ref().is_array());
        if !listed {
            return vec![self.text(key)];
        }
        let texts = self.texts(key);
        if texts.is_empty() {
            self.mistake(self.line_of_key(key), format!("`{key}` of the {} is empty: name one at least", self.noun));
        }
        texts
    }

    fn too_many(&self, key: &str, value: &Spanned<DeValue<'_>>, n: usize, most: usize) {
        self.mistake(self.line_of(value), format!("the {} has {n} of `{key}`; the most is {most}", self.noun));
    }

    /// A table within, where there is one.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'p, 'a, 't>> {
        let value = self.ask(key)?;
        let table = self.inner(key, value);
        if table.is_none() {
            self.wrong(key, value, "a table");
        }
        table
    }

    /// Tables within, such as `[[measure]]`; empty where there are none.
    pub(super) fn tables(&self, key: &'static str, most: usize) -> Vec<Table<'p, 'a, 't>> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of tables");
            return Vec::new();
        };
        if items.len() > most {
            self.too_many(key, value, items.len(), most);
            return Vec::new();
        }
        let mut tables = Vec::with_capacity(items.len());
        for item in items {
            match self.inner(key, item) {
                Some(table) => tables.push(table),
                None => self.wrong(key, item, "a table"),
            }
        }
        tables
    }

    fn inner(&self, noun: &'static str, value: &'t Spanned<DeValue<'t>>) -> Option<Table<'p, 'a, 't>> {
        let entries = value.get_ref().as_table()?;
        Some(Table { page: self.page, noun, line: self.line_of(value), entries, asked: RefCell::default() })
    }

    /// The names and lines of all keys that were not read.
    pub(super) fn left_over(&self) -> Vec<At> {
        let asked = self.asked.borrow();
        self.entries
            .keys()
            .filter(|key| !asked.iter().any(|known| *known == key.get_ref().as_ref()))
            .map(|key| At { text: key.get_ref().to_string(), line: self.page.line_at(key.span().start) })
            .collect()
    }

    /// The line of a key; the table's own where it is left out.
    pub(super) fn line_of_key(&self, key: &str) -> usize {
        self.entries.get(key).map_or(self.line, |value| self.line_of(value))
    }

    /// Reports every key that was not read as unknown.
    pub(super) fn finish(self) {
        self.finish_with(&[]);
    }

    /// [`Table::finish`] for a table whose optional keys may not have been read.
    pub(super) fn finish_with(self, optional: &[&'static str]) {
        for key in self.left_over() {
            let mut names = self.asked.borrow().clone();
            names.extend(optional);
            names.dedup();
            let hint = did_you_mean(&key.text, &names);
            let known = names.join(", ");
            self.mistake(key.line, format!("the {} has no key `{}`{hint} (its keys are {known})", self.noun, key.text));
        }
    }
}

/// What else can be done about a text that is empty.
fn leave_out(key: &str) -> &'static str {
    match key {
        "age" | "label" | "qualifier" | "url" | "by" | "reported" | "arrangement" => ", or leave the key out",
        "where" => " (the heading or paragraph of the text, or why it is proposed)",
        _ => "",
    }
}
