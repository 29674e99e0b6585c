//! What an answer says of itself: how many rows it has, and what stands at a few paths. Read as a stream, so that a large answer
//! takes no memory.

use crate::connector::{Format, JsonPath, Step};
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// The longest text that is taken from a path, in bytes.
const LONGEST: usize = 8 << 10;
const BUFFER: usize = 256 << 10;

/// What an answer says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Probe {
    /// Its rows; none where the path to them leads nowhere.
    pub rows: Option<u64>,
    /// A hash of its rows.
    pub hash: Vec<u8>,
    /// What stands at each path that was asked for; nothing for null.
    pub found: Vec<Option<String>>,
}

/// Why an answer cannot be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// It ends too early: asking again may help.
    CutShort,
    /// It is no such document.
    Malformed(String),
    /// The landed bytes cannot be read.
    Io(io::Error),
}

/// Looks at a landed answer. Blocks.
pub(super) fn probe(
    path: &Path,
    format: Format,
    records: Option<&JsonPath>,
    wanted: &[JsonPath],
) -> Result<Probe, Unreadable> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path).map_err(Unreadable::Io)?);
    if format == Format::Csv {
        return rows_of_csv(file, wanted.len());
    }
    let all: Vec<&JsonPath> = wanted.iter().collect();
    let mut look =
        Look { wanted: &all, records: records.map(JsonPath::steps).unwrap_or_default(), probe: Probe::default() };
    look.probe.found.resize(wanted.len(), None);
    let mut hash = Sha256::new();
    let at = At { wanted: (0..wanted.len()).collect(), records: true, depth: 0 };
    let mut json = serde_json::Deserializer::from_reader(&mut file);
    let read = Within { look: &mut look, at, hash: &mut hash }.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| {
        if error.is_eof() {
            Unreadable::CutShort
        } else if error.is_io() {
            Unreadable::Io(error.into())
        } else {
            Unreadable::Malformed(error.to_string())
        }
    })?;
    Ok(Probe { hash: hash.finalize().to_vec(), ..look.probe })
}

fn rows_of_csv(file: impl Read, wanted: usize) -> Result<Probe, Unreadable> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let (mut record, mut rows, mut hash) = (csv::ByteRecord::new(), 0, Sha256::new());
    while reader.read_byte_record(&mut record).map_err(|error| Unreadable::Malformed(error.to_string()))? {
        rows += 1;
        for field in &record {
            part(&mut hash, field);
        }
        hash.update([b'\n']);
    }
    Ok(Probe { rows: Some(rows), hash: hash.finalize().to_vec(), found: vec![None; wanted] })
}

/// What is looked for, and what was found.
struct Look<'l> {
    wanted: &'l [&'l JsonPath],
    records: &'l [Step],
    probe: Probe,
}

/// Where in the document: so deep, on the way of these paths.
#[derive(Clone)]
struct At {
    wanted: Vec<usize>,
    /// Whether it is on the way to the rows.
    records: bool,
    depth: usize,
}

/// Reads one value on the way of some path.
struct Within<'a, 'l> {
    look: &'a mut Look<'l>,
    at: At,
    hash: &'a mut Sha256,
}

impl Within<'_, '_> {
    /// The rows stand here.
    fn are_rows(&self) -> bool {
        self.at.records && self.look.records.len() == self.at.depth
    }

