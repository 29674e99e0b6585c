//! What became of the rows of a resource in a relation: used, left out, lost, multiplied.

use super::lineage::Way;
use serde::Serialize;
use std::fmt::{self, Display, Formatter, Write as _};

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowAt {
    /// The file.
    pub file: String,
    /// The line or row in it.
    pub row: u64,
}

impl Display for RowAt {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}", self.file, self.row)
    }
}

/// What became of the rows of a resource that a relation is traced to: `read = left_out + used + unused`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowsUsed {
    /// The relation.
    pub relation: &'static str,
    /// The resource.
    pub resource: String,
    /// Rows that were read and followed.
    pub read: u64,
    /// Rows that a WHERE on the file's own columns leaves out.
    pub left_out: u64,
    /// Rows that give at least one row of the relation.
    pub used: u64,
    /// Rows that give none, although no WHERE on their own columns leaves them out.
    pub unused: u64,
    /// The first of them.
    pub first_unused: Option<RowAt>,
    /// How many rows each used one gives, where all give as many.
    pub each: Option<u64>,
    /// Rows that give more than is usual in the relation.
    pub several: u64,
    /// The first of them, and how many it gives.
    pub first_several: Option<(RowAt, u64)>,
    /// Whether reading stopped before the end: what gives no row is then not known.
    pub in_part: bool,
    /// Whether the files have more rows than are followed.
    pub not_all: bool,
    #[serde(skip)]
    pub(super) way: Way,
}

impl RowsUsed {
    /// What deserves a look, a sentence each: rows that a join lost, rows that a join multiplied.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let Self { relation, resource, read, unused, several, way, .. } = self;
        let mut warnings = Vec::new();
        let is_lost = way.inner && !way.grouped && !way.chosen && !self.in_part;
        if let Some(first) = self.first_unused.as_ref().filter(|_| is_lost) {
            warnings.push(format!(
                "{relation}: {unused} of {read} rows of `{resource}` {} (first: {first}): a JOIN finds no partner there, and what \
                 it leaves out is neither published nor rejected; write LEFT JOIN, so that such a row is rejected with its \
                 reason, or leave it out with a WHERE on the file's own columns",
                gives(*unused, "no row")
            ));
        }
        let is_multiplied = way.joined && !way.grouped;
        if let Some((first, times)) = self.first_several.as_ref().filter(|_| is_multiplied) {
            warnings.push(format!(
                "{relation}: {several} of {read} rows of `{resource}` {} than the others (first: {first}, gives {times}): a JOIN \
                 finds several partners there; join with what has one row for each key, such as area(…) for a place",
                gives(*several, "more rows")
            ));
        }
        warnings
    }
}

/// `gives no row`, `give no row`.
fn gives(rows: u64, what: &str) -> String {
    format!("{} {what}", if rows == 1 { "gives" } else { "give" })
}

impl Display for RowsUsed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { relation, resource, read, left_out, used, unused, .. } = self;
        let mut more = String::new();
        // Writing to a String cannot fail.
        if *left_out > 0 {
            let _ = write!(more, "; WHERE leaves out {left_out}");
        }
        if self.not_all {
            let _ = write!(more, "; rows behind the first {read} were not followed one by one");
        }
        if self.in_part {
            return write!(f, "{relation}: {used} rows of `{resource}` are used so far{more}");
        }
        if self.way.grouped {
            return write!(
                f,
                "{relation}: the SQL puts rows of `{resource}` together or cuts them off (GROUP BY, DISTINCT, LIMIT), so that \
                 its {read} rows are not followed one by one{more}"
            );
        }
        if let Some(first) = &self.first_unused {
            let _ = write!(more, "; {unused} {} (first: {first})", gives(*unused, "no row"));
        }
        match (self.each, &self.first_several) {
            (Some(each), _) if each > 1 => {
                let _ = write!(more, "; each gives {each} rows");
            }
            (_, Some((first, times))) => {
                let _ = write!(
                    more,
                    "; {} {} (first: {first}, gives {times})",
                    self.several,
                    gives(self.several, if self.way.spread { "more rows than the others" } else { "several rows" })
                );
            }
            _ => {}
        }
        let are = if *used == 1 { "is" } else { "are" };
        write!(f, "{relation}: {used} of {read} rows of `{resource}` {are} used{more}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used() -> RowsUsed {
        RowsUsed {
            relation: "observations",
            resource: "data".into(),
            read: 152,
            left_out: 0,
            used: 152,
            unused: 0,
            first_unused: None,
            each: Some(1),
            several: 0,
            first_several: None,
            in_part: false,
            not_all: false,
            way: Way::default(),
        }
    }

    fn at(row: u64) -> RowAt {
        RowAt { file: "data.csv".into(), row }
    }

    #[test]
    fn it_is_told_in_one_line() {
        assert_eq!(used().to_string(), "observations: 152 of 152 rows of `data` are used");
        let lost = RowsUsed {
            used: 151,
            unused: 1,
            first_unused: Some(at(57)),
            each: None,
            several: 2,
            first_several: Some((at(12), 2)),
            ..used()
        };
        assert_eq!(
            lost.to_string(),
            "observations: 151 of 152 rows of `data` are used; 1 gives no row (first: data.csv, row 57); 2 give several rows \
             (first: data.csv, row 12, gives 2)"
        );
        assert_eq!(
            RowsUsed { left_out: 100, used: 52, each: Some(4), ..used() }.to_string(),
            "observations: 52 of 152 rows of `data` are used; WHERE leaves out 100; each gives 4 rows"
        );
    }

    #[test]
    fn only_what_a_join_did_is_warned_of() {
        let lost = RowsUsed { used: 151, unused: 1, first_unused: Some(at(57)), ..used() };
        assert_eq!(lost.warnings(), Vec::<String>::new());
        let by_join = |way: Way| RowsUsed { way: Way { inner: true, ..way }, ..lost.clone() }.warnings().len();
        assert_eq!(by_join(Way::default()), 1);
        assert_eq!(by_join(Way { chosen: true, ..Way::default() }), 0);
        assert_eq!(by_join(Way { grouped: true, ..Way::default() }), 0);
        let several = RowsUsed { each: None, several: 2, first_several: Some((at(12), 2)), ..used() };
        assert_eq!(several.warnings(), Vec::<String>::new());
        let several = RowsUsed { way: Way { joined: true, ..Way::default() }, ..several };
        assert!(several.warnings()[0].contains("2 of 152 rows of `data` give more rows than the others"));
    }
}
