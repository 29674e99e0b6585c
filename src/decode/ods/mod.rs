//! The cells of an ods's sheet, one after the other: nothing that repeats is written out before it is looked at.

mod content;
mod styles;

use super::runs::Seen;
use super::xml::{Broken, attribute, reader};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use styles::Styles;
use zip::ZipArchive;

/// The most cells of a row: no spreadsheet has more columns.
const ROW_CELLS: usize = 16_384;
/// The most groups of rows or columns that lie in each other.
const DEPTH: usize = 1_000;

/// A cell: its row and column from 0, how many rows and columns it is repeated in, and what it shows.
pub(super) struct Cell {
    pub rows: Range<u32>,
    pub columns: Range<u32>,
    pub seen: Seen<'static>,
    /// Whether a person does not see its row, its column, or the cell itself, which another one covers.
    pub row_hidden: bool,
    pub column_hidden: bool,
    pub covered: bool,
}

/// An ods of which the styles and the names of the sheets are known.
pub(super) struct Book {
    /// Each sheet's name, and whether it is hidden, in their order.
    pub sheets: Vec<(String, bool)>,
    styles: Styles,
}

/// What the columns say of their cells.
struct Column {
    columns: Range<u32>,
    hidden: bool,
    style: Option<String>,
}

impl Book {
    pub fn open(file: File) -> Result<Self, Broken> {
        let mut zip = ZipArchive::new(BufReader::new(file))?;
        let (mut styles, mut sheets) = (Styles::default(), Vec::new());
        // Styles that cells of any sheet may name stand in a part of their own, which small writers leave out.
        for part in ["styles.xml", "content.xml"] {
            if part == "styles.xml" && zip.index_for_name(part).is_none() {
                continue;
            }
            let mut reader = reader(BufReader::new(zip.by_name(part)?));
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                match reader.read_event_into(&mut buffer)? {
                    Event::Start(element) if element.name() == QName("table:table") => {
                        if let Some(name) = attribute(&element, "table:name")? {
                            let style = attribute(&element, "table:style-name")?.unwrap_or_default();
                            let shown = attribute(&element, "table:display")?.is_none_or(|display| display != "false");
                            sheets.push((name, !shown || styles.is_hidden("table", &style)));
                        }
                    }
                    Event::Start(element) => styles.learn(&mut reader, &element)?,
                    Event::Eof => break,
                    _ => {}
                }
            }
        }
        Ok(Self { sheets, styles })
    }

    /// Gives the cells of a sheet that hold something, row by row. A row that is repeated comes once, with the rows that it
    /// stands for.
    pub fn cells<E: From<Broken>>(
        &mut self,
        file: File,
        sheet: &str,
        mut give: impl FnMut(&[Cell]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(Broken::from)?;
        let content = zip.by_name("content.xml").map_err(Broken::from)?;
        let mut reader = reader(BufReader::new(content));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(Broken::from)? {
                Event::Start(element)
                    if element.name() == QName("table:table")
                        && attribute(&element, "table:name")?.as_deref() == Some(sheet) =>
                {
                    break;
                }
                Event::Eof => return Err(Broken(format!("there is no sheet `{sheet}`")).into()),
                _ => {}
            }
        }
        let (mut row, mut columns) = (0_u32, Vec::<Column>::new());
        // Whether each group that is open is folded away.
        let mut groups: Vec<bool> = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(Broken::from)? {
                Event::Start(element) => match element.name().0 {
                    "table:table-row-group" | "table:table-column-group" => {
                        groups.push(attribute(&element, "table:display")?.as_deref() == Some("false"));
                        if groups.len() > DEPTH {
                            return Err(Broken("groups of rows lie too deep in each other".into()).into());
                        }
                    }
                    "table:table-column" if columns.len() < ROW_CELLS => {
                        let start = columns.last().map_or(0, |last| last.columns.end);
                        let end = start.saturating_add(repeated(&element, "table:number-columns-repeated")?);
                        let hidden = self.is_hidden(&element, "table-column")? || groups.contains(&true);
                        let style = attribute(&element, "table:default-cell-style-name")?;
                        columns.push(Column { columns: start..end, hidden, style });
                    }
                    "table:table-row" => {
                        let end = row.saturating_add(repeated(&element, "table:number-rows-repeated")?);
                        let hidden = self.is_hidden(&element, "table-row")? || groups.contains(&true);
                        let style = attribute(&element, "table:default-cell-style-name")?;
                        let of = Row { rows: row..end, hidden, style, columns: &columns };
                        let cells = row_of_cells(&mut reader, &of, &mut self.styles)?;
                        if !cells.is_empty() {
                            give(&cells)?;
                        }
                        row = end;
                    }
                    _ => {}
                },
                Event::End(element) => match element.name().0 {
                    "table:table-row-group" | "table:table-column-group" => drop(groups.pop()),
                    "table:table" => return Ok(()),
                    _ => {}
                },
                Event::Eof => return Err(Broken("the sheet does not end".into()).into()),
                _ => {}
            }
        }
    }

    fn is_hidden(&self, element: &BytesStart<'_>, family: &str) -> Result<bool, Broken> {
        let visibility = attribute(element, "table:visibility")?;
        let style = attribute(element, "table:style-name")?.unwrap_or_default();
        Ok(visibility.is_some_and(|said| said == "collapse" || said == "filter")
            || self.styles.is_hidden(family, &style))
    }
}