    /// Gives what stands here to the paths that end here.
    fn found(&mut self, text: &str) {
        let depth = self.at.depth;
        for index in &self.at.wanted {
            if self.look.wanted[*index].steps().len() == depth {
                let end = text.floor_char_boundary(LONGEST.min(text.len()));
                self.look.probe.found[*index].get_or_insert_with(|| text[..end].to_owned());
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Within<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(mut self, value: bool) -> Result<(), E> {
        self.found(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(mut self, value: i64) -> Result<(), E> {
        self.found(&value.to_string());
        Ok(())
    }

    fn visit_u64<E>(mut self, value: u64) -> Result<(), E> {
        self.found(&value.to_string());
        Ok(())
    }

    fn visit_f64<E>(mut self, value: f64) -> Result<(), E> {
        self.found(&value.to_string());
        Ok(())
    }

    fn visit_str<E>(mut self, value: &str) -> Result<(), E> {
        self.found(value);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.found("{…}");
        let depth = self.at.depth;
        let is = |step: Option<&Step>, key: &str| matches!(step, Some(Step::Key(own)) if own == key);
        // One object where rows are looked for is one row.
        if self.are_rows() {
            self.look.probe.rows.get_or_insert(1);
        }
        while let Some(key) = map.next_key::<String>()? {
            let wanted = self.at.wanted.iter().copied();
            let wanted: Vec<usize> =
                wanted.filter(|index| is(self.look.wanted[*index].steps().get(depth), &key)).collect();
            let records = self.at.records && is(self.look.records.get(depth), &key);
            if self.are_rows() {
                part(self.hash, key.as_bytes());
            }
            if wanted.is_empty() && !records {
                if self.are_rows() {
                    map.next_value_seed(Hashed(self.hash))?;
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
                continue;
            }
            let at = At { wanted, records, depth: depth + 1 };
            map.next_value_seed(Within { look: self.look, at, hash: self.hash })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if self.are_rows() {
            let mut rows = 0;
            while list.next_element_seed(Hashed(self.hash))?.is_some() {
                rows += 1;
            }
            if self.look.probe.rows.replace(rows).is_some() {
                return Err(A::Error::custom("the rows stand there twice"));
            }
            return Ok(());
        }
        let depth = self.at.depth;
        let all = self.at.wanted.iter().copied();
        let picks: Vec<usize> = all
            .filter(|index| matches!(self.look.wanted[*index].steps().get(depth), Some(Step::Where { .. })))
            .collect();
        let mut count = 0_u64;
        loop {
            if picks.is_empty() {
                if list.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
            } else {
                let Some(element) = list.next_element::<Value>()? else { break };
                for index in &picks {
                    let text = within(&element, &self.look.wanted[*index].steps()[depth..]);
                    if let Some(text) = text {
                        self.look.probe.found[*index].get_or_insert(text);
                    }
                }
            }
            count += 1;
        }
        // A list that holds something is something; an empty one is nothing.
        if count > 0 {
            self.found(&format!("[{count}]"));
        }
        Ok(())
    }
}

/// What stands at the rest of a path within one element of a list.
fn within(element: &Value, steps: &[Step]) -> Option<String> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    match steps.split_first() {
        None => text(element),
        Some((Step::Key(key), rest)) => within(element.get(key)?, rest),
        Some((Step::Where { key, is }, rest)) => match element {
            Value::Array(list) => list.iter().find_map(|element| within(element, steps)),
            own => (text(own.get(key)?)? == *is).then(|| within(own, rest)).flatten(),
        },
    }
}

/// Reads a value for its hash alone.
struct Hashed<'h>(&'h mut Sha256);

/// Adds a part behind its length, so that no two lists of parts are one text.
fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

impl<'de> DeserializeSeed<'de> for Hashed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Hashed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.update([b'b', u8::from(value)]);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.0.update(value.to_le_bytes());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.0.update(value.to_le_bytes());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.0.update(value.to_le_bytes());
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        part(self.0, value.as_bytes());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.update(b"n");
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.update(b"{");
        while let Some(key) = map.next_key::<String>()? {
            part(self.0, key.as_bytes());
            map.next_value_seed(Hashed(self.0))?;
        }
        self.0.update(b"}");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.update(b"[");
        while list.next_element_seed(Hashed(self.0))?.is_some() {}
        self.0.update(b"]");
        Ok(())
    }
}

/// Whether a landed file holds these bytes. Blocks.
pub(super) fn holds(path: &Path, needle: &[u8]) -> io::Result<bool> {
    if needle.is_empty() {
        return Ok(false);
    }
    let mut file = File::open(path)?;
    let finder = memchr::memmem::Finder::new(needle);
    let (mut window, mut buffer) = (Vec::new(), vec![0; BUFFER]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(false);
        }
        window.extend_from_slice(&buffer[..read]);
        if finder.find(&window).is_some() {
            return Ok(true);
        }
        // What was cut in two is found with the next bytes.
        window.drain(..window.len().saturating_sub(needle.len() - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probed(text: &str, records: &str, paths: &[&str]) -> Result<Probe, Unreadable> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let paths: Vec<JsonPath> = paths.iter().map(|path| path.parse().expect("a path")).collect();
        let records = (!records.is_empty()).then(|| records.parse().expect("a path"));
        probe(file.path(), Format::Json, records.as_ref(), &paths)
    }

    #[test]
    fn rows_are_counted_and_what_stands_at_a_path_is_found_wherever_it_stands() {
        let text = r#"{"paging": {"totalPages": 7, "x": [1]}, "data": {"rows": [{"a": 1}, {"a": [2, {"b": null}]}]},
                       "link": [{"relation": "self", "url": "s"}, {"relation": "next", "url": "n?a=1"}], "more": true, "error": null}"#;
        let paths = ["$.paging.totalPages", "$.link[relation=next].url", "$.more", "$.error", "$.nothing", "$.paging"];
        let seen = probed(text, "$.data.rows", &paths).expect("read");
        assert_eq!(seen.rows, Some(2));
        let found: Vec<Option<&str>> = seen.found.iter().map(Option::as_deref).collect();
        assert_eq!(found, [Some("7"), Some("n?a=1"), Some("true"), None, None, Some("{…}")]);
        assert_eq!(probed(text, "$.rows", &[]).expect("read").rows, None);
        assert_eq!(probed("[{}, {}]", "", &[]).expect("read").rows, Some(2));
        assert_eq!(probed("{\"a\": 1}", "", &["$.a"]).expect("read").rows, Some(1));
    }

    #[test]
    fn the_same_rows_have_the_same_hash_whatever_stands_around_them() {
        let hash = |text: &str| probed(text, "$.rows", &[]).expect("read").hash;
        let rows = r#"{"page": 1, "rows": [{"a": "1", "b": 2}]}"#;
        assert_eq!(hash(rows), hash(r#"{"page": 2, "at": "later", "rows":[ {"a":"1","b":2} ] }"#));
        assert_ne!(hash(rows), hash(r#"{"page": 1, "rows": [{"a": "1", "b": 3}]}"#));
        assert_ne!(hash(rows), hash(r#"{"page": 1, "rows": [{"a": "1"}, {"b": 2}]}"#));
    }

    #[test]
    fn an_answer_that_ends_too_early_is_known_from_one_that_is_no_json() {
        for cut in ["", "{", "{\"rows\": [{\"a\": 1}", "{\"rows\": [{\"a\": \"x"] {
            assert!(matches!(probed(cut, "$.rows", &[]), Err(Unreadable::CutShort)), "{cut}");
        }
        for wrong in ["<html>", "{\"rows\": [}", "[] []", "{\"rows\": [], \"rows\": []}"] {
            assert!(matches!(probed(wrong, "$.rows", &[]), Err(Unreadable::Malformed(_))), "{wrong}");
        }
    }

    #[test]
    fn bytes_are_found_across_the_ends_of_what_is_read_at_once() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut bytes = vec![b'x'; BUFFER - 3];
        bytes.extend_from_slice(b"s3cret");
        std::fs::write(file.path(), &bytes).expect("written");
        assert!(holds(file.path(), b"s3cret").expect("read"));
        assert!(!holds(file.path(), b"s3crets").expect("read") && !holds(file.path(), b"").expect("read"));
    }
}
