//! A workbook: `Scorecard` (measures × places), `Lines`, `Figures` and `About`.
//!
//! Its properties hold one fixed moment, so that the same question gives the same bytes. Texts are written as texts: none
//! is ever a formula.

use super::about::About;
use super::{ReportError, figures, sheets};
use crate::answers::scorecard::Scorecard;
use crate::frameworks::Status;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

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

/// How cells look.
pub(super) struct Looks {
    pub(super) title: Format,
    pub(super) warning: Format,
    pub(super) head: Format,
    pub(super) text: Format,
    pub(super) number: Format,
}

impl Looks {
    fn new() -> Self {
        let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            warning: Format::new().set_bold().set_background_color(Color::RGB(0x00_FF_E0_00)),
            head: text
                .clone()
                .set_bold()
                .set_background_color(Color::RGB(0x00_E6_E6_E6))
                .set_border(FormatBorder::Thin),
            number: Format::new().set_align(FormatAlign::Top),
            text,
        }
    }
}

/// The look of a status: its word stands in the cell, and the grounds grow darker from good to bad, so that they are
/// told apart on black-and-white paper, and run from blue to brown, which colour-blind readers tell apart too.
pub(super) fn look(status: Option<Status>) -> Format {
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let on = |ground: u32| cell.clone().set_background_color(Color::RGB(ground));
    match status {
        Some(Status::Met) => on(0x00_DD_EE_FA),
        Some(Status::OnTrack) => on(0x00_A6_CE_E8),
        Some(Status::OffTrack) => on(0x00_D9_93_4A),
        Some(Status::NotMet) => on(0x00_7A_33_0A).set_font_color(Color::White).set_bold(),
        // No ground: nothing is said.
        Some(Status::NotAssessable) => cell.set_italic().set_border(FormatBorder::Dashed),
        None => cell.set_font_color(Color::RGB(0x00_59_59_59)),
    }
}
