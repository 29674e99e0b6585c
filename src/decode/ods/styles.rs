//! The styles of an ods: number formats, the look of letters, what is not shown.

use crate::decode::numfmt::{NumberFormat, Section, condition};
use crate::decode::runs::{Level, Look};
use crate::decode::xml::{Broken, attribute, text_to_end};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{HashMap, HashSet};
use std::io::BufRead;

/// How long a chain of parents may be.
const PARENTS: usize = 16;

/// A style of cells or of letters, as far as it says something.
#[derive(Clone, Debug, Default)]
struct Style {
    parent: Option<String>,
    format: Option<String>,
    level: Option<Level>,
    struck: Option<bool>,
}

/// A number format before those that it refers to are known.
#[derive(Clone, Debug, Default)]
struct Format {
    section: Section,
    /// Conditions, each with the name of the format that then shows the number.
    maps: Vec<(String, String)>,
}

/// The styles by their names.
#[derive(Debug, Default)]
pub(super) struct Styles {
    cells: HashMap<String, Style>,
    texts: HashMap<String, Style>,
    formats: HashMap<String, Format>,
    made: HashMap<String, NumberFormat>,
    /// Styles of tables, rows and columns that are not shown.
    hidden: HashSet<(String, String)>,
}

impl Styles {
    /// Takes in what an element says; a reader of styles hands each over in its order.
    pub fn learn<R: BufRead>(&mut self, reader: &mut Reader<R>, element: &BytesStart<'_>) -> Result<(), Broken> {
        match element.name().0 {
            "style:style" | "style:default-style" => self.style(reader, element),
            "number:number-style"
            | "number:currency-style"
            | "number:percentage-style"
            | "number:date-style"
            | "number:time-style"
            | "number:boolean-style"
            | "number:text-style" => self.format(reader, element),
            _ => Ok(()),
        }
    }

    /// The number format of a cell's style; none where it has none.
    pub fn format_of(&mut self, cell: &str) -> Option<&NumberFormat> {
        let name = Self::chain(&self.cells, cell).find_map(|style| style.format.clone())?;
        if !self.made.contains_key(&name) {
            let made = self.make(&name)?;
            self.made.insert(name.clone(), made);
        }
        self.made.get(&name)
    }

    /// How the letters of a cell's style look.
    pub fn look_of_cell(&self, cell: &str) -> Look {
        Self::look(&self.cells, cell, Look::default())
    }

    /// How the letters of a span look within letters of this look.
    pub fn look_of_text(&self, text: &str, around: Look) -> Look {
        Self::look(&self.texts, text, around)
    }

    /// Whether what has this style is not shown; the family is `table`, `table-row` or `table-column`.
    pub fn is_hidden(&self, family: &str, name: &str) -> bool {
        self.hidden.contains(&(family.to_owned(), name.to_owned()))
    }

    fn look(styles: &HashMap<String, Style>, name: &str, around: Look) -> Look {
        Look {
            level: Self::chain(styles, name).find_map(|style| style.level).unwrap_or(around.level),
            struck: Self::chain(styles, name).find_map(|style| style.struck).unwrap_or(around.struck),
        }
    }

