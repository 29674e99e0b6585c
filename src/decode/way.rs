//! The way to the rows of a JSON document: past everything that stands before them, and after them to the document's end.
//!
//! The document is read once, as a stream: what is passed is not kept.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::object::fill;
use super::text::Text;
use std::io::{BufRead, BufReader};

/// The longest key that is read, in bytes.
const LONGEST_KEY: usize = 64 << 10;
/// Keys that are named where the path leads nowhere.
const NAMED: usize = 12;

/// Reads on to the value at these keys.
///
/// # Errors
/// When it is not there, naming what is; when the document is cut short or no JSON.
pub(super) fn descend(file: &RawFile, reader: &mut BufReader<Text>, keys: &[String]) -> Result<(), DecodeError> {
    let mut way = Way { file, reader };
    for (depth, wanted) in keys.iter().enumerate() {
        let path = || format!("$.{}", keys[..depth].join(".")).trim_end_matches('.').to_owned();
        if way.next()? != b'{' {
            return Err(
                way.malformed(format!("there is no object at {}, where `records` looks for `{wanted}`", path()))
            );
        }
        let mut seen = Vec::new();
        loop {
            match way.next()? {
                b'"' => {}
                b',' => continue,
                _ => {
                    let known = if seen.is_empty() { "nothing".to_owned() } else { seen.join(", ") };
                    let what = format!(
                        "there is no `{wanted}` at {}, where `records` looks for the rows; there is {known}",
                        path()
                    );
                    return Err(way.malformed(what));
                }
            }
            let key = way.string()?;
            if way.next()? != b':' {
                return Err(way.malformed("a key has no value; tell the publisher".into()));
            }
            if key == *wanted {
                break;
            }
            if seen.len() < NAMED {
                seen.push(format!("`{key}`"));
            }
            way.pass()?;
        }
    }
    Ok(())
}

/// Reads on from the end of a value to that of the document, out of so many objects.
///
/// # Errors
/// When the document is cut short, or goes on after its end.
pub(super) fn ascend(file: &RawFile, reader: &mut BufReader<Text>, around: usize) -> Result<(), DecodeError> {
    let mut way = Way { file, reader };
    let mut depth = around;
    while depth > 0 {
        match way.next()? {
            b'}' | b']' => depth -= 1,
            b'{' | b'[' => depth += 1,
            b'"' => {
                way.string()?;
            }
            _ => {}
        }
    }
    match way.peek()? {
        None => Ok(()),
        Some(_) => Err(way.malformed("the document goes on after its end; tell the publisher".into())),
    }
}

struct Way<'w> {
    file: &'w RawFile,
    reader: &'w mut BufReader<Text>,
}

impl Way<'_> {
    fn malformed(&self, what: String) -> DecodeError {
        DecodeError::new(&self.file.name, Fault::Malformed { what })
    }

    fn cut_short(&self) -> DecodeError {
        DecodeError::new(&self.file.name, Fault::CutShort { what: "the document does not end".into() })
    }

    /// The next byte that is no blank, which is left to be read.
    fn peek(&mut self) -> Result<Option<u8>, DecodeError> {
        loop {
            let bytes = fill(self.file, self.reader)?;
            let (length, blanks) = (bytes.len(), bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count());
            let next = bytes.get(blanks).copied();
            self.reader.consume(blanks);
            if next.is_some() || length == 0 {
                return Ok(next);
            }
        }
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Result<u8, DecodeError> {
        let byte = self.peek()?.ok_or_else(|| self.cut_short())?;
        self.reader.consume(1);
        Ok(byte)
    }

    /// The rest of a string whose first quote was read. Of one that is too long for a key, only the end is looked for.
    fn string(&mut self) -> Result<String, DecodeError> {
        let (mut text, mut escaped, mut is_key) = (vec![b'"'], false, true);
        loop {
            let bytes = fill(self.file, self.reader)?;
            if bytes.is_empty() {
                return Err(self.cut_short());
            }
            let end = bytes.iter().position(|byte| {
                let ends = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                ends
            });
            let used = end.map_or(bytes.len(), |end| end + 1);
            is_key &= text.len() + used <= LONGEST_KEY;
            if is_key {
                text.extend_from_slice(&bytes[..used]);
            }
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !is_key {
            return Ok(String::new());
        }
        let read = serde_json::from_slice(&text);
        read.map_err(|error| self.malformed(format!("a text is not JSON: {error}; tell the publisher")))
    }

    /// Reads past a value.
    fn pass(&mut self) -> Result<(), DecodeError> {
        let mut depth = 0_usize;
        loop {
            match self.peek()?.ok_or_else(|| self.cut_short())? {
                b'"' => {
                    self.reader.consume(1);
                    self.string()?;
                }
                b'{' | b'[' => {
                    self.reader.consume(1);
                    depth += 1;
                }
                // The end of what holds the value: a number, true, false or null came before it.
                b'}' | b']' | b',' if depth == 0 => return Ok(()),
                b'}' | b']' => {
                    self.reader.consume(1);
                    depth -= 1;
                }
                _ => self.reader.consume(1),
            }
            if depth == 0 && matches!(self.peek()?, Some(b',' | b'}' | b']')) {
                return Ok(());
            }
        }
    }
}
