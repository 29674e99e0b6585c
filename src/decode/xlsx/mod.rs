//! The cells of an xlsx's sheet, one after the other, each as a person sees it.
//!
//! The parts are read as XML event by event. What a reader of values drops is kept here: which sheets, rows and columns are
//! hidden, the runs of a text, the number format of a cell.

mod sheet;
mod strings;
mod styles;

use super::merged::Merged;
use super::runs::Seen;
use super::xml::{Broken, attribute, local_attribute, reader, says_yes};
use quick_xml::events::Event;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use strings::Strings;
use styles::Styles;
use zip::ZipArchive;

/// A sheet of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetName {
    pub name: String,
    /// Whether a person does not see it.
    pub hidden: bool,
    part: String,
}

/// An xlsx of which all but the sheets has been read.
pub(super) struct Book {
    zip: ZipArchive<BufReader<File>>,
    parts: Parts,
    pub sheets: Vec<SheetName>,
    strings: Strings,
    styles: Styles,
    from_1904: bool,
    /// Whether the results of formulas are to be computed by whoever opens it.
    uncalculated: bool,
}

/// Where a cell stands, from 0, and whether a person does not see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub row: u32,
    pub column: u32,
    pub row_hidden: bool,
    pub column_hidden: bool,
}

/// The names of the parts, as they are looked for and as they are.
struct Parts(HashMap<String, usize>);

impl Parts {
    fn of(zip: &ZipArchive<BufReader<File>>) -> Result<Self, Broken> {
        let mut parts = HashMap::new();
        for (index, name) in zip.file_names().enumerate() {
            parts.insert(lowered(&name?), index);
        }
        Ok(Self(parts))
    }

    fn find(&self, part: &str) -> Option<usize> {
        self.0.get(&lowered(part)).copied()
    }
}

/// A part's name as programs compare them.
pub(super) fn lowered(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// What the workbook's own part says.
#[derive(Default)]
struct Contents {
    /// Name, state and relation of each sheet.
    sheets: Vec<(String, bool, String)>,
    from_1904: bool,
    uncalculated: bool,
}

impl Book {
    pub fn open(file: File) -> Result<Self, Broken> {
        let mut zip = ZipArchive::new(BufReader::new(file))?;
        let parts = Parts::of(&zip)?;
        let office = related(&mut zip, &parts, "_rels/.rels")?;
        let workbook = office.into_values().find(|(kind, _)| kind.ends_with("/officeDocument"));
        let workbook = workbook.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, target)| resolved("", &target));
        let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let relations = related(&mut zip, &parts, &format!("{folder}/_rels/{name}.rels"))?;
        let part_of = |kind: &str| {
            let found = relations.values().find(|(other, _)| other.ends_with(kind));
            found.map(|(_, target)| resolved(folder, target))
        };
        let contents = contents(part(&mut zip, &parts, &workbook)?)?;
        let strings = match part_of("/sharedStrings").filter(|name| parts.find(name).is_some()) {
            Some(name) => Strings::read(part(&mut zip, &parts, &name)?)?,
            None => match parts.find("xl/sharedStrings.xml") {
                Some(_) => Strings::read(part(&mut zip, &parts, "xl/sharedStrings.xml")?)?,
                None => Strings::default(),
            },
        };
        let styles = match part_of("/styles").filter(|name| parts.find(name).is_some()) {
            Some(name) => Styles::read(part(&mut zip, &parts, &name)?)?,
            None => Styles::default(),
        };
        let sheets = contents.sheets.into_iter().filter_map(|(name, hidden, relation)| {
            let (kind, target) = relations.get(&relation)?;
            kind.ends_with("/worksheet").then(|| SheetName { name, hidden, part: resolved(folder, target) })
        });
        let sheets = sheets.collect();
        let (from_1904, uncalculated) = (contents.from_1904, contents.uncalculated);
        Ok(Self { zip, parts, sheets, strings, styles, from_1904, uncalculated })
    }

    /// Gives each cell of a sheet that holds something.
    pub fn cells<E: From<Broken>>(
        &mut self,
        sheet: &SheetName,
        give: impl FnMut(Spot, Seen<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let index = self.parts.find(&sheet.part).ok_or_else(|| Broken(format!("there is no part `{}`", sheet.part)))?;
        let content = self.zip.by_index(index).map_err(Broken::from)?;
        let (strings, styles) = (&self.strings, &self.styles);
        let cells = sheet::Cells { strings, styles, from_1904: self.from_1904, uncalculated: self.uncalculated };
        cells.read(BufReader::with_capacity(64 << 10, content), give)
    }

    /// The name of a sheet's part, in lower case.
    pub fn part(sheet: &SheetName) -> String {
        lowered(&sheet.part)
    }

    /// The merged cells of a sheet, among those of all parts.
    pub fn merged(sheet: &SheetName, mut all: HashMap<String, Merged>) -> Merged {
        all.remove(&lowered(&sheet.part)).unwrap_or_default()
    }
}