    fn chain<'s>(styles: &'s HashMap<String, Style>, name: &str) -> impl Iterator<Item = &'s Style> {
        let first = styles.get(name);
        std::iter::successors(first, |style| styles.get(style.parent.as_ref()?)).take(PARENTS)
    }

    fn make(&self, name: &str) -> Option<NumberFormat> {
        let own = self.formats.get(name)?;
        let mut sections = Vec::new();
        for (said, applied) in &own.maps {
            let condition = said.trim().strip_prefix("value()").and_then(|said| condition(said.trim()));
            let section = self.formats.get(applied).map(|format| format.section.clone()).unwrap_or_default();
            if condition.is_some() {
                sections.push(Section { condition, ..section });
            }
        }
        sections.push(own.section.clone());
        Some(NumberFormat { code: code(&sections), sections, text: None })
    }

    fn style<R: BufRead>(&mut self, reader: &mut Reader<R>, element: &BytesStart<'_>) -> Result<(), Broken> {
        let family = attribute(element, "style:family")?.unwrap_or_default();
        let name = attribute(element, "style:name")?.unwrap_or_default();
        let mut style = Style {
            parent: attribute(element, "style:parent-style-name")?,
            format: attribute(element, "style:data-style-name")?,
            ..Style::default()
        };
        let (mut buffer, mut hidden, end) = (Vec::new(), false, element.name().0.to_owned());
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.name().0 {
                    "style:text-properties" => {
                        let through = match attribute(&element, "style:text-line-through-style")? {
                            None => attribute(&element, "style:text-line-through-type")?,
                            said => said,
                        };
                        style.struck = through.map(|said| said != "none").or(style.struck);
                        style.level =
                            attribute(&element, "style:text-position")?.map(|said| level(&said)).or(style.level);
                    }
                    "style:table-properties" => {
                        hidden |= attribute(&element, "table:display")?.as_deref() == Some("false");
                    }
                    "style:table-row-properties" => hidden |= is_nothing(attribute(&element, "style:row-height")?),
                    "style:table-column-properties" => hidden |= is_nothing(attribute(&element, "style:column-width")?),
                    _ => {}
                },
                Event::End(element) if element.name().0 == end => break,
                Event::Eof => return Err(Broken("a style does not end".into())),
                _ => {}
            }
        }
        if hidden {
            self.hidden.insert((family.clone(), name.clone()));
        }
        match family.as_str() {
            "table-cell" => drop(self.cells.insert(name, style)),
            "text" => drop(self.texts.insert(name, style)),
            _ => {}
        }
        Ok(())
    }

    fn format<R: BufRead>(&mut self, reader: &mut Reader<R>, element: &BytesStart<'_>) -> Result<(), Broken> {
        let kind = element.name().0.to_owned();
        let name = attribute(element, "style:name")?.unwrap_or_default();
        let mut format = Format::default();
        let section = &mut format.section;
        match kind.as_str() {
            "number:date-style" => section.date = true,
            "number:time-style" => {
                section.date = true;
                section.elapsed = attribute(element, "number:truncate-on-overflow")?.as_deref() == Some("false");
            }
            "number:percentage-style" => section.percents = 1,
            "number:boolean-style" => section.general = true,
            _ => {}
        }
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(element) => {
                    let count = |name| -> Result<usize, Broken> {
                        Ok(attribute(&element, name)?.and_then(|text| text.trim().parse().ok()).unwrap_or(0))
                    };
                    match element.name().0 {
                        "number:number" | "number:scientific-number" | "number:fraction" => {
                            section.digits = true;
                            section.exponent = element.name().0 == "number:scientific-number";
                            section.decimals =
                                count("number:decimal-places")? > 0 || element.name().0 == "number:fraction";
                            section.zeros = count("number:min-integer-digits")?;
                            section.grouped = attribute(&element, "number:grouping")?.as_deref() == Some("true");
                            let factor = attribute(&element, "number:display-factor")?
                                .and_then(|text| text.trim().parse::<f64>().ok());
                            section.thousands = u32::from(factor.is_some_and(|factor| factor > 1.0));
                        }
                        "number:text-content" => section.text = true,
                        "number:text" | "number:fill-character" | "number:currency-symbol" => {
                            let is_money = element.name().0 == "number:currency-symbol";
                            let letters = text_to_end(reader, element.name())?;
                            let letters = if section.percents > 0 { letters.replacen('%', "", 1) } else { letters };
                            if !is_money || letters == "*" {
                                (if section.digits { &mut section.after } else { &mut section.before })
                                    .push_str(&letters);
                            }
                        }
                        "number:embedded-text" => section.between.push_str(&text_to_end(reader, element.name())?),
                        "style:text-properties" => section.coloured |= attribute(&element, "fo:color")?.is_some(),
                        "style:map" => {
                            let of = |name| attribute(&element, name).map(Option::unwrap_or_default);
                            format.maps.push((of("style:condition")?, of("style:apply-style-name")?));
                        }
                        _ => {}
                    }
                }
                Event::End(element) if element.name().0 == kind => break,
                Event::Eof => return Err(Broken("a number format does not end".into())),
                _ => {}
            }
        }
        self.formats.insert(name, format);
        Ok(())
    }
}

fn level(position: &str) -> Level {
    let place = position.split_whitespace().next().unwrap_or_default();
    match place {
        "super" => Level::Super,
        "sub" => Level::Sub,
        _ => match place.trim_end_matches('%').parse::<f64>() {
            Ok(percent) if percent > 0.0 => Level::Super,
            Ok(percent) if percent < 0.0 => Level::Sub,
            _ => Level::Line,
        },
    }
}

/// Whether a length is nothing: `0cm`.
fn is_nothing(length: Option<String>) -> bool {
    length.is_some_and(|length| {
        let digits = length.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        digits.trim().parse::<f64>() == Ok(0.0)
    })
}

/// A format's code, about as spreadsheets show it, for messages.
fn code(sections: &[Section]) -> String {
    let one = |section: &Section| {
        let digits = match (section.digits, section.general || section.text) {
            (true, _) if section.decimals => "0.0",
            (true, _) => "0",
            (false, true) => "General",
            (false, false) => "",
        };
        let quoted = |letters: &str| if letters.is_empty() { String::new() } else { format!("\"{letters}\"") };
        let condition =
            section.condition.map_or_else(String::new, |(comparison, limit)| format!("[{}{limit}]", comparison.sign()));
        let commas = ",".repeat(section.thousands as usize);
        let percents = "%".repeat(section.percents as usize);
        format!("{condition}{}{digits}{commas}{percents}{}", quoted(&section.before), quoted(&section.after))
    };
    let code = sections.iter().map(one).collect::<Vec<_>>().join(";");
    if code.is_empty() { ";;;".into() } else { code }
}
