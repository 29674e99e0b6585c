//! What the readers of workbooks share: the parts of a zip as XML, read event by event.

use super::rows::CELL_BYTES;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use std::io::BufRead;

/// Why a workbook cannot be read, in the words of whoever found out.
#[derive(Debug)]
pub(super) struct Broken(pub String);

impl<E: std::error::Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

pub(super) fn reader<R: BufRead>(content: R) -> Reader<R> {
    let mut reader = Reader::from_reader(content);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    reader
}

/// An attribute by its name, prefix and all.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Broken> {
    for attribute in element.attributes() {
        let attribute = attribute?;
        if attribute.key.0 == name {
            return unescaped(&attribute.value).map(Some);
        }
    }
    Ok(None)
}

/// An attribute by its name, whatever its prefix.
pub(super) fn local_attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Broken> {
    for attribute in element.attributes() {
        let attribute = attribute?;
        if local(attribute.key.0) == name {
            return unescaped(&attribute.value).map(Some);
        }
    }
    Ok(None)
}

/// Whether an attribute says yes.
pub(super) fn is_set(element: &BytesStart<'_>, name: &str) -> Result<bool, Broken> {
    Ok(attribute(element, name)?.is_some_and(|value| says_yes(&value)))
}

pub(super) fn says_yes(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "on")
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

pub(super) fn unescaped(text: &str) -> Result<String, Broken> {
    Ok(quick_xml::escape::unescape(text)?.into_owned())
}

pub(super) fn referred(reference: &BytesRef<'_>) -> Result<String, Broken> {
    if let Some(letter) = reference.resolve_char_ref()? {
        return Ok(letter.to_string());
    }
    unescaped(&format!("&{};", &**reference))
}

/// The text up to the end of the element that has just begun.
pub(super) fn text_to_end<R: BufRead>(reader: &mut Reader<R>, element: QName<'_>) -> Result<String, Broken> {
    let (mut text, mut buffer) = (String::new(), Vec::new());
    loop {
        buffer.clear();
        if text.len() > CELL_BYTES {
            return Err(Broken("a cell is longer than 1 MiB, which no spreadsheet allows".into()));
        }
        match reader.read_event_into(&mut buffer)? {
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => text.push_str(&referred(&reference)?),
            Event::End(end) if end.name() == element => return Ok(text),
            Event::Eof => return Err(Broken(format!("`{}` does not end", element.0))),
            _ => {}
        }
    }
}
