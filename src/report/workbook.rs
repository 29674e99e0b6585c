//! A workbook: `Scorecard` (measures × places), `Lines`, `Figures` and `About`.
//!
//! Its properties hold one fixed moment, so that the same question gives the same bytes. Texts are written as texts: none
//! is ever a formula.

use super::about::About;
use super::looks::Looks;
use super::{ReportError, figures, sheets};
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
    sheets::scorecard(page(&mut book, "Scorecard")?, &looks, card, about)?;
    sheets::lines(page(&mut book, "Lines")?, &looks, card, about)?;
    figures::sheet(page(&mut book, "Figures")?, &looks, card, about)?;
    sheets::about(page(&mut book, "About")?, &looks, card, about)?;
    Ok(book.save_to_buffer()?)
}

/// A sheet that prints on A4 across, as wide as one page.
fn page<'b>(book: &'b mut Workbook, name: &str) -> Result<&'b mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(sheet)
}
