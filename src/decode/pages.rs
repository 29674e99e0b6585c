//! A parquet file's footer and pages, looked at before the reader makes room for them.
//!
//! The reader believes what they say: how many row groups there are, how large a page is when unpacked, how many values it
//! has. Here each is held against what there is, and against a limit.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::thrift::{Bad, Part, walk};
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The most bytes of a footer.
const FOOTER_BYTES: u64 = 16 << 20;
/// The most row groups: the format numbers them with 15 bits.
const ROW_GROUPS: u64 = 0x7FFF;
/// How deep groups of columns may lie in each other.
const DEPTH: usize = 16;
/// The most bytes of an unpacked page; writers aim at one MiB.
const PAGE_BYTES: u64 = 16 << 20;
/// The most bytes of a row's pages: one of data and one dictionary of each column that is read.
const PAGES_BYTES: u64 = 128 << 20;
/// The most values of a nested column in a row group: a row of it may have as many.
const NESTED_VALUES: u64 = 4_000_000;
/// The most bytes of a page's header: it may hold the least and the greatest value.
const HEADER_BYTES: u64 = 4 << 20;
/// How much is read of a header at first.
const HEADER_START: u64 = 4 << 10;

fn too_large(file: &RawFile, what: String) -> DecodeError {
    DecodeError::new(&file.name, Fault::TooLarge { what: format!("{what}; ask the publisher for a csv") })
}

fn broken(file: &RawFile, what: &str) -> DecodeError {
    let what = format!("the parquet file cannot be read ({what}); fetch it again, or tell the publisher");
    DecodeError::new(&file.name, Fault::Malformed { what })
}

fn unreadable(file: &RawFile) -> impl Fn(io::Error) -> DecodeError + '_ {
    |error| DecodeError::new(&file.name, Fault::Unreadable(error))
}

/// Looks at the footer.
pub(super) fn check_footer(file: &RawFile) -> Result<(), DecodeError> {
    let mut reader = File::open(&file.path).map_err(unreadable(file))?;
    let length = reader.metadata().map_err(unreadable(file))?.len();
    let mut end = [0; 8];
    reader.seek(SeekFrom::Start(length.saturating_sub(8))).map_err(unreadable(file))?;
    reader.read_exact(&mut end).map_err(|_| broken(file, "it has no footer"))?;
    let footer = u64::from(u32::from_le_bytes([end[0], end[1], end[2], end[3]]));
    let start = length.checked_sub(footer + 8).ok_or_else(|| broken(file, "its footer is longer than the file"))?;
    if footer > FOOTER_BYTES {
        return Err(too_large(file, "the footer is larger than 16 MiB".into()));
    }
    let bytes = read(&mut reader, start, footer).map_err(unreadable(file))?;
    // The columns come as a list in which a group is followed by what is in it.
    let mut open: Vec<i64> = Vec::new();
    let walked = walk(&bytes, &mut |path, part| {
        match (path, part) {
            ([4], Part::List(groups)) if groups > ROW_GROUPS => return Err("there are too many row groups".into()),
            ([2], Part::Item) => {
                while open.last() == Some(&0) {
                    open.pop();
                }
                if let Some(left) = open.last_mut() {
                    *left -= 1;
                }
            }
            ([2, 5], Part::Number(children)) if children > 0 => {
                open.push(children);
                if open.len() > DEPTH {
                    return Err("groups of columns lie too deep in each other".into());
                }
            }
            _ => {}
        }
        Ok(())
    });
    match walked {
        Ok(_) => Ok(()),
        Err(Bad::Short) => Err(broken(file, "its footer says that it holds more than it does")),
        Err(Bad::Wrong(what)) => Err(broken(file, &what)),
    }
}

/// What the pages of a file ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand {
    /// The bytes of the largest page: no value is larger.
    pub largest: u64,
    /// Whether values are written as an end to the one before, so that each may be as large as its page.
    pub prefixed: bool,
}

/// Looks at every page of the columns that are to be read.
pub(super) fn check_pages(
    file: &RawFile,
    metadata: &ParquetMetaData,
    is_read: impl Fn(usize) -> bool,
) -> Result<Demand, DecodeError> {
    let mut reader = File::open(&file.path).map_err(unreadable(file))?;
    let length = reader.metadata().map_err(unreadable(file))?.len();
    let mut largest: BTreeMap<usize, [u64; 2]> = BTreeMap::new();
    let mut prefixed = false;
    for group in metadata.row_groups() {
        for (index, column) in group.columns().iter().enumerate().filter(|(index, _)| is_read(*index)) {
            let pages = Pages { file, column, length }.check(&mut reader, &mut prefixed)?;
            let known = largest.entry(index).or_default();
            *known = [known[0].max(pages[0]), known[1].max(pages[1])];
        }
    }
    if largest.values().flatten().sum::<u64>() > PAGES_BYTES {
        return Err(too_large(file, "the pages of one row are together larger than 128 MiB".into()));
    }
    Ok(Demand { largest: largest.values().flatten().copied().max().unwrap_or(0), prefixed })
}

