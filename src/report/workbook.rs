//! A workbook: `Scorecard` (measures × places), `Reasons` and `Strategy` to be read in print, `Lines`, `Figures` and `About`.
//!
//! Its properties hold one fixed moment, so that the same question gives the same bytes. Texts are written as texts: none
//! is ever a formula.

use super::about::About;
use super::looks::Looks;
use super::{ReportError, figures, matrix, reasons, sheets};
use crate::answers::scorecard::Scorecard;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

pub(super) fn write(card: &Scorecard, about: &About) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("Scorecard: {}", card.framework.title))
            .set_author("outcomes-hub")
            .set_creation_datetime(&made),
    );
    let looks = Looks::new();
    let foot = foot(card, about);
    matrix::sheet(page(&mut book, "Scorecard", &foot)?, &looks, card, about)?;
    reasons::reasons(page(&mut book, "Reasons", &foot)?, &looks, card, about)?;
    reasons::of_the_strategy(page(&mut book, "Strategy", &foot)?, &looks, card)?;
    sheets::lines(page(&mut book, "Lines", &foot)?, &looks, card, about)?;
    figures::sheet(page(&mut book, "Figures", &foot)?, &looks, card, about)?;
    sheets::about(page(&mut book, "About", &foot)?, &looks, card, about)?;
    Ok(book.save_to_buffer()?)
}

/// What stands at the foot of every printed page: a page that is handed round alone says what it is of.
fn foot(card: &Scorecard, about: &About) -> String {
    let framework = &card.framework;
    // An ampersand begins a command, and a foot holds 255 characters.
    let title: String = framework.title.chars().take(100).collect();
    let release: String = super::table::release(card, about).chars().take(60).collect();
    let loud = if about.warnings(card).is_empty() { "" } else { " - SEE THE WARNING ON THE FIRST PAGE" };
    let left = format!("{title}, edition {}; release {release}{loud}", framework.version).replace('&', "&&");
    format!("&L&8 {left}&R&8 &A, page &P of &N")
}

/// A sheet that prints on A4 across, as wide as one page.
fn page<'b>(book: &'b mut Workbook, name: &str, foot: &str) -> Result<&'b mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_footer(foot);
    Ok(sheet)
}