/// What a row says of its cells.
struct Row<'c> {
    rows: Range<u32>,
    hidden: bool,
    style: Option<String>,
    columns: &'c [Column],
}

/// The cells of a row that hold something, up to the row's end.
fn row_of_cells<R: BufRead>(reader: &mut Reader<R>, row: &Row<'_>, styles: &mut Styles) -> Result<Vec<Cell>, Broken> {
    let (mut cells, mut column, mut buffer) = (Vec::new(), 0_u32, Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element)
                if element.name() == QName("table:table-cell")
                    || element.name() == QName("table:covered-table-cell") =>
            {
                let end = column.saturating_add(repeated(&element, "table:number-columns-repeated")?);
                // Columns come in their order: the first that ends behind the cell's start holds it.
                let at = row.columns.partition_point(|other| other.columns.end <= column);
                let of = row.columns.get(at);
                let own = attribute(&element, "table:style-name")?;
                let style = own.as_deref().or(row.style.as_deref()).or(of.and_then(|of| of.style.as_deref()));
                let covered = element.name() == QName("table:covered-table-cell");
                let seen = content::seen(reader, &element, style.unwrap_or("Default"), styles)?;
                if cells.len() >= ROW_CELLS {
                    return Err(Broken(format!("row {} has more than {ROW_CELLS} cells", row.rows.start + 1)));
                }
                if let Some(seen) = seen {
                    // Each part of a repeated cell in columns of its own, hidden or not.
                    let mut start = column;
                    for of in row.columns.get(at..).unwrap_or_default() {
                        if start >= end || of.columns.start >= end {
                            break;
                        }
                        let part = start..end.min(of.columns.end);
                        start = part.end;
                        cells.push(cell(row, part, seen.clone(), of.hidden, covered));
                    }
                    if start < end {
                        cells.push(cell(row, start..end, seen, false, covered));
                    }
                }
                column = end;
            }
            Event::End(element) if element.name() == QName("table:table-row") => return Ok(cells),
            Event::Eof => return Err(Broken("a row does not end".into())),
            _ => {}
        }
    }
}

fn cell(row: &Row<'_>, columns: Range<u32>, seen: Seen<'static>, column_hidden: bool, covered: bool) -> Cell {
    Cell { rows: row.rows.clone(), columns, seen, row_hidden: row.hidden, column_hidden, covered }
}

/// How often a row or a cell comes.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<u32, Broken> {
    let Some(times) = attribute(element, name)? else { return Ok(1) };
    // More than fit are as many as fit: what is within the limits of a sheet is looked at when it is written out.
    Ok(u32::try_from(times.trim().parse::<u64>()?).unwrap_or(u32::MAX))
}