/// A page's header.
#[derive(Default)]
struct Header {
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
}

/// The encoding of texts as ends to the one before (DELTA_BYTE_ARRAY).
const PREFIXED: i64 = 7;

/// The pages of a column in a row group.
struct Pages<'a> {
    file: &'a RawFile,
    column: &'a ColumnChunkMetaData,
    length: u64,
}

impl Pages<'_> {
    /// The sizes of the largest page of data and of the dictionary.
    fn check(&self, reader: &mut File, prefixed: &mut bool) -> Result<[u64; 2], DecodeError> {
        let start = self.column.dictionary_page_offset().unwrap_or_else(|| self.column.data_page_offset());
        let range = u64::try_from(start).ok().zip(u64::try_from(self.column.compressed_size()).ok());
        let range = range.and_then(|(start, size)| Some((start, start.checked_add(size)?)));
        let Some((mut at, end)) = range.filter(|(_, end)| *end <= self.length) else {
            return Err(broken(self.file, &format!("column `{}` lies outside of it", self.name())));
        };
        let (mut largest, mut values) = ([0, 0], 0_u64);
        while at < end {
            let (header, header_length) = self.header(reader, at, end)?;
            at += header_length;
            let sizes = u64::try_from(header.packed).ok().zip(u64::try_from(header.unpacked).ok());
            let Some((packed, unpacked)) = sizes.filter(|(packed, _)| *packed <= end - at) else {
                return Err(broken(self.file, &format!("a page of column `{}` has no possible size", self.name())));
            };
            if unpacked.max(packed) > PAGE_BYTES {
                return Err(self.page_too_large());
            }
            *prefixed |= header.encoding == PREFIXED;
            let is_dictionary = header.kind == 2;
            if !is_dictionary {
                values = values.saturating_add(u64::try_from(header.values).unwrap_or(u64::MAX));
            }
            self.unpacks_to(reader, at, packed, unpacked)?;
            let kind = usize::from(is_dictionary);
            largest[kind] = largest[kind].max(unpacked);
            at += packed;
        }
        if self.column.column_descr().max_rep_level() > 0 && values > NESTED_VALUES {
            let what = format!("the nested column `{}` has more than 4 million values in a row group", self.name());
            return Err(too_large(self.file, what));
        }
        Ok(largest)
    }

    fn name(&self) -> String {
        self.column.column_path().string()
    }

    fn page_too_large(&self) -> DecodeError {
        too_large(self.file, format!("a page of column `{}` is larger than 16 MiB when unpacked", self.name()))
    }

    fn header(&self, reader: &mut File, at: u64, end: u64) -> Result<(Header, u64), DecodeError> {
        for length in [HEADER_START, HEADER_BYTES] {
            let bytes = read(reader, at, length.min(end - at)).map_err(unreadable(self.file))?;
            let mut header = Header::default();
            let walked = walk(&bytes, &mut |path, part| {
                if let Part::Number(number) = part {
                    match path {
                        [1] => header.kind = number,
                        [2] => header.unpacked = number,
                        [3] => header.packed = number,
                        // Of data, in the first and the second form.
                        [5 | 8, 1] => header.values = number,
                        [5, 2] | [8, 4] => header.encoding = number,
                        _ => {}
                    }
                }
                Ok(())
            });
            match walked {
                Ok(walked) => return Ok((header, walked as u64)),
                Err(Bad::Short) => {}
                Err(Bad::Wrong(what)) => return Err(broken(self.file, &what)),
            }
        }
        Err(broken(self.file, &format!("a page of column `{}` has no header", self.name())))
    }

    /// Two of the codecs unpack as much as there is, whatever the header says.
    fn unpacks_to(&self, reader: &mut File, at: u64, packed: u64, unpacked: u64) -> Result<(), DecodeError> {
        let gzip = match self.column.compression() {
            Compression::GZIP(_) => true,
            Compression::BROTLI(_) => false,
            _ => return Ok(()),
        };
        let bytes = read(reader, at, packed).map_err(unreadable(self.file))?;
        let most = unpacked + 1;
        let copied = if gzip {
            io::copy(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(most), &mut io::sink())
        } else {
            io::copy(&mut brotli::Decompressor::new(bytes.as_slice(), 4096).take(most), &mut io::sink())
        };
        // The levels of the second form of a page are not packed: the reader tells what is wrong there.
        if copied.is_ok_and(|copied| copied > unpacked) { Err(self.page_too_large()) } else { Ok(()) }
    }
}

fn read(reader: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
