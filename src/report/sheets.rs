//! The sheets `Lines` and `About` of the workbook, and how flat sheets are written.

use super::about::About;
use super::lines::{COLUMNS, Value};
use super::looks::Looks;
use super::{number, promise, read, strategy, words};
use crate::answers::scorecard::Scorecard;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet, XlsxError};

/// How many lines a text takes in a column of a width; no spreadsheet shows a row higher than 27 of them.
pub(super) fn height(text: &str, width: usize) -> u8 {
    let lines: usize = text.lines().map(|line| line.chars().count().div_ceil(width).max(1)).sum();
    u8::try_from(lines.min(27)).unwrap_or(27)
}

/// The flat lines.
pub(super) fn lines(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<(), XlsxError> {
    header(sheet, looks, COLUMNS.iter().map(|column| (column.name, column.width)))?;
    let mut row: RowNum = 0;
    super::lines(card, about, |line| {
        row += 1;
        write(sheet, looks, row, COLUMNS.iter().map(|column| (column.read)(line)))
    })?;
    filter(sheet, row, COLUMNS.len())
}

/// What the workbook is made of.
pub(super) fn about(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<(), XlsxError> {
    let framework = &card.framework;
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, text: String| pairs.push((name.to_owned(), text));
    for warning in about.warnings(card) {
        say("Warning", warning);
    }
    say("Framework", format!("{} ({})", framework.title, framework.id));
    say("Organisation", framework.organisation.clone());
    say("Edition", framework.version.clone());
    say("Summary", framework.summary.clone());
    say("Source text", strategy::source(framework));
    let validity = strategy::validity(framework);
    if !validity.is_empty() {
        say("Valid", validity);
    }
    if let Some(day) = about.day {
        say("Ages of figures count to", words::day(day));
    }
    if let Some(over) = about.over(framework) {
        say("Note", over);
    }
    say("Hub release", super::table::release(card, about));
    say("As of", about.as_of.clone().unwrap_or_else(|| "the newest release".into()));
    for sentence in words::open_questions(framework) {
        say("Not yet defined", sentence);
    }
    for (word, meaning) in words::SAID {
        say(&format!("Standing of a measure or target: {word}"), meaning.into());
    }
    for (standing, meaning) in words::STANDINGS {
        say(&format!("Standing of a figure: {}", standing.as_str()), meaning.into());
    }
    for (status, meaning) in words::statuses() {
        say(&format!("Status: {status}"), meaning.into());
    }
    say(promise::NO_PROMISE, promise::NO_PROMISE_MEANS.into());
    for (name, version) in read::methods(card) {
        say(&format!("Method: {name}"), format!("version {}", number::bare("count", version.into())));
    }
    for dataset in &about.datasets {
        say(&format!("Dataset: {}", dataset.id), super::table::source(dataset));
    }
    for id in about.undescribed(card) {
        say(&format!("Dataset: {id}"), "Publisher, licence and standing are not known.".into());
    }
    sheet.set_column_width(0, 40)?;
    sheet.set_column_width(1, 100)?;
    for (row, (name, text)) in (0..).zip(&pairs) {
        let look = if name == "Warning" { &looks.warning } else { &looks.text };
        sheet.write_with_format(row, 0, name, &looks.head)?;
        sheet.write_with_format(row, 1, text, look)?;
    }
    Ok(())
}

/// The header row, which stays in sight and is printed on every page.
pub(super) fn header<'a>(
    sheet: &mut Worksheet,
    looks: &Looks,
    columns: impl Iterator<Item = (&'a str, f64)>,
) -> Result<(), XlsxError> {
    for (column, (name, width)) in (0..).zip(columns) {
        sheet.write_with_format(0, column, name, &looks.head)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// One row: numbers as numbers, texts as texts.
pub(super) fn write(
    sheet: &mut Worksheet,
    looks: &Looks,
    row: RowNum,
    fields: impl IntoIterator<Item = Value>,
) -> Result<(), XlsxError> {
    for (column, value) in (0..).zip(fields) {
        match value {
            Value::Text(text) => sheet.write_with_format(row, column, text, &looks.text)?,
            Value::Number(number) => sheet.write_with_format(row, column, number, &looks.number)?,
            Value::Empty => continue,
        };
    }
    Ok(())
}

/// The filter over the header and every row.
pub(super) fn filter(sheet: &mut Worksheet, last: RowNum, columns: usize) -> Result<(), XlsxError> {
    let last_column = ColNum::try_from(columns.saturating_sub(1)).unwrap_or(ColNum::MAX);
    sheet.autofilter(0, 0, last, last_column)?;
    Ok(())
}
