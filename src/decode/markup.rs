//! Walks over XML as a workbook's reader will, holding nothing of it: how long its parts are, and which tags it has.
//!
//! The reader keeps each part (a tag, a text, a comment) whole while it reads it, so that none may be too long.

/// The longest tag, text or comment. A cell holds 32,767 characters.
const PART_BYTES: usize = 1 << 20;
/// How much of a tag is kept to be looked at.
const HEAD: usize = 1 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Text,
    /// A tag, and the quote that is open in it.
    Tag(Option<u8>),
    Comment,
    Verbatim,
    Instruction,
}

impl Within {
    /// What ends it, where that is more than one letter.
    const fn end(self) -> &'static [u8] {
        match self {
            Self::Comment => b"-->",
            Self::Verbatim => b"]]>",
            Self::Instruction => b"?>",
            Self::Text | Self::Tag(_) => b"",
        }
    }
}

/// Why XML is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// A part is too long.
    Long,
    /// It declares a document type, which no workbook does.
    Declares,
}

/// A walk in progress.
pub(super) struct Walk {
    within: Within,
    /// The length of the part so far.
    length: usize,
    /// The beginning of the tag, or the last letters of something longer.
    kept: Vec<u8>,
}

impl Walk {
    pub fn new() -> Self {
        Self { within: Within::Text, length: 0, kept: Vec::with_capacity(HEAD) }
    }

    /// Walks over the next bytes, and gives each tag: what stands between `<` and `>`, cut off where it is long.
    pub fn over(&mut self, mut bytes: &[u8], tag: &mut impl FnMut(&[u8])) -> Result<(), Refused> {
        while !bytes.is_empty() {
            let used = match self.within {
                Within::Text => self.text(bytes),
                Within::Tag(quote) => self.tag(bytes, quote, tag)?,
                _ => self.until_end(bytes),
            };
            self.length += used;
            if self.length > PART_BYTES {
                return Err(Refused::Long);
            }
            bytes = &bytes[used..];
        }
        Ok(())
    }

    fn begin(&mut self, within: Within) {
        self.within = within;
        self.kept.clear();
    }

    fn text(&mut self, bytes: &[u8]) -> usize {
        match bytes.iter().position(|byte| *byte == b'<') {
            Some(at) => {
                if self.length + at <= PART_BYTES {
                    self.length = 0;
                }
                self.begin(Within::Tag(None));
                at + 1
            }
            None => bytes.len(),
        }
    }

    fn tag(&mut self, bytes: &[u8], quote: Option<u8>, tag: &mut impl FnMut(&[u8])) -> Result<usize, Refused> {
        // What is no tag of an element shows in its first letters.
        let special = if self.kept.is_empty() { matches!(bytes[0], b'!' | b'?') } else { self.kept.starts_with(b"!") };
        if special && quote.is_none() && self.kept.len() < 8 {
            let byte = bytes[0];
            self.kept.push(byte);
            match self.kept.as_slice() {
                [b'?'] => self.begin(Within::Instruction),
                [b'!', b'-', b'-'] => self.begin(Within::Comment),
                b"![CDATA[" => self.begin(Within::Verbatim),
                [b'!', rest @ ..] if !b"--".starts_with(rest) && !b"[CDATA[".starts_with(rest) => {
                    return Err(Refused::Declares);
                }
                _ => self.letter(byte, tag),
            }
            return Ok(1);
        }
        let at = match quote {
            Some(quote) => bytes.iter().position(|byte| *byte == quote),
            None => bytes.iter().position(|byte| matches!(byte, b'>' | b'"' | b'\'')),
        };
        let used = at.map_or(bytes.len(), |at| at + 1);
        let room = HEAD - self.kept.len().min(HEAD);
        self.kept.extend_from_slice(&bytes[..used.min(room)]);
        if let Some(at) = at {
            match quote {
                Some(_) => self.within = Within::Tag(None),
                None => self.letter(bytes[at], tag),
            }
        }
        Ok(used)
    }

