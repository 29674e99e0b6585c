//! Rows in memory, and as COPY's binary format has them.

use super::TransferError;
use super::tables::{Kind, Table};
use std::borrow::Cow;
use std::fmt;

/// One value. A time is its microsecond.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

/// One row, in the order of the table's columns.
pub(super) type Line = Vec<Cell>;

/// What stands in Postgres for a NUL.
const NUL: &str = "\u{2400}";
/// Microseconds from 1970, where SQLite counts from, to 2000, where Postgres does.
const EPOCH: i64 = 946_684_800_000_000;

impl Cell {
    /// Whether both engines would answer the same. Zero has no sign in SQLite.
    pub(super) fn is_as(&self, other: &Self, kind: Kind) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Integer(one), Self::Integer(other)) => one == other,
            #[expect(clippy::float_cmp, reason = "a copy is exact")]
            (Self::Real(one), Self::Real(other)) => one == other || one.to_bits() == other.to_bits(),
            (Self::Text(one), Self::Text(other)) if kind == Kind::Shown => one == other || *shown(one) == *shown(other),
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => false,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("nothing"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Real(number) => write!(f, "{number:?}"),
            Self::Text(text) if text.chars().count() > 60 => {
                write!(f, "`{}…`", text.chars().take(60).collect::<String>())
            }
            Self::Text(text) => write!(f, "`{text}`"),
        }
    }
}

/// A text without what Postgres cannot hold.
fn shown(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', NUL)) } else { Cow::Borrowed(text) }
}

/// A row by its key, for a person.
pub(super) fn named(table: &Table, line: &[Cell]) -> String {
    let key = table.columns[..table.key].iter().zip(line);
    let key: Vec<String> = key.map(|((column, _), cell)| format!("{column} {cell}")).collect();
    format!("the row of `{}` with {}", table.name, key.join(", "))
}

/// Rows as COPY takes them.
pub(super) struct Encoded {
    bytes: Vec<u8>,
    /// NULs that were replaced.
    pub(super) replaced: u64,
}

impl Encoded {
    pub(super) fn begin() -> Self {
        let mut bytes = Vec::with_capacity(1 << 16);
        bytes.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
        bytes.extend_from_slice(&[0; 8]);
        Self { bytes, replaced: 0 }
    }

    /// What has been gathered, once it is worth a message.
    pub(super) fn full(&mut self) -> Option<Vec<u8>> {
        const MESSAGE: usize = 1 << 20;
        (self.bytes.len() >= MESSAGE).then(|| std::mem::take(&mut self.bytes))
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&(-1_i16).to_be_bytes());
        self.bytes
    }

    pub(super) fn line(&mut self, table: &Table, line: &[Cell]) -> Result<(), TransferError> {
        // A table has at most twenty columns.
        let columns = i16::try_from(line.len()).unwrap_or(i16::MAX);
        self.bytes.extend_from_slice(&columns.to_be_bytes());
        for ((column, kind), cell) in table.columns.iter().zip(line) {
            if !self.cell(*kind, cell) {
                let what = named(table, line);
                return Err(TransferError::Unfit(format!(
                    "{what} has {cell} in `{column}`, which Postgres cannot keep"
                )));
            }
        }
        Ok(())
    }

    /// False where Postgres has no such value.
    fn cell(&mut self, kind: Kind, cell: &Cell) -> bool {
        match (kind, cell) {
            (_, Cell::Null) => self.bytes.extend_from_slice(&(-1_i32).to_be_bytes()),
            (Kind::Small, Cell::Integer(number)) => match i16::try_from(*number) {
                Ok(number) => self.field(&number.to_be_bytes()),
                Err(_) => return false,
            },
            (Kind::Narrow, Cell::Integer(number)) => match i32::try_from(*number) {
                Ok(number) => self.field(&number.to_be_bytes()),
                Err(_) => return false,
            },
            (Kind::Wide, Cell::Integer(number)) => self.field(&number.to_be_bytes()),
            (Kind::Time, Cell::Integer(micros)) => match micros.checked_sub(EPOCH) {
                Some(micros) => self.field(&micros.to_be_bytes()),
                None => return false,
            },
            (Kind::Real, Cell::Real(number)) => self.field(&number.to_be_bytes()),
            (Kind::Text, Cell::Text(text)) if text.contains('\0') => return false,
            (Kind::Text, Cell::Text(text)) => self.field(text.as_bytes()),
            (Kind::Shown, Cell::Text(text)) => {
                self.replaced += u64::try_from(text.matches('\0').count()).unwrap_or(0);
                self.field(shown(text).as_bytes());
            }
            _ => return false,
        }
        true
    }

    /// A value behind its length.
    fn field(&mut self, bytes: &[u8]) {
        // Either engine keeps at most a gigabyte in one value.
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::transfer::tables::TABLES;

    #[test]
    fn what_postgres_cannot_keep_is_named() {
        let area = TABLES.iter().find(|table| table.name == "area").expect("a table");
        let refused = |line: Line| Encoded::begin().line(area, &line).expect_err("refused").to_string();
        let said = refused(vec![Cell::Integer(1 << 40), Cell::Text("E01".into())]);
        assert!(said.contains("the row of `area` with id 1099511627776"), "{said}");
        let said = refused(vec![Cell::Integer(7), Cell::Text("E\0".into())]);
        assert!(said.contains("with id 7") && said.contains("`code`"), "{said}");
    }

    #[test]
    fn a_nul_in_a_text_for_people_is_shown() {
        let rejected = TABLES.iter().find(|table| table.name == "rejected").expect("a table");
        assert_eq!(rejected.columns[7], ("text", Kind::Shown));
        let mut encoded = Encoded::begin();
        assert!(encoded.cell(Kind::Shown, &Cell::Text("a\0b\0".into())));
        assert_eq!(encoded.replaced, 2);
        assert!(Cell::Text("a\0".into()).is_as(&Cell::Text("a␀".into()), Kind::Shown));
        assert!(!Cell::Text("a\0".into()).is_as(&Cell::Text("a␀".into()), Kind::Text));
    }

    #[test]
    fn equal_is_what_both_engines_answer_alike() {
        let real = |one: f64, other: f64| Cell::Real(one).is_as(&Cell::Real(other), Kind::Real);
        assert!(real(0.1 + 0.2, 0.300_000_000_000_000_04) && real(0.0, -0.0));
        assert!(!real(0.1 + 0.2, 0.3) && !Cell::Null.is_as(&Cell::Real(0.0), Kind::Real));
    }
}
