//! JSON objects: found one after the other in a stream, and taken apart without losing a digit.
//!
//! A general JSON value would turn `12.10` into 12.1 and round a long number; here a number stays the text that the
//! publisher wrote.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::text::{CHUNK, Text};
use super::way;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

/// The most bytes in an object.
const OBJECT_BYTES: usize = 16 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    /// Within an array, where an object or its end must come.
    Array,
    /// Within an array, where a comma or its end must come.
    AfterObject,
    /// Between objects that no array holds.
    Lines,
    AfterArray,
}

/// The objects of a file: the elements of one array, or one a line.
pub(super) struct Objects {
    file: Arc<RawFile>,
    reader: BufReader<Text>,
    place: Place,
    object: Vec<u8>,
    count: i64,
    /// The keys that led to the array: so many objects are open around it.
    around: usize,
}

impl Objects {
    /// `records` are the keys that lead to the array; none where the file is the array, or holds one object a line.
    pub fn open(file: &Arc<RawFile>, records: &[String]) -> Result<Self, DecodeError> {
        let text = Text::open(&file.path, 0, false, b"")
            .map_err(|error| DecodeError::new(&file.name, Fault::Unreadable(error)))?;
        let reader = BufReader::with_capacity(CHUNK, text);
        let mut reader = reader;
        way::descend(file, &mut reader, records)?;
        Ok(Self {
            file: Arc::clone(file),
            reader,
            place: Place::Start,
            object: Vec::new(),
            count: 0,
            around: records.len(),
        })
    }

    /// The next object and its number from 1.
    pub fn next(&mut self) -> Result<Option<(i64, &str)>, DecodeError> {
        loop {
            if self.around > 0 && matches!(self.place, Place::AfterArray | Place::Lines) {
                return self.end().map(|()| None);
            }
            let Some(byte) = self.byte()? else {
                return match self.place {
                    Place::Lines | Place::AfterArray => Ok(None),
                    _ => Err(self.cut_short("the list of objects does not end")),
                };
            };
            self.place = match (self.place, byte) {
                (_, b' ' | b'\t' | b'\n' | b'\r') => self.place,
                (Place::Start, b'[') | (Place::AfterObject, b',') => Place::Array,
                (Place::AfterObject, b']') => Place::AfterArray,
                (Place::Array, b']') if self.count == 0 => Place::AfterArray,
                (Place::Start | Place::Lines | Place::Array, b'{') => {
                    self.place = if self.place == Place::Array { Place::AfterObject } else { Place::Lines };
                    return self.read_object().map(Some);
                }
                _ => {
                    let what = format!(
                        "after {} objects there is `{}` where an object should be; the hub reads an array of objects, or \
                         one object a line",
                        self.count,
                        char::from(byte).escape_default()
                    );
                    return Err(DecodeError::new(&self.file.name, Fault::Malformed { what }));
                }
            };
        }
    }

    /// Reads what stands around the array to its end: a file that is cut short there may lack rows as well.
    fn end(&mut self) -> Result<(), DecodeError> {
        way::ascend(&self.file, &mut self.reader, self.around)?;
        self.around = 0;
        self.place = Place::AfterArray;
        Ok(())
    }

    fn byte(&mut self) -> Result<Option<u8>, DecodeError> {
        let byte = fill(&self.file, &mut self.reader)?.first().copied();
        self.reader.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// Reads on from an object's opening brace to its closing one.
    fn read_object(&mut self) -> Result<(i64, &str), DecodeError> {
        self.count += 1;
        self.object.clear();
        self.object.push(b'{');
        let (mut depth, mut in_string, mut escaped) = (1_usize, false, false);
        while depth > 0 {
            let bytes = fill(&self.file, &mut self.reader)?;
            if bytes.is_empty() {
                return Err(self.cut_short("the last object does not end"));
            }
            let mut used = 0;
            for byte in bytes {
                used += 1;
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' => in_string = !in_string,
                    b'{' | b'[' if !in_string => depth += 1,
                    b'}' | b']' if !in_string => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            self.object.extend_from_slice(&bytes[..used]);
            self.reader.consume(used);
            if self.object.len() > OBJECT_BYTES {
                let what = "the object is longer than 16 MiB; the hub reads flat objects, one a row".into();
                return Err(DecodeError::at(&self.file.name, self.count, Fault::TooLarge { what }));
            }
        }
        let Ok(text) = std::str::from_utf8(&self.object) else {
            let fault =
                Fault::WrongEncoding { what: "there are bytes that are not UTF-8".into(), next: "save it as UTF-8" };
            return Err(DecodeError::at(&self.file.name, self.count, fault));
        };
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let what = format!("the object is not JSON: {error} of the object; tell the publisher");
            return Err(DecodeError::at(&self.file.name, self.count, Fault::Malformed { what }));
        }
        Ok((self.count, text))
    }

    fn cut_short(&self, what: &str) -> DecodeError {
        DecodeError::at(&self.file.name, self.count, Fault::CutShort { what: what.into() })
    }
}

pub(super) fn fill<'a>(file: &RawFile, reader: &'a mut BufReader<Text>) -> Result<&'a [u8], DecodeError> {
    reader.fill_buf().map_err(|error| DecodeError::new(&file.name, Fault::Unreadable(error)))
}

