//! A landed text file as a stream of UTF-8, in bounded memory.

use super::quotes::Quotes;
use encoding_rs::{Decoder, WINDOWS_1252};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// How much is read from the disk at once.
pub(super) const CHUNK: usize = 256 << 10;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Bytes of Windows-1252 on their way to UTF-8.
struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    /// What of `decoded` has not been taken yet.
    ready: Range<usize>,
}

/// The bytes of a text file as UTF-8 without a byte-order mark, and after them a tail that the caller chose.
///
/// Bytes of a file declared as UTF-8 pass as they are: the caller, who knows the row, checks them.
pub(super) struct Text {
    file: File,
    decoding: Option<Decoding>,
    tail: &'static [u8],
    left: usize,
    /// None where quotes may stand anywhere.
    quotes: Option<Quotes>,
    stray: Option<u64>,
}

impl Text {
    /// Opens a file at this byte, which begins a line; a UTF-8 byte-order mark is believed whatever was declared.
    pub fn open(path: &Path, start: u64, windows_1252: bool, tail: &'static [u8]) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut head = Vec::with_capacity(BOM.len());
        (&mut file).take(BOM.len() as u64).read_to_end(&mut head)?;
        let marked = head == BOM;
        if start > 0 || !marked {
            file.seek(SeekFrom::Start(start))?;
        }
        let decoding = (windows_1252 && !marked).then(|| {
            // No character of Windows-1252 is longer than three bytes.
            let (raw, decoded) = (vec![0; CHUNK], vec![0; 3 * CHUNK + 16]);
            Decoding { decoder: WINDOWS_1252.new_decoder_without_bom_handling(), raw, decoded, ready: 0..0 }
        });
        Ok(Self { file, decoding, tail, left: usize::MAX, quotes: None, stray: None })
    }

    /// Refuses the first quote that does not stand where a csv has it.
    pub fn with_strict_quotes(self) -> Self {
        Self { quotes: Some(Quotes::new()), ..self }
    }

    /// Where the stray quote is that ended the reading, in bytes from the start.
    pub fn stray(&self) -> Option<u64> {
        self.stray
    }

    /// Allows this many more bytes; a reader that asks for more, since its record does not end, gets an error.
    #[inline]
    pub fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }

    /// Whether a record did not end within what was allowed.
    pub fn is_overrun(&self) -> bool {
        self.left == 0
    }

    fn body(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoding) = &mut self.decoding else { return read_some(&mut self.file, out) };
        if decoding.ready.is_empty() {
            let read = read_some(&mut self.file, &mut decoding.raw)?;
            let raw = &decoding.raw[..read];
            let (_, _, written, _) = decoding.decoder.decode_to_utf8(raw, &mut decoding.decoded, false);
            decoding.ready = 0..written;
        }
        let given = decoding.ready.len().min(out.len());
        let start = decoding.ready.start;
        out[..given].copy_from_slice(&decoding.decoded[start..start + given]);
        decoding.ready.start += given;
        Ok(given)
    }
}

impl Read for Text {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || self.stray.is_some() {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut given = self.body(out)?;
        if given == 0 {
            given = self.tail.len().min(out.len());
            out[..given].copy_from_slice(&self.tail[..given]);
            self.tail = &self.tail[given..];
        }
        self.left = self.left.saturating_sub(given);
        if let Some(quotes) = &mut self.quotes
            && let Err(at) = quotes.over(&out[..given])
        {
            self.stray = Some(at);
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(given)
    }
}

fn read_some(file: &mut File, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(out) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Whether the whole file is UTF-8.
pub(super) fn is_utf8(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    loop {
        let read = read_some(&mut file, &mut buffer[kept..])?;
        if read == 0 {
            return Ok(kept == 0);
        }
        let filled = kept + read;
        match std::str::from_utf8(&buffer[..filled]) {
            Ok(_) => kept = 0,
            // A character that the end of the buffer cuts: it is kept for the next round.
            Err(error) if error.error_len().is_none() => {
                buffer.copy_within(error.valid_up_to()..filled, 0);
                kept = filled - error.valid_up_to();
            }
            Err(_) => return Ok(false),
        }
    }
}

/// Where the line begins that so many others come before; none where the file has fewer lines.
pub(super) fn start_of_line(path: &Path, before: u32) -> io::Result<Option<u64>> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; CHUNK];
    let (mut passed, mut left) = (0_u64, before);
    while left > 0 {
        let read = read_some(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok(None);
        }
        for at in memchr::memchr_iter(b'\n', &buffer[..read]) {
            left -= 1;
            if left == 0 {
                return Ok(Some(passed + at as u64 + 1));
            }
        }
        passed += read as u64;
    }
    Ok(Some(0))
}

/// The file's last byte; none where it has no bytes.
pub(super) fn last_byte(path: &Path) -> io::Result<Option<u8>> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(Some(byte[0]))
}

/// How many line breaks the file has.
#[expect(clippy::naive_bytecount, reason = "it is asked for once, to tell where a file was cut")]
pub(super) fn line_breaks(path: &Path) -> io::Result<i64> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; CHUNK];
    let mut breaks = 0;
    loop {
        let read = read_some(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok(breaks);
        }
        breaks += i64::try_from(buffer[..read].iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(bytes).expect("written");
        file
    }

    #[test]
    fn windows_1252_is_decoded_across_chunks() {
        let bytes: Vec<u8> = std::iter::repeat_n(b"caf\xE9 \x93x\x94 ", CHUNK / 4).flatten().copied().collect();
        let file = file(&bytes);
        let mut text = String::new();
        Text::open(file.path(), 0, true, b"!").expect("open").read_to_string(&mut text).expect("utf-8");
        assert_eq!(text, "café “x” ".repeat(CHUNK / 4) + "!");
        assert!(!is_utf8(file.path()).expect("read"));
    }

    #[test]
    fn utf_8_is_recognised_across_chunks() {
        let mut bytes = vec![b'a'; CHUNK - 1];
        bytes.extend("é".as_bytes());
        assert!(is_utf8(file(&bytes).path()).expect("read"));
        assert!(!is_utf8(file(&bytes[..CHUNK]).path()).expect("read"));
    }
}
