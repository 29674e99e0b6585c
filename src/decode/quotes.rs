//! Whether the quotes of a csv stand where its format has them, while the bytes stream past.
//!
//! A quote opens a cell right after a separator or a line end, and closes it right before one; within a cell it is doubled.
//! A reader that lets other quotes pass joins rows: what stands between two stray ones becomes one cell.

use super::text::{CHUNK, Text};
use memchr::memchr;
use std::io::{self, Read};

/// How much of a line is shown on each side of a stray quote.
const SHOWN: usize = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    /// After a quote within a quoted cell: it ends the cell, or is the first of two.
    Closing,
}

/// A watch over the quotes of a text. It holds nothing of it, and looks at little more than the quotes themselves.
#[derive(Debug)]
pub(super) struct Quotes {
    state: State,
    /// The byte before the next one.
    before: u8,
    passed: u64,
}

impl Quotes {
    pub fn new() -> Self {
        Self { state: State::Outside, before: b'\n', passed: 0 }
    }

    /// Watches the next bytes; the error is the place of the first stray quote, in bytes from the text's start.
    pub fn over(&mut self, bytes: &[u8]) -> Result<(), u64> {
        let mut at = 0;
        loop {
            match self.state {
                State::Outside => {
                    let Some(next) = memchr(b'"', &bytes[at..]) else { break };
                    let quote = at + next;
                    let before = quote.checked_sub(1).map_or(self.before, |index| bytes[index]);
                    if !ends_cell(before) {
                        return Err(self.passed + quote as u64);
                    }
                    (self.state, at) = (State::Inside, quote + 1);
                }
                State::Inside => {
                    let Some(next) = memchr(b'"', &bytes[at..]) else { break };
                    (self.state, at) = (State::Closing, at + next + 1);
                }
                State::Closing => match bytes.get(at) {
                    None => break,
                    Some(b'"') => (self.state, at) = (State::Inside, at + 1),
                    Some(byte) if ends_cell(*byte) => (self.state, at) = (State::Outside, at + 1),
                    Some(_) => return Err((self.passed + at as u64).saturating_sub(1)),
                },
            }
        }
        self.before = bytes.last().copied().unwrap_or(self.before);
        self.passed += bytes.len() as u64;
        Ok(())
    }
}

const fn ends_cell(byte: u8) -> bool {
    matches!(byte, b',' | b'\n' | b'\r')
}

/// Where a stray quote stands, for people.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line, from 0 at the text's start.
    pub line: i64,
    /// The column, from 0.
    pub column: usize,
    /// The line's text around it.
    pub around: String,
}

/// Finds the line and column of a byte, up to which all quotes stand where they should.
pub(super) fn place(mut text: Text, stray: u64) -> io::Result<Place> {
    let (mut line, mut column, mut within, mut at) = (0, 0, false, 0_u64);
    let mut around: Vec<u8> = Vec::new();
    let mut chunk = vec![0; CHUNK];
    'reading: loop {
        text.allow(usize::MAX);
        let read = text.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        for byte in &chunk[..read] {
            if at > stray && (*byte == b'\n' || at > stray + SHOWN as u64) {
                break 'reading;
            }
            around.push(*byte);
            if at < stray {
                match *byte {
                    b'"' => within = !within,
                    b',' if !within => column += 1,
                    b'\n' => {
                        line += 1;
                        around.clear();
                        if !within {
                            column = 0;
                        }
                    }
                    _ => {}
                }
                if around.len() > 2 * SHOWN {
                    around.drain(..SHOWN);
                }
            }
            at += 1;
        }
    }
    // A character may be cut at either end.
    let around = String::from_utf8_lossy(&around).trim().trim_matches('\u{fffd}').to_owned();
    Ok(Place { line, column, around })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stray(text: &str) -> Option<u64> {
        let found: Vec<Option<u64>> = [1, 2, 3, text.len().max(1)]
            .into_iter()
            .map(|piece| {
                let mut quotes = Quotes::new();
                text.as_bytes().chunks(piece).find_map(|bytes| quotes.over(bytes).err())
            })
            .collect();
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
        found[0]
    }

    #[test]
    fn quotes_stand_at_the_ends_of_cells() {
        for right in ["a,b\n", "\"a\",\"b,c\"\r\n\"\",\"x\"\"y\"\n", "\"a\nb\",1\n", "\"\"\"\",\"\"\"x\"\"\"\n", ""] {
            assert_eq!(stray(right), None, "{right}");
        }
        assert_eq!(stray("a,5\" pipe\n"), Some(3));
        assert_eq!(stray("a,\"Bradford 6\" plan\n"), Some(13));
        assert_eq!(stray("a, \"b\"\n"), Some(3));
        assert_eq!(stray("\"a\" ,b\n"), Some(2));
        assert_eq!(stray("a,\"Bradford,1\nE2,\"Calderdale\",2\n"), Some(17));
    }
}
