//! Texts that cells hold or refer to, with the look of their runs.

use super::unescaped;
use crate::decode::rows::CELL_BYTES;
use crate::decode::runs::{Level, Look, Runs, Seen, Trouble};
use crate::decode::xml::{Broken, attribute, reader, says_yes, text_to_end};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufRead;

/// The texts that cells refer to by number.
#[derive(Debug, Default)]
pub(super) struct Strings {
    texts: Vec<Box<str>>,
    /// Those that are no plain text.
    troubles: HashMap<usize, Trouble>,
    /// Those whose runs all have a look of their own: the font of the cell says nothing about them.
    own_look: std::collections::HashSet<usize>,
}

impl Strings {
    pub fn read(content: impl BufRead) -> Result<Self, Broken> {
        let (mut reader, mut buffer, mut strings) = (reader(content), Vec::new(), Self::default());
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    let (seen, own_look) = text(&mut reader, "si")?;
                    let index = strings.texts.len();
                    if let Some(trouble) = seen.trouble {
                        strings.troubles.insert(index, trouble.into_owned());
                    }
                    if own_look {
                        strings.own_look.insert(index);
                    }
                    strings.texts.push(seen.text.into());
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text of this number, and whether the cell's font says how it looks.
    pub fn get(&self, index: usize) -> Option<(Seen<'_>, bool)> {
        let text = self.texts.get(index)?;
        let trouble = self.troubles.get(&index).map(Cow::Borrowed);
        Some((Seen { text: Cow::Borrowed(text), trouble }, !self.own_look.contains(&index)))
    }
}

/// A text up to the end of its element (`si`, `is`), and whether all its runs have a look of their own.
pub(super) fn text<R: BufRead>(reader: &mut Reader<R>, end: &str) -> Result<(Seen<'static>, bool), Broken> {
    let (mut runs, mut buffer) = (Runs::default(), Vec::new());
    let (mut look, mut styled) = (Look::default(), false);
    let (mut own, mut inherited) = (false, false);
    loop {
        buffer.clear();
        if runs.len() > CELL_BYTES {
            return Err(Broken("a cell is longer than 1 MiB, which no spreadsheet allows".into()));
        }
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "r" => (look, styled) = (Look::default(), false),
                "rPr" => styled = true,
                // How the text is said, not what it is.
                "rPh" => {
                    let name = element.name().0.to_owned();
                    reader.read_to_end_into(quick_xml::name::QName(&name), &mut Vec::new())?;
                }
                "t" => {
                    let name = element.name().0.to_owned();
                    let part = text_to_end(reader, quick_xml::name::QName(&name))?;
                    if !part.trim().is_empty() {
                        *(if styled { &mut own } else { &mut inherited }) = true;
                    }
                    runs.push(&unescaped(&part), look);
                }
                _ => learn(&element, &mut look)?,
            },
            Event::End(element) if element.local_name().as_ref() == end => {
                return Ok((runs.finish(), own && !inherited));
            }
            Event::Eof => return Err(Broken("a text does not end".into())),
            _ => {}
        }
    }
}

/// Takes from an element of a font what it says about its look.
pub(super) fn learn(element: &BytesStart<'_>, look: &mut Look) -> Result<(), Broken> {
    let value = attribute(element, "val")?;
    match element.local_name().as_ref() {
        "strike" => look.struck = value.is_none_or(|value| says_yes(&value)),
        "vertAlign" => {
            look.level = match value.as_deref() {
                Some("superscript") => Level::Super,
                Some("subscript") => Level::Sub,
                _ => Level::Line,
            }
        }
        _ => {}
    }
    Ok(())
}
