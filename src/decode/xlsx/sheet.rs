//! A sheet's rows and cells.

use super::strings::{self, Strings};
use super::styles::{Style, Styles};
use super::{Spot, unescaped};
use crate::decode::merged::place;
use crate::decode::runs::{Look, Runs, Seen};
use crate::decode::shown::{iso, plain, shown};
use crate::decode::xml::{Broken, attribute, is_set, reader, text_to_end};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use std::borrow::Cow;
use std::io::BufRead;

/// What the cells of a sheet refer to.
pub(super) struct Cells<'b> {
    pub strings: &'b Strings,
    pub styles: &'b Styles,
    pub from_1904: bool,
    pub uncalculated: bool,
}

/// What a cell's own tag says.
struct Tag {
    kind: String,
    style: Option<usize>,
}

impl Cells<'_> {
    /// Gives each cell that holds something.
    pub fn read<R: BufRead, E: From<Broken>>(
        &self,
        content: R,
        mut give: impl FnMut(Spot, Seen<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut reader, mut buffer) = (reader(content), Vec::new());
        // The ranges of columns that are hidden, from 0, and where the next row and cell are that do not say it.
        let mut hidden: Vec<(u32, u32)> = Vec::new();
        let (mut row, mut next_row, mut column, mut row_hidden) = (0_u32, 0_u32, 0_u32, false);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(Broken::from)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "c" => {
                        let (mut tag, mut at) = (Tag { kind: String::new(), style: None }, None);
                        for attribute in element.attributes() {
                            let attribute = attribute.map_err(Broken::from)?;
                            match attribute.key.0 {
                                "r" => at = Some(place(&attribute.value).ok_or_else(|| wrong_place(&attribute.value))?),
                                "s" => tag.style = attribute.value.trim().parse().ok(),
                                "t" => tag.kind.push_str(&attribute.value),
                                _ => {}
                            }
                        }
                        if let Some((own_row, own_column)) = at {
                            (row, column) = (own_row.unwrap_or(row), own_column);
                        }
                        let name = element.name().0.to_owned();
                        if let Some(seen) = self.cell(&mut reader, &name, &tag)? {
                            let column_hidden = hidden.iter().any(|(first, last)| (*first..=*last).contains(&column));
                            give(Spot { row, column, row_hidden, column_hidden }, seen)?;
                        }
                        column = column.saturating_add(1);
                    }
                    "row" => {
                        let own = attribute(&element, "r")?.and_then(|text| text.trim().parse::<u32>().ok());
                        row = own.map_or(next_row, |own| own.saturating_sub(1));
                        next_row = row.saturating_add(1);
                        column = 0;
                        row_hidden = is_set(&element, "hidden")? || is_zero(&element, "ht")?;
                    }
                    "col" => {
                        let number = |name| -> Result<u32, Broken> {
                            let text = attribute(&element, name)?.unwrap_or_default();
                            Ok(text.trim().parse::<u32>().unwrap_or(1).saturating_sub(1))
                        };
                        if is_set(&element, "hidden")? || is_zero(&element, "width")? {
                            hidden.push((number("min")?, number("max")?));
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// What a cell shows, read up to its end; none where it is blank.
    fn cell<R: BufRead>(&self, reader: &mut Reader<R>, name: &str, tag: &Tag) -> Result<Option<Seen<'_>>, Broken> {
        let (mut value, mut inline, mut formula, mut buffer) = (None, None, false, Vec::new());
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => {
                        let name = element.name().0.to_owned();
                        value = Some(text_to_end(reader, QName(&name))?);
                    }
                    "is" => inline = Some(strings::text(reader, "is")?),
                    "f" => {
                        formula = true;
                        let name = element.name().0.to_owned();
                        reader.read_to_end_into(QName(&name), &mut Vec::new())?;
                    }
                    _ => {}
                },
                Event::End(element) if element.name().0 == name => break,
                Event::Eof => return Err(Broken("a cell does not end".into())),
                _ => {}
            }
        }
        let style = self.styles.get(tag.style);
        let value = value.filter(|value| !value.is_empty());
        if formula && (self.uncalculated || value.is_none() && tag.kind != "str") {
            return Ok(Some(Seen::unreadable(
                "it holds a formula whose result is not in the file; open the workbook in a spreadsheet and save it",
            )));
        }
        if let Some((seen, own_look)) = inline {
            return Ok(Some(texted(seen, style, own_look)));
        }
        let Some(value) = value else { return Ok(None) };
        Ok(Some(match tag.kind.as_str() {
            "s" => {
                let found = value.trim().parse().ok().and_then(|index| self.strings.get(index));
                let (seen, inherits) = found.ok_or_else(|| Broken(format!("there is no text number {value}")))?;
                texted(seen, style, !inherits)
            }
            "str" | "inlineStr" => texted(Seen::plain(unescaped(&value)), style, false),
            "b" => looked(if value.trim() == "1" { "TRUE".into() } else { "FALSE".into() }, style.look),
            "e" => Seen::plain(value),
            "d" => looked(iso(value).into(), style.look),
            _ => self.number(&value, style)?,
        }))
    }

    fn number(&self, value: &str, style: &Style) -> Result<Seen<'static>, Broken> {
        let number: f64 =
            value.trim().parse().map_err(|_| Broken(format!("a cell holds `{value}`, which is no number")))?;
        if style.is_plain && style.look == Look::default() {
            return Ok(Seen::plain(plain(number)));
        }
        let seen = shown(number, &style.format, self.from_1904);
        Ok(if seen.trouble.is_some() { seen } else { looked(seen.text, style.look) })
    }
}

/// A text in the style of its cell.
fn texted<'a>(seen: Seen<'a>, style: &Style, own_look: bool) -> Seen<'a> {
    if seen.text.trim().is_empty() || seen.trouble.is_some() {
        return seen;
    }
    if !style.is_plain
        && let Some(why) = style.format.of_text()
    {
        return Seen::unreadable(&why);
    }
    if own_look || style.look == Look::default() { seen } else { looked(seen.text, style.look) }
}

/// A text of which all letters look so.
fn looked(text: Cow<'_, str>, look: Look) -> Seen<'_> {
    if look == Look::default() {
        return Seen::plain(text);
    }
    let mut runs = Runs::default();
    runs.push(&text, look);
    runs.finish()
}

fn wrong_place(reference: &str) -> Broken {
    Broken(format!("`{reference}` is no place of a cell"))
}

fn is_zero(element: &BytesStart<'_>, name: &str) -> Result<bool, Broken> {
    Ok(attribute(element, name)?.and_then(|text| text.trim().parse::<f64>().ok()) == Some(0.0))
}