fn part<'z>(
    zip: &'z mut ZipArchive<BufReader<File>>,
    parts: &Parts,
    name: &str,
) -> Result<BufReader<impl Read + use<'z>>, Broken> {
    let index = parts.find(name).ok_or_else(|| Broken(format!("there is no part `{name}`")))?;
    Ok(BufReader::new(zip.by_index(index)?))
}

/// The relations of a part by their id, each with its kind and its target; none where there is no such list.
fn related(
    zip: &mut ZipArchive<BufReader<File>>,
    parts: &Parts,
    list: &str,
) -> Result<HashMap<String, (String, String)>, Broken> {
    let mut relations = HashMap::new();
    if parts.find(list).is_none() {
        return Ok(relations);
    }
    let mut reader = reader(part(zip, parts, list)?);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let of = |name| attribute(&element, name).map(Option::unwrap_or_default);
                relations.insert(of("Id")?, (of("Type")?, of("Target")?));
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target within the folder of the part that names it.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut way: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(way.pop()),
            step => way.push(step),
        }
    }
    way.join("/")
}

fn contents(content: impl std::io::BufRead) -> Result<Contents, Broken> {
    let (mut reader, mut buffer, mut contents) = (reader(content), Vec::new(), Contents::default());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "sheet" => {
                    let of = |name| attribute(&element, name).map(Option::unwrap_or_default);
                    let relation = local_attribute(&element, "id")?.unwrap_or_default();
                    let hidden = matches!(of("state")?.as_str(), "hidden" | "veryHidden");
                    contents.sheets.push((unescaped(&of("name")?), hidden, relation));
                }
                "workbookPr" => contents.from_1904 = attribute(&element, "date1904")?.is_some_and(|is| says_yes(&is)),
                "calcPr" => {
                    contents.uncalculated = attribute(&element, "fullCalcOnLoad")?.is_some_and(|is| says_yes(&is));
                }
                _ => {}
            },
            Event::Eof => return Ok(contents),
            _ => {}
        }
    }
}

/// A text without the escapes of letters that XML has no room for: `_x000D_`.
fn unescaped(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("_x") {
        let letter = rest.get(at + 2..at + 7).and_then(|code| code.strip_suffix('_'));
        let letter = letter.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let taken = if letter.is_some() { 7 } else { 2 };
        out.push_str(&rest[..at]);
        match letter {
            Some(letter) => out.push(letter),
            None => out.push_str("_x"),
        }
        rest = &rest[at + taken..];
    }
    if out.is_empty() { rest.to_owned() } else { out + rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_from_the_part_that_names_them() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(resolved("xl/b", "../a.xml"), "xl/a.xml");
    }

    #[test]
    fn letters_that_xml_has_no_room_for_are_put_back() {
        assert_eq!(unescaped("a_x000D_b_x005F_x"), "a\rb_x");
        assert_eq!(unescaped("tax_xyz_x12"), "tax_xyz_x12");
        assert_eq!(unescaped("é_xé"), "é_xé");
    }
}
