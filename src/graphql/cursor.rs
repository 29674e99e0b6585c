//! Opaque cursors: where a page of a list goes on, and of which release it speaks.

use super::error::Failure;
use crate::outcomes::ReleaseNumber;
use crate::store::Position;
use std::fmt::Write as _;

/// Which list a cursor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Areas, by code.
    Areas,
    /// Indicators, by id.
    Indicators,
    /// Datasets, by id.
    Datasets,
    /// Figures, by position.
    Observations,
    /// A dataset's releases, newest first.
    Releases,
    /// A dataset's runs, newest first.
    Runs,
    /// A run's rejected rows.
    Rejected,
    /// What releases changed.
    Revisions,
}

impl Kind {
    const fn letter(self) -> char {
        match self {
            Self::Areas => 'a',
            Self::Indicators => 'i',
            Self::Datasets => 'd',
            Self::Observations => 'o',
            Self::Releases => 'r',
            Self::Runs => 'n',
            Self::Rejected => 'j',
            Self::Revisions => 'v',
        }
    }
}

/// The longest text of a cursor.
pub const MAX_CURSOR: usize = 1_000;

/// Items that may stand before a page of a list that is paged by number: more than any list has.
const MAX_OFFSET: u64 = 1_000_000_000;

/// The release of a cursor of whatever list; `None` where the text is none.
#[must_use]
pub fn release(text: &str) -> Option<ReleaseNumber> {
    let plain = plain(text)?;
    let (at, _) = plain.get(1..)?.split_once('.')?;
    at.parse().ok()
}

/// What a cursor's hexadecimal text stands for.
fn plain(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() % 2 == 1 || text.len() > MAX_CURSOR {
        return None;
    }
    let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

/// A place in a list, as the hub stood at a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The release that the page spoke of; the next page speaks of it too.
    pub at: ReleaseNumber,
    /// The last item's key.
    pub key: String,
}

impl Cursor {
    /// The text that a client sees: hexadecimal, so that nobody is tempted to build one.
    #[must_use]
    pub fn encode(&self, kind: Kind) -> String {
        let plain = format!("{}{}.{}", kind.letter(), self.at, self.key);
        plain.bytes().fold(String::with_capacity(plain.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The cursor behind a text that a client gave back.
    pub fn decode(kind: Kind, text: &str) -> Result<Self, Failure> {
        Self::parse(kind, text).ok_or_else(|| {
            Failure::bad_input("`after` is not a cursor of this list: give back an `endCursor` unchanged")
        })
    }

    fn parse(kind: Kind, text: &str) -> Option<Self> {
        let plain = plain(text)?;
        let (at, key) = plain.strip_prefix(kind.letter())?.split_once('.')?;
        let at: ReleaseNumber = at.parse().ok().filter(|at| *at >= 0)?;
        Some(Self { at, key: key.to_owned() })
    }

    /// A figure's place.
    #[must_use]
    pub fn of_position(at: ReleaseNumber, position: Position) -> Self {
        Self { at, key: format!("{}.{}.{}", position.slice, position.area, position.period) }
    }

    /// The figure's place behind a cursor.
    pub fn position(&self) -> Result<Position, Failure> {
        let mut parts = self.key.split('.').map(str::parse::<i64>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(slice)), Some(Ok(area)), Some(Ok(period)), None) => Ok(Position { slice, area, period }),
            _ => Err(Failure::bad_input("the cursor was not given by this hub")),
        }
    }

    /// How many items stand before the next page of a list that is paged by number.
    pub fn offset(&self) -> Result<u64, Failure> {
        let offset = self.key.parse().ok().filter(|offset| *offset <= MAX_OFFSET);
        offset.ok_or_else(|| Failure::bad_input("the cursor was not given by this hub"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_turns_back(at in 0i64..1_000_000, slice in 0i64.., area in 0i64.., period in 0i64..) {
            let position = Position { slice, area, period };
            let cursor = Cursor::of_position(at, position);
            let back = Cursor::decode(Kind::Observations, &cursor.encode(Kind::Observations)).expect("a cursor");
            prop_assert_eq!(back.at, at);
            prop_assert_eq!(back.position().expect("a position"), position);
        }

        #[test]
        fn any_text_is_refused_or_read(text in "\\PC{0,40}") {
            let _ = Cursor::decode(Kind::Areas, &text);
        }
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let text = Cursor { at: 1, key: "E08000032".into() }.encode(Kind::Areas);
        assert!(Cursor::decode(Kind::Areas, &text).is_ok());
        assert!(Cursor::decode(Kind::Indicators, &text).is_err());
    }
}
