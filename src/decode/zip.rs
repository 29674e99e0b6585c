//! The list of contents of a zip, which workbooks are: what is in it, and how large it becomes when unpacked.
//!
//! It is read before a workbook is opened, so that a truncated one is named as such and a decompression bomb is refused
//! before it goes off.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The end record, and the longest comment that may follow it.
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 0xFFFF;
const END_MARK: &[u8] = b"PK\x05\x06";
const ENTRY_MARK: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
/// A workbook's list of contents is a few kilobytes.
const LONGEST_LIST: usize = 4 << 20;

/// What a zip holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Bytes when unpacked, as the zip declares them.
    pub unpacked: u64,
    names: Vec<String>,
}

impl Contents {
    /// Reads a zip's list of contents; `None` where there is none, which is how a truncated zip shows.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let tail_length = length.min((END_LENGTH + LONGEST_COMMENT) as u64);
        file.seek(SeekFrom::Start(length - tail_length))?;
        let mut tail = Vec::new();
        (&mut file).take(tail_length).read_to_end(&mut tail)?;
        let Some(end) = tail.windows(END_MARK.len()).rposition(|window| window == END_MARK) else { return Ok(None) };
        let end = &tail[end..];
        let (Some(list_length), Some(list_start)) = (u32_at(end, 12), u32_at(end, 16)) else { return Ok(None) };
        let (list_length, list_start) = (list_length as usize, u64::from(list_start));
        if list_start + list_length as u64 > length {
            // All bits set: the true place is in a record for archives of over 4 GiB.
            let unpacked = if list_start == u64::from(u32::MAX) { u64::MAX } else { return Ok(None) };
            return Ok(Some(Self { unpacked, names: Vec::new() }));
        }
        if list_length > LONGEST_LIST {
            return Ok(Some(Self { unpacked: u64::MAX, names: Vec::new() }));
        }
        file.seek(SeekFrom::Start(list_start))?;
        let mut list = vec![0; list_length];
        file.read_exact(&mut list)?;
        Ok(Some(Self::parse(&list)))
    }

    fn parse(mut list: &[u8]) -> Self {
        let mut contents = Self::default();
        while list.starts_with(ENTRY_MARK) && list.len() >= ENTRY_LENGTH {
            let field = |offset| usize::from(u16_at(list, offset).unwrap_or(0));
            let (name, extra, comment) = (field(28), field(30), field(32));
            contents.unpacked = contents.unpacked.saturating_add(u32_at(list, 24).unwrap_or(u32::MAX).into());
            if let Some(name) = list.get(ENTRY_LENGTH..ENTRY_LENGTH + name) {
                contents.names.push(String::from_utf8_lossy(name).into_owned());
            }
            list = list.get(ENTRY_LENGTH + name + extra + comment..).unwrap_or_default();
        }
        contents
    }

    /// Whether a file of which the name begins so is in it.
    pub fn has(&self, beginning: &str) -> bool {
        self.names.iter().any(|name| name.starts_with(beginning))
    }
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..offset + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..offset + 4)?.try_into().ok().map(u32::from_le_bytes)
}
