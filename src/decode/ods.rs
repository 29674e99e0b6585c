//! The cells of an ods's sheet, one after the other: nothing that repeats is written out before it is looked at.

use super::rows::CELL_BYTES;
use calamine::DataRef;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use std::fs::File;
use std::io::{BufRead, BufReader};
use zip::ZipArchive;

/// The most cells of a row: no spreadsheet has more columns.
const ROW_CELLS: usize = 16_384;
/// Spaces that one element may stand for.
const SPACES: usize = 1_000;

/// Why an ods cannot be read, in the words of whoever found out.
#[derive(Debug)]
pub(super) struct Broken(pub String);

impl<E: std::error::Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// A cell: its row and column from 0, how many rows and columns it is repeated in, and its value.
pub(super) struct Cell<'a> {
    pub rows: std::ops::Range<u32>,
    pub columns: std::ops::Range<u32>,
    pub value: DataRef<'a>,
}

/// The names of the sheets in their order.
pub(super) fn sheets(file: File) -> Result<Vec<String>, Broken> {
    let mut zip = ZipArchive::new(BufReader::new(file))?;
    let mut reader = reader(BufReader::new(zip.by_name("content.xml")?));
    let (mut names, mut buffer) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) if element.name() == QName("table:table") => {
                names.extend(attribute(&element, "table:name")?);
            }
            Event::Eof => return Ok(names),
            _ => {}
        }
        buffer.clear();
    }
}

/// Gives each cell of a sheet that holds something. A row that is repeated comes once, with the rows that it stands for.
pub(super) fn cells<E: From<Broken>>(
    file: File,
    sheet: &str,
    mut give: impl FnMut(&[Cell<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(Broken::from)?;
    let content = zip.by_name("content.xml").map_err(Broken::from)?;
    let mut reader = reader(BufReader::new(content));
    let mut buffer = Vec::new();
    loop {
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
        buffer.clear();
    }
    let mut row = 0_u32;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(Broken::from)? {
            Event::Start(element) if element.name() == QName("table:table-row") => {
                let end = row.saturating_add(repeated(&element, "table:number-rows-repeated")?);
                let cells = row_of_cells(&mut reader, row..end)?;
                if !cells.is_empty() {
                    give(&cells)?;
                }
                row = end;
            }
            Event::End(element) if element.name() == QName("table:table") => return Ok(()),
            Event::Eof => return Err(Broken("the sheet does not end".into()).into()),
            _ => {}
        }
    }
}

fn reader<R: BufRead>(content: R) -> Reader<R> {
    let mut reader = Reader::from_reader(content);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    reader
}

/// The cells of a row that hold something, up to the row's end.
fn row_of_cells<R: BufRead>(reader: &mut Reader<R>, rows: std::ops::Range<u32>) -> Result<Vec<Cell<'static>>, Broken> {
    let (mut cells, mut column, mut buffer) = (Vec::new(), 0_u32, Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element)
                if element.name() == QName("table:table-cell")
                    || element.name() == QName("table:covered-table-cell") =>
            {
                let end = column.saturating_add(repeated(&element, "table:number-columns-repeated")?);
                let value = value(reader, &element)?;
                if cells.len() >= ROW_CELLS {
                    return Err(Broken(format!("row {} has more than {ROW_CELLS} cells", rows.start + 1)));
                }
                if value != DataRef::Empty {
                    cells.push(Cell { rows: rows.clone(), columns: column..end, value });
                }
                column = end;
            }
            Event::End(element) if element.name() == QName("table:table-row") => return Ok(cells),
            Event::Eof => return Err(Broken("a row does not end".into())),
            _ => {}
        }
    }
}

/// What a cell holds; reads on to its end.
fn value<R: BufRead>(reader: &mut Reader<R>, cell: &BytesStart<'_>) -> Result<DataRef<'static>, Broken> {
    let mut value = None;
    let (mut is_text, mut is_error) = (false, false);
    for attribute in cell.attributes() {
        let attribute = attribute?;
        let text = || unescaped(&attribute.value);
        match attribute.key.0 {
            "office:value" if value.is_none() => value = Some(DataRef::Float(text()?.trim().parse()?)),
            "office:string-value" if value.is_none() => value = Some(DataRef::String(text()?)),
            "office:date-value" if value.is_none() => value = Some(DataRef::DateTimeIso(text()?)),
            "office:time-value" if value.is_none() => value = Some(DataRef::DurationIso(text()?)),
            "office:boolean-value" if value.is_none() => {
                value = Some(DataRef::Bool(text()?.eq_ignore_ascii_case("true")));
            }
            "office:value-type" => is_text = &*attribute.value == "string",
            "calcext:value-type" => is_error = &*attribute.value == "error",
            _ => {}
        }
    }
    let content = content(reader, cell.name())?;
    Ok(match value {
        None if is_text => DataRef::String(content),
        // LibreOffice writes the text of an error as content, beside an empty value.
        Some(DataRef::String(text)) if is_error && text.is_empty() => DataRef::String(content),
        Some(value) => value,
        None => DataRef::Empty,
    })
}

/// The text within a cell: its paragraphs as lines, without notes that people have pinned to it.
fn content<R: BufRead>(reader: &mut Reader<R>, cell: QName<'_>) -> Result<String, Broken> {
    let (mut text, mut buffer, mut paragraphs, mut inside) = (String::new(), Vec::new(), 0, false);
    loop {
        buffer.clear();
        if text.len() > CELL_BYTES {
            return Err(Broken("a cell is longer than 1 MiB, which no spreadsheet allows".into()));
        }
        match reader.read_event_into(&mut buffer)? {
            Event::Text(part) if inside => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => text.push_str(&referred(&reference)?),
            Event::Start(element) => match element.name().0 {
                "office:annotation" => {
                    let name = element.name().0.to_owned();
                    reader.read_to_end_into(QName(&name), &mut Vec::new())?;
                }
                "text:p" => {
                    (paragraphs, inside) = (paragraphs + 1, true);
                    if paragraphs > 1 {
                        text.push('\n');
                    }
                }
                "text:s" => {
                    let count = attribute(&element, "text:c")?.map_or(Ok(1), |count| count.parse())?;
                    text.extend(std::iter::repeat_n(' ', SPACES.min(count)));
                }
                "text:tab" => text.push('\t'),
                "text:line-break" => text.push('\n'),
                _ => {}
            },
            Event::End(element) if element.name() == cell => return Ok(text),
            Event::End(element) if element.name() == QName("text:p") => inside = false,
            Event::Eof => return Err(Broken("a cell does not end".into())),
            _ => {}
        }
    }
}

/// How often a row or a cell comes.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<u32, Broken> {
    let Some(times) = attribute(element, name)? else { return Ok(1) };
    // More than fit are as many as fit: what is within the limits of a sheet is looked at when it is written out.
    Ok(u32::try_from(times.trim().parse::<u64>()?).unwrap_or(u32::MAX))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Broken> {
    for attribute in element.attributes() {
        let attribute = attribute?;
        if attribute.key.0 == name {
            return unescaped(&attribute.value).map(Some);
        }
    }
    Ok(None)
}

fn unescaped(text: &str) -> Result<String, Broken> {
    Ok(quick_xml::escape::unescape(text)?.into_owned())
}

fn referred(reference: &BytesRef<'_>) -> Result<String, Broken> {
    if let Some(letter) = reference.resolve_char_ref()? {
        return Ok(letter.to_string());
    }
    unescaped(&format!("&{};", &**reference))
}
