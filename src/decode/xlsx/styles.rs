//! The styles of cells: number format, and what the font says.

use super::strings::learn;
use crate::decode::numfmt::{NumberFormat, Shown};
use crate::decode::runs::Look;
use crate::decode::xml::{Broken, attribute, reader};
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::BufRead;

/// How cells of one style look.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub format: NumberFormat,
    pub look: Look,
    /// Whether every number is shown as it is.
    pub is_plain: bool,
}

impl Style {
    fn new(format: NumberFormat, look: Look) -> Self {
        let is_plain = format.sections.len() == 1 && format.text.is_none() && format.of(1.5) == Shown::Number;
        Self { is_plain: is_plain && format.of(-1.5) == Shown::Number && format.of_text().is_none(), format, look }
    }
}

/// The styles that cells refer to by number.
#[derive(Debug)]
pub(super) struct Styles {
    all: Vec<Style>,
    none: Style,
}

impl Default for Styles {
    fn default() -> Self {
        Self { all: Vec::new(), none: Style::new(NumberFormat::general(), Look::default()) }
    }
}

impl Styles {
    pub fn read(content: impl BufRead) -> Result<Self, Broken> {
        let (mut reader, mut buffer) = (reader(content), Vec::new());
        let mut formats: HashMap<u32, String> = HashMap::new();
        let mut fonts: Vec<Look> = Vec::new();
        let mut cells: Vec<(u32, usize)> = Vec::new();
        let (mut in_fonts, mut in_cells) = (false, false);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(element) => {
                    let number = |name| -> Result<u32, Broken> {
                        Ok(attribute(&element, name)?.and_then(|text| text.trim().parse().ok()).unwrap_or(0))
                    };
                    match element.local_name().as_ref() {
                        "numFmt" if !in_cells => {
                            let code = attribute(&element, "formatCode")?.unwrap_or_default();
                            formats.entry(number("numFmtId")?).or_insert(code);
                        }
                        "fonts" => in_fonts = true,
                        "cellXfs" => in_cells = true,
                        "font" if in_fonts => fonts.push(Look::default()),
                        "xf" if in_cells => {
                            cells.push((number("numFmtId")?, usize::try_from(number("fontId")?).unwrap_or(usize::MAX)));
                        }
                        _ if in_fonts => {
                            if let Some(look) = fonts.last_mut() {
                                learn(&element, look)?;
                            }
                        }
                        _ => {}
                    }
                }
                Event::End(element) => match element.local_name().as_ref() {
                    "fonts" => in_fonts = false,
                    "cellXfs" => in_cells = false,
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        let style = |(format, font): (u32, usize)| {
            let format = match formats.get(&format) {
                Some(code) => NumberFormat::parse(code),
                None => NumberFormat::built_in(format),
            };
            Style::new(format, fonts.get(font).copied().unwrap_or_default())
        };
        Ok(Self { all: cells.into_iter().map(style).collect(), ..Self::default() })
    }

    /// The style of this number; the plain one where there is none.
    pub fn get(&self, index: Option<usize>) -> &Style {
        // A cell that names no style has the first.
        self.all.get(index.unwrap_or(0)).unwrap_or(&self.none)
    }
}