    /// A letter of a tag outside quotes.
    fn letter(&mut self, byte: u8, tag: &mut impl FnMut(&[u8])) {
        match byte {
            b'"' | b'\'' => self.within = Within::Tag(Some(byte)),
            b'>' => {
                tag(&self.kept);
                self.begin(Within::Text);
                self.length = 0;
            }
            _ => {}
        }
    }

    fn until_end(&mut self, bytes: &[u8]) -> usize {
        let end = self.within.end();
        for (index, byte) in bytes.iter().enumerate() {
            if self.kept.len() == end.len() {
                self.kept.remove(0);
            }
            self.kept.push(*byte);
            if self.kept == end {
                self.begin(Within::Text);
                self.length = 0;
                // The length of the part that follows begins after this letter.
                return index + 1;
            }
        }
        bytes.len()
    }
}

/// The name of a tag without its prefix; of one that ends an element, the name of that element.
pub(super) fn local_name(tag: &[u8]) -> &[u8] {
    let tag = tag.strip_prefix(b"/").unwrap_or(tag);
    let end =
        tag.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')).unwrap_or(tag.len());
    let name = &tag[..end];
    name.iter().rposition(|byte| *byte == b':').map_or(name, |at| &name[at + 1..])
}

/// The text that an attribute of a tag has.
pub(super) fn text(tag: &[u8], attribute: &str) -> Option<String> {
    let text = String::from_utf8_lossy(tag);
    let value = text.split_once(&format!("{attribute}="))?.1.trim_start_matches(['"', '\'']);
    value.split(['"', '\'']).next().map(str::to_owned)
}

/// The number that an attribute of a tag has.
pub(super) fn number(tag: &[u8], attribute: &str) -> Option<u64> {
    let value = text(tag, attribute)?;
    let digits = value.split(|letter: char| !letter.is_ascii_digit()).next()?;
    if digits.len() > 18 { Some(u64::MAX) } else { digits.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tags of a text, whatever pieces it comes in.
    fn tags(text: &str) -> Result<Vec<String>, Refused> {
        let mut all = Vec::new();
        for piece in [1, 3, text.len().max(1)] {
            let (mut walk, mut found) = (Walk::new(), Vec::new());
            for bytes in text.as_bytes().chunks(piece) {
                walk.over(bytes, &mut |tag| found.push(String::from_utf8_lossy(local_name(tag)).into_owned()))?;
            }
            all.push(found);
        }
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
        Ok(all.swap_remove(0))
    }

    #[test]
    fn tags_are_found_and_what_only_looks_like_one_is_not() {
        let text = r#"<?xml version="1.0"?><!-- <no> --><x:sst a="<no>" b='>'><si><t>a &lt; b</t></si><si/><![CDATA[<no>]]]></x:sst>"#;
        assert_eq!(tags(text).expect("XML"), ["sst", "si", "t", "t", "si", "si", "sst"]);
        assert_eq!(tags("<!DOCTYPE x>"), Err(Refused::Declares));
        assert_eq!(tags("<!---><a>--><b/>").expect("XML"), ["b"]);
    }

    #[test]
    fn no_part_may_be_long() {
        let long = "a".repeat(PART_BYTES + 10);
        let texts = [format!("<a>{long}"), format!("<a b=\"{long}"), format!("<!--{long}"), format!("<![CDATA[{long}")];
        for text in texts {
            let mut walk = Walk::new();
            let walked = text.as_bytes().chunks(4096).try_for_each(|bytes| walk.over(bytes, &mut |_| ()));
            assert_eq!(walked, Err(Refused::Long), "{}", &text[..10]);
        }
        // Many of a usual length are no long one.
        let many = "<a>text</a>".repeat(PART_BYTES / 4);
        let mut walk = Walk::new();
        assert_eq!(many.as_bytes().chunks(4096).try_for_each(|bytes| walk.over(bytes, &mut |_| ())), Ok(()));
    }

    #[test]
    fn numbers_of_attributes_are_read() {
        assert_eq!(number(b"sst count=\"5\" uniqueCount=\"12\">", "uniqueCount"), Some(12));
        assert_eq!(number(b"sst uniqueCount='99999999999999999999'>", "uniqueCount"), Some(u64::MAX));
        assert_eq!(number(b"sst>", "uniqueCount"), None);
    }
}
