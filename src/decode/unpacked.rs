//! What a workbook's zip really holds, before a reader unpacks it: every member is unpacked once, and thrown away.
//!
//! A zip declares how large its members are, and a member how many texts it has; a reader makes room for what they say. Here
//! each is measured, and the walk ends at the first limit that is passed.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::markup::{Refused, Walk, local_name, number, text};
use super::merged::Merged;
use super::text::CHUNK;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use zip::ZipArchive;

/// How large a workbook may become when unpacked.
const UNPACKED: u64 = 1 << 30;
/// How large a member may be that a reader holds whole in another form: names, styles, relations.
const HELD: u64 = 16 << 20;
/// How large the texts may be that cells refer to by number, and how many: a reader holds them all.
const TEXTS: u64 = 64 << 20;
const TEXTS_COUNT: u64 = 1_000_000;
/// How many bytes of markup the text of one cell may take.
const CELL: u64 = 2 << 20;
/// The elements of which a reader puts the whole text together.
const PUT_TOGETHER: [&[u8]; 5] = [b"si", b"is", b"t", b"v", b"f"];
/// How large a member may be that is not XML: pictures.
const PICTURE: u64 = 32 << 20;
/// The most members.
const MEMBERS: usize = 20_000;

/// Names of members that a reader holds whole, by their ends; the folder is the workbook's own choice.
const HELD_NAMES: [&str; 6] =
    [".rels", "workbook.xml", "styles.xml", "theme1.xml", "[content_types].xml", "meta-inf/manifest.xml"];

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Whether the workbook says that it is encrypted.
    pub encrypted: bool,
    /// The merged cells of the parts that have some, by the part's name in lower case: in a sheet they come after its cells.
    pub merged: HashMap<String, Merged>,
    /// The formats of which rules of a part show cells otherwise, by the part's name in lower case.
    rules: HashMap<String, BTreeSet<u64>>,
    /// The formats for rules that have a number format of their own, by their place from 0.
    numbered: BTreeSet<u64>,
}

impl Found {
    /// Whether a rule of this part shows a number in another format than its cell's.
    pub fn is_disguised(&self, part: &str) -> bool {
        self.rules.get(part).is_some_and(|rules| !rules.is_disjoint(&self.numbered))
    }
}

/// Walks over a workbook.
pub(super) fn check(file: &RawFile) -> Result<Found, DecodeError> {
    let fail = |fault| DecodeError::new(&file.name, fault);
    let large = |what: String| fail(Fault::TooLarge { what: format!("{what}; ask the publisher for a csv") });
    let broken = |what: String| {
        let what = format!("the workbook cannot be read ({what}); open it in a spreadsheet and save it again");
        fail(Fault::Malformed { what })
    };
    let reader = File::open(&file.path).map(BufReader::new).map_err(|error| fail(Fault::Unreadable(error)))?;
    let mut zip = ZipArchive::new(reader).map_err(|error| broken(error.to_string()))?;
    if zip.len() > MEMBERS {
        return Err(large(format!("the workbook has more than {MEMBERS} parts")));
    }
    let (mut found, mut unpacked) = (Found::default(), 0_u64);
    let mut chunk = vec![0; CHUNK];
    for index in 0..zip.len() {
        let mut member = zip.by_index(index).map_err(|error| broken(error.to_string()))?;
        let name = member.name().map_err(|error| broken(error.to_string()))?;
        let name = name.replace('\\', "/").to_lowercase();
        let mut measure = Measure::of(&name);
        loop {
            let read = member.read(&mut chunk).map_err(|error| broken(format!("{name}: {error}")))?;
            if read == 0 {
                break;
            }
            unpacked += read as u64;
            if unpacked > UNPACKED {
                return Err(large("unpacked, the workbook is larger than 1 GiB".into()));
            }
            measure.add(&chunk[..read]).map_err(|what| match what {
                Excess::Large(what) => large(format!("its part `{name}` {what}")),
                Excess::Declares => broken(format!("{name} declares a document type")),
            })?;
        }
        found.encrypted |= measure.encrypted;
        if !measure.rules.is_empty() {
            found.rules.insert(name.clone(), measure.rules);
        }
        found.numbered.append(&mut measure.numbered);
        if let Some(merged) = measure.merged {
            if merged.is_full() {
                return Err(large(format!("its part `{name}` has too many merged cells")));
            }
            found.merged.insert(name, merged);
        }
    }
    Ok(found)
}

