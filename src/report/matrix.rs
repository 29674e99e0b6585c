//! The sheet `Scorecard`: measures × places. Each place has a column for its newest figure, one for what the strategy states
//! and one for what the hub proposes; a status of one never stands in the column or the colours of the other.

use super::about::About;
use super::looks::{Looks, look};
use super::promise::{self, has};
use super::sheets::height;
use super::{read, strategy, words};
use crate::answers::scorecard::{Cell, Scorecard};
use crate::frameworks::{Framework, Measure, Standing as Said};
use crate::outcomes::Standing;
use rust_xlsxwriter::{ColNum, Format, RowNum, Worksheet, XlsxError};

/// How wide the columns are, in characters.
const TITLE: usize = 40;
const FIGURE: usize = 26;
const STATUS: usize = 20;

/// Places that are printed on one page beside each other.
const PLACES_A_PAGE: usize = 2;

/// One of the columns of a place.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Figure,
    Stated,
    Proposed,
}

impl Shown {
    /// The columns that a framework needs.
    fn of(framework: &Framework) -> Vec<Self> {
        let any = |standing| framework.measures.iter().any(|measure| has(measure, standing));
        let mut all = vec![Self::Figure];
        all.extend(any(Said::Stated).then_some(Self::Stated));
        all.extend(any(Said::Proposed).then_some(Self::Proposed));
        all
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Figure => "Newest figure",
            Self::Stated => "What the strategy states",
            Self::Proposed => "What the hub proposes (not the strategy)",
        }
    }

    const fn width(self) -> usize {
        match self {
            Self::Figure => FIGURE,
            Self::Stated | Self::Proposed => STATUS,
        }
    }
}

/// Measures × places.
pub(super) fn sheet(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<(), XlsxError> {
    let framework = &card.framework;
    let mut row = title(sheet, looks, card, about)?;
    sheet.set_column_width(0, characters(TITLE))?;
    if card.rows.is_empty() {
        for sentence in words::open_questions(framework) {
            sheet.write(row, 0, sentence)?;
            row += 1;
        }
        return Ok(());
    }
    let shown = Shown::of(framework);
    header(sheet, looks, card, &shown, row)?;
    row += 1;
    for (measure, own) in read::measures(card) {
        row += 1;
        let title = format!("{}. {} [{}]", measure.id, measure.title, words::said(measure.standing));
        sheet.write_with_format(row, 0, &title, &looks.text)?;
        let mut high = height(&title, TITLE);
        let mut column: ColNum = 1;
        for (_, cell) in read::cells(card, own) {
            for one in &shown {
                let (text, format) = written(*one, measure, cell, about, looks);
                high = high.max(height(&text, one.width()));
                sheet.write_with_format(row, column, text, &format)?;
                column += 1;
            }
        }
        sheet.set_row_height(row, f64::from(high) * 15.0)?;
    }
    Ok(())
}

/// The lines above the matrix; gives the row after them.
fn title(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<RowNum, XlsxError> {
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
    let validity = strategy::validity(framework);
    let valid = (!validity.is_empty()).then(|| format!("Valid: {validity}."));
    for line in valid.into_iter().chain(about.over(framework)) {
        sheet.write(row, 0, line)?;
        row += 1;
    }
    for warning in about.warnings(card) {
        sheet.write_with_format(row, 0, warning, &looks.warning)?;
        row += 1;
    }
    Ok(row + 1)
}

/// Two rows of headings, printed on every page: the places, and what their columns show.
fn header(
    sheet: &mut Worksheet,
    looks: &Looks,
    card: &Scorecard,
    shown: &[Shown],
    row: RowNum,
) -> Result<(), XlsxError> {
    sheet.write_with_format(row, 0, "", &looks.head)?;
    sheet.write_with_format(row + 1, 0, "Measure", &looks.head)?;
    let mut column: ColNum = 1;
    for place in &card.places {
        for (at, one) in shown.iter().enumerate() {
            // The name stands over its first column; merged cells cannot be sorted or frozen well.
            let name = if at == 0 { words::place(place) } else { String::new() };
            sheet.write_with_format(row, column, name, &looks.head)?;
            sheet.write_with_format(row + 1, column, one.heading(), &looks.head)?;
            sheet.set_column_width(column, characters(one.width()))?;
            column += 1;
        }
    }
    sheet.set_freeze_panes(row + 2, 1)?;
    sheet.set_repeat_rows(row, row + 1)?;
    sheet.set_repeat_columns(0, 0)?;
    let across = u16::try_from(card.places.len().div_ceil(PLACES_A_PAGE).max(1)).unwrap_or(u16::MAX);
    sheet.set_print_fit_to_pages(across, 0);
    Ok(())
}

fn written(shown: Shown, measure: &Measure, cell: &Cell, about: &About, looks: &Looks) -> (String, Format) {
    match shown {
        Shown::Figure => (figures(cell, about), looks.text.clone()),
        Shown::Stated => {
            let format = if cell.stated.is_some() { look(cell.stated) } else { looks.none.clone() };
            (statuses(promise::stated(measure, cell), measure, cell, Said::Stated), format)
        }
        Shown::Proposed => {
            let format = if cell.proposed.is_some() { looks.proposed.clone() } else { looks.none.clone() };
            (statuses(promise::proposed(measure, cell), measure, cell, Said::Proposed), format)
        }
    }
}

/// The status of the whole, then one line a series where there are several.
fn statuses(whole: &str, measure: &Measure, cell: &Cell, standing: Said) -> String {
    let mut text = whole.to_owned();
    let shown = has(measure, standing) && (standing == Said::Proposed || cell.promise);
    if shown && cell.parts.len() > 1 {
        for part in &cell.parts {
            let own = words::status(part.worst(measure, standing));
            text.push_str(&format!("\n{}: {own}", part.series.label));
        }
    }
    text
}

/// The newest figure of each series with its period and age.
fn figures(cell: &Cell, about: &About) -> String {
    let several = cell.parts.len() > 1;
    let lines = cell.parts.iter().map(|part| {
        let figure = match &part.latest {
            Some(point) => {
                let figure = words::figure(words::unit(part), point);
                // The cell may be pasted without the warning above it.
                let loud = if about.standing(point) == Some(Standing::Illustrative) { ", ILLUSTRATIVE" } else { "" };
                let age = about.age(point).map(|months| format!(", {}", words::age(months))).unwrap_or_default();
                let together = point.put_together.as_ref().map(|own| format!(", {}", own.how())).unwrap_or_default();
                format!("{figure}, {}{age}{together}{loud}", point.period.label())
            }
            None => format!("no figure: {}", words::absence(part)),
        };
        if several { format!("{}: {figure}", part.series.label) } else { figure }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A width as the library takes it; those here are far below what it holds.
fn characters(width: usize) -> u32 {
    u32::try_from(width).unwrap_or(u32::MAX)
}
