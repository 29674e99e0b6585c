//! Inputs with the answers of reference programs, for the tests of this room.
//!
//! They lie in `../shared/vectors`, one folder a method, or in the folder that the environment variable `VECTORS` names,
//! which has the same layout. Where they lie elsewhere there is nothing to compare with; in continuous integration they
//! must be there.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// One row by column name.
pub(super) type Row = BTreeMap<String, String>;

/// The rows of one case, in the order of the file.
pub(super) struct Case {
    /// Its `case_id`.
    pub(super) id: String,
    /// Its rows.
    pub(super) rows: Vec<Row>,
}

/// Reading cells.
pub(super) trait Cells {
    /// The text of a column; fails where there is no such column.
    fn text(&self, column: &str) -> &str;

    /// The number of a column: `None` where it is empty. `NaN`, `Inf` and `-Inf` are literal.
    fn number(&self, column: &str) -> Option<f64> {
        match self.text(column) {
            "" => None,
            "Inf" => Some(f64::INFINITY),
            "-Inf" => Some(f64::NEG_INFINITY),
            text => Some(text.parse().unwrap_or_else(|_| panic!("{column}: `{text}` is no number"))),
        }
    }

    /// A number that must be there.
    fn given(&self, column: &str) -> f64 {
        self.number(column).unwrap_or_else(|| panic!("{column} is empty"))
    }
}

impl Cells for Row {
    #[track_caller]
    fn text(&self, column: &str) -> &str {
        self.get(column).unwrap_or_else(|| panic!("there is no column {column}; there are {:?}", self.keys()))
    }
}

/// The rows of one file, such as `dsr/inputs.csv`; none where there are no vectors.
#[track_caller]
pub(super) fn rows(file: &str) -> Vec<Row> {
    let given = std::env::var_os("VECTORS").map(PathBuf::from);
    let asked = given.is_some() || std::env::var("CI").as_deref() == Ok("true");
    let folder = given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"));
    let path = folder.join(file);
    if !path.exists() {
        assert!(!asked, "{} is not there", path.display());
        return Vec::new();
    }
    let mut reader = csv::Reader::from_path(&path).expect("a file of vectors");
    let names = reader.headers().expect("a header").clone();
    let rows: Vec<Row> = reader
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| names.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect())
        .collect();
    assert!(!rows.is_empty(), "{} holds no case", path.display());
    rows
}

/// The cases of one file, in its order; none where there are no vectors.
#[track_caller]
pub(super) fn cases(file: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for row in rows(file) {
        match cases.iter_mut().find(|case| case.id == row["case_id"]) {
            Some(case) => case.rows.push(row),
            None => cases.push(Case { id: row["case_id"].clone(), rows: vec![row] }),
        }
    }
    cases
}

/// Cases of `expected`, each of one row or several, beside the rows of `inputs` with the same id.
#[track_caller]
pub(super) fn joined(inputs: &str, expected: &str) -> Vec<(Case, Vec<Row>)> {
    let mut of: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows(inputs) {
        of.entry(row["case_id"].clone()).or_default().push(row);
    }
    cases(expected)
        .into_iter()
        .map(|case| (of.remove(&case.id).unwrap_or_default(), case))
        .map(|(rows, case)| (case, rows))
        .collect()
}

/// Whether two numbers agree: both missing, both the same infinity or not a number, or near each other by this share.
pub(super) fn agree(ours: Option<f64>, theirs: Option<f64>, relative: f64) -> bool {
    match (ours, theirs) {
        (None, None) => true,
        (Some(a), Some(b)) if a.is_nan() || b.is_nan() => a.is_nan() && b.is_nan(),
        (Some(a), Some(b)) if a.is_infinite() || b.is_infinite() => a.total_cmp(&b).is_eq(),
        // Beside zero a share means nothing: what is smaller than this is noise of the last place.
        (Some(a), Some(b)) => (a - b).abs() <= relative * a.abs().max(b.abs()) + 1e-14,
        _ => false,
    }
}
