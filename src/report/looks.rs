//! How the cells of a workbook look.

use crate::frameworks::Status;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// How cells look.
pub(super) struct Looks {
    pub(super) title: Format,
    pub(super) warning: Format,
    pub(super) head: Format,
    pub(super) text: Format,
    pub(super) number: Format,
    /// A status of what the hub proposes: none of the grounds of [`look`], so that nobody takes it for the strategy's.
    pub(super) proposed: Format,
    /// Where there is no status.
    pub(super) none: Format,
}

impl Looks {
    pub(super) fn new() -> Self {
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
            proposed: text.clone().set_italic().set_border(FormatBorder::Dotted),
            none: text.clone().set_font_color(Color::RGB(0x00_59_59_59)).set_border(FormatBorder::Thin),
            text,
        }
    }
}

/// The look of a status: its word stands in the cell, and the grounds run from blue (good) to brown (bad), which colour-blind
/// readers tell apart too. What cannot be told has a grey ground, and what is not known has none.
pub(super) fn look(status: Option<Status>) -> Format {
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let on = |ground: u32| cell.clone().set_background_color(Color::RGB(ground));
    match status {
        Some(Status::Met) => on(0x00_A6_CE_E8),
        Some(Status::OnTrack | Status::Improving) => on(0x00_DD_EE_FA),
        Some(Status::NoDetectableChange | Status::TooCloseToTell) => on(0x00_F0_F0_F0),
        Some(Status::Mixed | Status::GapClosingComparatorWorse | Status::GapClosingBothWorse) => on(0x00_F5_DD_BF),
        Some(Status::OffTrack | Status::Worsening) => on(0x00_D9_93_4A),
        Some(Status::NotMet) => on(0x00_7A_33_0A).set_font_color(Color::White).set_bold(),
        // No ground: nothing is said.
        Some(Status::NotAssessable | Status::OutOfDate) => cell.set_italic().set_border(FormatBorder::Dashed),
        Some(Status::NotApplicable) | None => cell.set_font_color(Color::RGB(0x00_59_59_59)),
    }
}