/// The most objects within each other of which each key is a column; what lies deeper is the text of its object.
const DEEPEST: usize = 8;

/// Takes a key and the text of its value; null is no text.
type Give<'g> = dyn FnMut(Cow<'_, str>, Option<Cow<'_, str>>) + 'g;

/// Gives each key of a valid object with the text of its value. Of an object within it, the keys are such as `area.code`; a list is
/// its text.
///
/// # Errors
/// A string that escapes half a character.
pub(super) fn fields(
    object: &str,
    mut give: impl FnMut(Cow<'_, str>, Option<Cow<'_, str>>),
) -> Result<(), serde_json::Error> {
    within(object, "", 1, &mut give)
}

fn within(object: &str, before: &str, depth: usize, give: &mut Give<'_>) -> Result<(), serde_json::Error> {
    // The object was checked: after each step stands what JSON allows there.
    let mut rest = object[1..].trim_start();
    while rest.starts_with('"') {
        let (key, after) = rest.split_at(end_of_string(rest));
        let value = after.trim_start()[1..].trim_start();
        let (value, after) = value.split_at(end_of_value(value));
        let own = unquoted(key)?;
        let key = if before.is_empty() { own } else { Cow::Owned(format!("{before}{own}")) };
        rest = after.trim_start().trim_start_matches(',').trim_start();
        if value.starts_with('{') && depth < DEEPEST && !value[1..].trim_start().starts_with('}') {
            within(value, &format!("{key}."), depth + 1, give)?;
            continue;
        }
        let text = match value.as_bytes()[0] {
            b'n' => None,
            b'"' => Some(unquoted(value)?),
            b'{' | b'[' => Some(Cow::Owned(compact(value))),
            _ => Some(Cow::Borrowed(value)),
        };
        give(key, text);
    }
    Ok(())
}

fn unquoted(string: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    if string.contains('\\') {
        serde_json::from_str(string).map(Cow::Owned)
    } else {
        Ok(Cow::Borrowed(&string[1..string.len() - 1]))
    }
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let inside = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    inside.map_or(text.len(), |length| length + 2)
}

fn end_of_value(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes[0] {
        b'"' => end_of_string(text),
        b'{' | b'[' => {
            let (mut at, mut depth) = (0, 0_usize);
            while at < bytes.len() {
                match bytes[at] {
                    b'"' => at += end_of_string(&text[at..]) - 1,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
            at
        }
        _ => bytes
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\n' | b'\r'))
            .unwrap_or(bytes.len()),
    }
}

/// A nested value without the blanks outside its strings.
fn compact(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' { end_of_string(rest) } else { first.len_utf8() };
        let (part, after) = rest.split_at(length);
        if !matches!(first, ' ' | '\t' | '\n' | '\r') {
            text.push_str(part);
        }
        rest = after;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_apart(object: &str) -> Vec<(String, Option<String>)> {
        let mut pairs = Vec::new();
        fields(object, |key, value| pairs.push((key.into_owned(), value.map(Cow::into_owned)))).expect("fields");
        pairs
    }

    #[test]
    fn a_value_stays_the_text_that_was_published() {
        let object = "{ \"a\" : 12.10, \"b\":123456789012345678901234567890 ,\"c\":true,\n\"d\":null, \"e\":\"x\\n\\\"y\", \
                      \"f\": [ 1, {\"g\" : \"a b]\"} ], \"\\u0068\":-1e-7}";
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            taken_apart(object),
            [
                ("a".into(), text("12.10")),
                ("b".into(), text("123456789012345678901234567890")),
                ("c".into(), text("true")),
                ("d".into(), None),
                ("e".into(), text("x\n\"y")),
                ("f".into(), text("[1,{\"g\":\"a b]\"}]")),
                ("h".into(), text("-1e-7")),
            ]
        );
        assert!(taken_apart("{}").is_empty());
        assert!(taken_apart("{ }").is_empty());
    }

    #[test]
    fn an_object_within_a_row_gives_columns_of_its_own() {
        let object = r#"{"area": {"code": "E08000012", "of": {"name": "Liverpool"}}, "none": {}, "list": [{"a": 1}]}"#;
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            taken_apart(object),
            [
                ("area.code".into(), text("E08000012")),
                ("area.of.name".into(), text("Liverpool")),
                ("none".into(), text("{}")),
                ("list".into(), text("[{\"a\":1}]")),
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_strings_come_back(pairs in proptest::collection::btree_map(".*", ".*", 0..5)) {
            let object = serde_json::to_string_pretty(&pairs).expect("json");
            let taken: std::collections::BTreeMap<String, String> =
                taken_apart(&object).into_iter().map(|(key, value)| (key, value.expect("a string"))).collect();
            proptest::prop_assert_eq!(taken, pairs);
        }
    }
}
