//! Settings that cannot take effect: each is refused, since whoever wrote it believes that it does.

use crate::connector::form::Form;
use crate::connector::format::Format;
use crate::connector::unpivot::Unpivot;
use std::collections::HashSet;

/// A key that is set, the formats in which it does something, and what it is about.
type Setting = (&'static str, bool, &'static [Format], &'static str);

const TABLES: [Format; 5] = [Format::Csv, Format::Json, Format::Xlsx, Format::Ods, Format::Parquet];
const SHEETS: [Format; 2] = [Format::Xlsx, Format::Ods];

fn settings(form: &Form) -> [Setting; 11] {
    [
        ("records", form.records.is_some(), &[Format::Json], "the objects of a json file"),
        ("sheet", form.sheet.is_some(), &SHEETS, "the sheets of a workbook"),
        (
            "header_row",
            form.header_row.is_some(),
            &[Format::Csv, Format::Xlsx, Format::Ods],
            "the rows of a sheet or a csv",
        ),
        ("hidden", form.hidden.is_some(), &SHEETS, "the sheets of a workbook"),
        ("encoding", form.encoding.is_some(), &[Format::Csv], "the text of a csv"),
        ("quoting", form.quoting.is_some(), &[Format::Csv], "the quotes of a csv"),
        ("rows_in_cells", form.rows_in_cells.is_some(), &[Format::Csv], "the quotes of a csv"),
        ("final_newline", form.final_newline.is_some(), &[Format::Csv, Format::Toml], "the lines of a csv or toml"),
        ("duplicate_columns", form.duplicate_columns.is_some(), &TABLES, "the columns of a table"),
        ("optional_columns", !form.optional_columns.is_empty(), &TABLES, "the columns of a table"),
        ("unpivot", form.unpivot.is_some(), &TABLES, "the columns of a table"),
    ]
}

/// The first key of a resource that can do nothing, and why.
pub(super) fn idle(form: &Form, is_derived: bool) -> Option<(&'static str, String)> {
    for (key, is_set, formats, about) in settings(form) {
        if is_set && is_derived {
            return Some((
                key,
                format!("`{key}` does nothing: the hub writes its own figures, always in the same way"),
            ));
        }
        if is_set && !formats.contains(&form.format) {
            return Some((key, format!("`{key}` is about {about}, and the format is {}", form.format.extension())));
        }
    }
    let mut seen = HashSet::new();
    if let Some(twice) = form.optional_columns.iter().find(|column| !seen.insert(column.as_str())) {
        return Some(("optional_columns", format!("`optional_columns` names `{twice}` twice")));
    }
    if let Some(column) =
        form.optional_columns.iter().find(|column| column.trim() != column.as_str() || column.is_empty())
    {
        let what = format!(
            "`optional_columns` names `{column}`, and the names of columns are read without blanks around them"
        );
        return Some(("optional_columns", what));
    }
    if let Some(mistake) = form.unpivot.as_ref().and_then(Unpivot::mistake) {
        return Some(("unpivot", mistake));
    }
    if !form.indicators.is_empty() && !form.optional && !is_derived {
        let what = "`indicators` says which figures stay when the resource is left out, and it may not be left out: set \
                    optional = true, or leave `indicators` out";
        return Some(("indicators", what.into()));
    }
    None
}

/// The line of a key in a section (`resource.data`, `markers`); that of the section where the key is not found.
pub(in crate::connector) fn line_of(text: &str, section: &str, key: &str) -> Option<usize> {
    let plain = |text: &str| text.trim().replace(['"', '\''], "");
    let mut within = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            if within.is_some() {
                return within;
            }
            let name = name.split(']').next().unwrap_or_default();
            let name: Vec<String> = name.split('.').map(plain).collect();
            within = (name.join(".") == section).then_some(index + 1);
        } else if within.is_some()
            && let Some((name, _)) = line.split_once('=')
            && (plain(name) == key || name.trim().trim_matches(['"', '\'']) == key)
        {
            return Some(index + 1);
        }
    }
    within
}

/// A sentence with its line, where that is known.
pub(in crate::connector) fn at_line(text: &str, section: &str, key: &str, what: &str) -> String {
    match line_of(text, section, key) {
        Some(line) => format!("line {line}: [{section}]: {what}"),
        None => format!("[{section}]: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_its_section() {
        let text = "a = 1\n[resource.one]\nsheet = \"x\"\n[resource.\"two\"]\n# sheet\nformat = \"csv\"\n\"sheet\"= 1\n[markers]\n\" c\" = 1\n";
        assert_eq!(line_of(text, "resource.one", "sheet"), Some(3));
        assert_eq!(line_of(text, "resource.two", "sheet"), Some(7));
        assert_eq!(line_of(text, "resource.two", "header_row"), Some(4), "the section's own");
        assert_eq!(line_of(text, "markers", " c"), Some(9));
        assert_eq!(line_of(text, "checks", "x"), None);
    }
}
