//! Walks over Thrift's compact form, in which parquet writes its footer and its page headers, and believes no length.
//!
//! The parquet reader makes room for as many things as a list says that it has. Whoever walks first knows that they are
//! really there.

/// How deep values may lie in each other; parquet's own are a third of it.
const DEPTH: usize = 32;

/// What the walk meets, each with the field ids that lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A whole number.
    Number(i64),
    /// A list of so many.
    List(u64),
    /// The start of a structure in a list.
    Item,
}

/// Why a walk ends early.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// It does not end within the bytes, or says that it holds more than they do.
    Short,
    /// It is not Thrift, or whoever looked on had enough.
    Wrong(String),
}

/// What is told of each part, with the numbers of the fields that lead to it.
type On<'a> = dyn FnMut(&[i16], Part) -> Result<(), String> + 'a;

/// Walks over one structure at the start of `bytes` and gives its length.
pub(super) fn walk(bytes: &[u8], on: &mut On<'_>) -> Result<usize, Bad> {
    let mut walk = Walk { bytes, at: 0, path: Vec::new(), depth: 0, on };
    walk.structure()?;
    Ok(walk.at)
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    path: Vec<i16>,
    /// Values that are open: structures, lists and maps within each other.
    depth: usize,
    on: &'a mut On<'a>,
}

fn wrong(what: &str) -> Bad {
    Bad::Wrong(what.to_owned())
}

impl Walk<'_> {
    fn byte(&mut self) -> Result<u8, Bad> {
        let byte = *self.bytes.get(self.at).ok_or(Bad::Short)?;
        self.at += 1;
        Ok(byte)
    }

    fn unsigned(&mut self) -> Result<u64, Bad> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            if shift > 63 {
                return Err(wrong("a number of more than 64 bits"));
            }
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    fn signed(&mut self) -> Result<i64, Bad> {
        let number = self.unsigned()?;
        Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Bad> {
        if bytes > (self.bytes.len() - self.at) as u64 {
            return Err(Bad::Short);
        }
        // Not more than there are, so that it fits.
        self.at += usize::try_from(bytes).map_err(|_| Bad::Short)?;
        Ok(())
    }

    fn say(&mut self, part: Part) -> Result<(), Bad> {
        (self.on)(&self.path, part).map_err(Bad::Wrong)
    }

    fn structure(&mut self) -> Result<(), Bad> {
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            id = match i16::from(head >> 4) {
                0 => i16::try_from(self.signed()?).map_err(|_| wrong("a field number of more than 16 bits"))?,
                further => id.checked_add(further).ok_or_else(|| wrong("a field number of more than 16 bits"))?,
            };
            self.path.push(id);
            // Of a field that is true or false, the head says which.
            if !matches!(head & 0xF, 1 | 2) {
                self.value(head & 0xF)?;
            }
            self.path.pop();
        }
    }

    fn value(&mut self, kind: u8) -> Result<(), Bad> {
        if self.depth >= DEPTH {
            return Err(wrong("values lie too deep in each other"));
        }
        self.depth += 1;
        let walked = self.of_kind(kind);
        self.depth -= 1;
        walked
    }

    fn of_kind(&mut self, kind: u8) -> Result<(), Bad> {
        match kind {
            1..=3 => self.skip(1),
            4..=6 => {
                let number = self.signed()?;
                self.say(Part::Number(number))
            }
            7 => self.skip(8),
            8 => {
                let length = self.unsigned()?;
                self.skip(length)
            }
            9 | 10 => self.list(),
            11 => self.map(),
            12 => self.structure(),
            13 => self.skip(16),
            _ => Err(wrong("a field of an unknown kind")),
        }
    }

    fn list(&mut self) -> Result<(), Bad> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.unsigned()?,
            count => u64::from(count),
        };
        self.say(Part::List(count))?;
        // Each takes a byte at least.
        if count > (self.bytes.len() - self.at) as u64 {
            return Err(Bad::Short);
        }
        for _ in 0..count {
            if head & 0xF == 12 {
                self.say(Part::Item)?;
            }
            self.value(head & 0xF)?;
        }
        Ok(())
    }

    fn map(&mut self) -> Result<(), Bad> {
        let count = self.unsigned()?;
        if count == 0 {
            return Ok(());
        }
        let kinds = self.byte()?;
        if count > (self.bytes.len() - self.at) as u64 {
            return Err(Bad::Short);
        }
        for _ in 0..count {
            self.value(kinds >> 4)?;
            self.value(kinds & 0xF)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = Vec<(Vec<i16>, Part)>;

    fn parts(bytes: &[u8]) -> Result<(usize, Told), Bad> {
        let mut parts = Vec::new();
        let length = walk(bytes, &mut |path, part| {
            parts.push((path.to_vec(), part));
            Ok(())
        })?;
        Ok((length, parts))
    }

    #[test]
    fn a_structure_is_walked_over_and_its_parts_are_told() {
        // 1: i32 -3; 3: list of two structures, each with 2: i64 1; then the end, and a byte that is no part of it.
        let bytes = [0x15, 0x05, 0x29, 0x2C, 0x26, 0x02, 0x00, 0x26, 0x02, 0x00, 0x00, 0xFF];
        let (length, parts) = parts(&bytes).expect("a structure");
        assert_eq!(length, 11);
        let expected = [
            (vec![1], Part::Number(-3)),
            (vec![3], Part::List(2)),
            (vec![3], Part::Item),
            (vec![3, 2], Part::Number(1)),
            (vec![3], Part::Item),
            (vec![3, 2], Part::Number(1)),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_is_said_to_be_longer_than_the_bytes_is_not_believed() {
        // A text of 2^35 bytes, and a list of as many structures.
        for bytes in
            [&[0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01][..], &[0x19, 0xFC, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]]
        {
            assert_eq!(parts(bytes).expect_err("too long"), Bad::Short);
        }
        assert!(matches!(parts(&[0x1C; 99]), Err(Bad::Wrong(_))), "depth");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = parts(&bytes);
        }
    }
}
