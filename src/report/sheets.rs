//! The sheets `Scorecard`, `Lines` and `About` of the workbook, and how flat sheets are written.

use super::about::About;
use super::lines::{COLUMNS, Value};
use super::looks::{Looks, look};
use super::{number, read, words};
use crate::answers::scorecard::{Cell, Part, Scorecard};
use crate::frameworks::Status;
use crate::outcomes::Standing;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet, XlsxError};

/// Measures × places: the status in words, the newest figure and its period.
pub(super) fn scorecard(
    sheet: &mut Worksheet,
    looks: &Looks,
    card: &Scorecard,
    about: &About,
) -> Result<(), XlsxError> {
    let framework = &card.framework;
    sheet.write_with_format(0, 0, format!("Scorecard: {}", framework.title), &looks.title)?;
    let as_of = about.as_of.as_ref().map(|time| format!(", as of {time}")).unwrap_or_default();
    let edition = format!(
        "{}, edition {}; release {}{as_of}",
        framework.organisation,
        framework.version,
        super::table::release(card, about)
    );
    sheet.write(1, 0, edition)?;
    let mut row: RowNum = 2;
    for warning in about.warnings(card) {
        sheet.write_with_format(row, 0, warning, &looks.warning)?;
        row += 1;
    }
    row += 1;
    sheet.set_column_width(0, 44)?;
    if card.rows.is_empty() {
        for sentence in words::open_questions(framework) {
            sheet.write(row, 0, sentence)?;
            row += 1;
        }
        return Ok(());
    }
    sheet.write_with_format(row, 0, "Measure", &looks.head)?;
    for (column, place) in (1..).zip(&card.places) {
        sheet.write_with_format(row, column, words::place(place), &looks.head)?;
        sheet.set_column_width(column, 30)?;
    }
    sheet.set_freeze_panes(row + 1, 1)?;
    sheet.set_repeat_rows(row, row)?;
    for (measure, own) in read::measures(card) {
        row += 1;
        let title = format!("{}. {} [{}]", measure.id, measure.title, words::said(measure.standing));
        sheet.write_with_format(row, 0, &title, &looks.text)?;
        let mut high = height(&title, 44);
        for (column, (_, cell)) in (1..).zip(read::cells(card, own)) {
            let text = matrix(cell, about);
            high = high.max(height(&text, 30));
            sheet.write_with_format(row, column, text, &look(cell.status))?;
        }
        sheet.set_row_height(row, f64::from(high) * 15.0)?;
    }
    Ok(())
}

/// The status, then a line for each series.
fn matrix(cell: &Cell, about: &About) -> String {
    let several = cell.parts.len() > 1;
    let mut text = words::status(cell.status).to_owned();
    for part in &cell.parts {
        let figure = match &part.latest {
            Some(point) => {
                let figure = words::figure(words::unit(part), point);
                // The cell may be pasted without the warning above it.
                let loud = if about.standing(point) == Some(Standing::Illustrative) { ", ILLUSTRATIVE" } else { "" };
                let together = point.put_together.as_ref().map(|own| format!(", {}", own.how())).unwrap_or_default();
                format!("{figure}, {}{together}{loud}", point.period.label())
            }
            None => format!("no figure: {}", words::absence(part)),
        };
        text.push('\n');
        if several {
            text.push_str(&format!("{}: {}, ", part.series.label, words::status(worst(part))));
        }
        text.push_str(&figure);
    }
    text
}

fn worst(part: &Part) -> Option<Status> {
    part.judgements.iter().map(|judgement| judgement.status).max()
}

/// How many lines a text takes in a column of a width; no spreadsheet shows a row higher than 27 of them.
fn height(text: &str, width: usize) -> u8 {
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
    let source = &framework.source;
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut say = |name: &str, text: String| pairs.push((name.to_owned(), text));
    for warning in about.warnings(card) {
        say("Warning", warning);
    }
    say("Framework", format!("{} ({})", framework.title, framework.id));
    say("Organisation", framework.organisation.clone());
    say("Edition", framework.version.clone());
    say("Summary", framework.summary.clone());
    let published = source.published.map(|day| format!(", {}", words::day(day))).unwrap_or_default();
    let address = source.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
    say("Source text", format!("{}, {}{published}{address}", source.title, source.publisher));
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
    for (status, meaning) in words::STATUSES {
        say(&format!("Status: {}", words::status(status)), meaning.into());
    }
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