enum Excess {
    Large(String),
    Declares,
}

/// A member while it is measured.
struct Measure {
    bytes: u64,
    most: u64,
    /// How many texts there are so far, where it is the part that holds them, and how many there are said to be.
    texts: Option<u64>,
    said: u64,
    encrypted: bool,
    merged: Option<Merged>,
    /// The formats that rules refer to by number.
    rules: BTreeSet<u64>,
    /// Those that have a number format of their own, and how many there are so far; none outside of their list.
    numbered: BTreeSet<u64>,
    formats: Option<u64>,
    /// The element of a cell's text that is open, and where it began.
    open: Option<(&'static [u8], u64)>,
    /// None where it is not XML; unknown before the first bytes.
    walk: Option<Walk>,
}

impl Measure {
    fn of(name: &str) -> Self {
        let texts = name.ends_with("sharedstrings.xml");
        let most = match () {
            () if texts => TEXTS,
            () if HELD_NAMES.iter().any(|held| name.ends_with(held)) => HELD,
            () => UNPACKED,
        };
        Self {
            bytes: 0,
            most,
            texts: texts.then_some(0),
            said: 0,
            encrypted: false,
            merged: None,
            rules: BTreeSet::new(),
            numbered: BTreeSet::new(),
            formats: None,
            open: None,
            walk: None,
        }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), Excess> {
        if self.bytes == 0 {
            let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
            if text.first() == Some(&b'<') {
                self.walk = Some(Walk::new());
            } else {
                self.most = self.most.min(PICTURE);
            }
        }
        self.bytes += bytes.len() as u64;
        if self.bytes > self.most {
            return Err(Excess::Large(format!("is larger than {} MiB when unpacked", self.most >> 20)));
        }
        let Some(walk) = &mut self.walk else { return Ok(()) };
        let (texts, encrypted, open, at) = (&mut self.texts, &mut self.encrypted, &mut self.open, self.bytes);
        let (said, merged) = (&mut self.said, &mut self.merged);
        let (rules, numbered, formats) = (&mut self.rules, &mut self.numbered, &mut self.formats);
        let walked = walk.over(bytes, &mut |tag| {
            let (name, ends) = (local_name(tag), tag.starts_with(b"/"));
            match name {
                b"si" if !ends => *texts = texts.map(|count| count + 1),
                // A reader makes room for as many as are said to come.
                b"sst" => *said = (*said).max(number(tag, "uniqueCount").unwrap_or(0)),
                b"encryption-data" => *encrypted = true,
                b"cfRule" if !ends => rules.extend(number(tag, "dxfId")),
                b"dxfs" => *formats = (!ends).then_some(0),
                b"dxf" if !ends => *formats = formats.map(|count| count + 1),
                b"numFmt" if !ends => numbered.extend(formats.and_then(|count| count.checked_sub(1))),
                b"mergeCell" => {
                    if let Some(range) = text(tag, "ref") {
                        merged.get_or_insert_default().add(&range);
                    }
                }
                _ => {}
            }
            if ends {
                *open = open.filter(|(element, _)| *element != name);
            } else if open.is_none() && !tag.ends_with(b"/>") {
                *open = PUT_TOGETHER.into_iter().find(|element| *element == name).map(|element| (element, at));
            }
        });
        match walked {
            Err(Refused::Long) => Err(Excess::Large("has a text or a tag of more than 1 MiB".into())),
            Err(Refused::Declares) => Err(Excess::Declares),
            Ok(()) if self.open.is_some_and(|(_, since)| self.bytes - since > CELL) => {
                Err(Excess::Large("has a cell of more than 1 MiB".into()))
            }
            Ok(()) if self.texts.is_some_and(|count| count.max(self.said) > TEXTS_COUNT) => {
                Err(Excess::Large(format!("has more than {TEXTS_COUNT} texts")))
            }
            Ok(()) => Ok(()),
        }
    }
}
