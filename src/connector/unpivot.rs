//! `unpivot` of a resource: columns that become rows.

use super::many::{OneOrMany, one_or_many};
use crate::outcomes::bare;
use schemars::JsonSchema;
use serde::Deserialize;

/// Names that the hub gives to columns of its own begin so.
const OWN: char = '_';

/// Columns of a wide table that become rows of a long one. Each row gives one row for each of these columns; every other
/// column is repeated beside it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["columns", "name", "value"]))]
pub struct Unpivot {
    /// The columns: a name, or a pattern in which `*` stands for any letters, or a list of them. A column that none of them
    /// takes stays a column of the long table; one of them that takes no column refuses the file.
    #[serde(default, deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<String>")]
    // What is left out is told by `mistake`, with its line.
    pub columns: Vec<String>,
    /// The long table's column that holds the name of the column, such as "quarter".
    #[serde(default)]
    pub name: String,
    /// The long table's column that holds what stood in it, such as "families".
    #[serde(default)]
    pub value: String,
}

impl Unpivot {
    /// Whether a column becomes rows.
    #[must_use]
    pub fn takes(&self, column: &str) -> bool {
        self.columns.iter().any(|pattern| fits(pattern, column))
    }

    /// What is wrong with it, whatever the file has.
    #[must_use]
    pub fn mistake(&self) -> Option<String> {
        if self.columns.is_empty() {
            return Some(
                "`unpivot` names no columns; give those that become rows, such as columns = \"Q* */*\"".into(),
            );
        }
        for (index, pattern) in self.columns.iter().enumerate() {
            if bare(pattern) != pattern || pattern.is_empty() {
                return Some(format!(
                    "`unpivot` names the column `{pattern}`, and the names of columns are read without blanks around them"
                ));
            }
            if self.columns[..index].contains(pattern) {
                return Some(format!("`unpivot` names `{pattern}` twice"));
            }
        }
        for (key, column) in [("name", &self.name), ("value", &self.value)] {
            if column.is_empty() {
                return Some(format!(
                    "`unpivot` does not say `{key}`: what the long table's column of each {key} is called"
                ));
            }
            if bare(column) != column || column.starts_with(OWN) {
                return Some(format!(
                    "`{key}` of `unpivot` is `{column}`, and a column of the long table has a name without blanks around it that \
                     does not begin with `{OWN}`"
                ));
            }
        }
        (self.name == self.value)
            .then(|| format!("`unpivot` calls two columns `{}`: the one of names and the one of values", self.name))
    }
}

/// Whether a name fits a pattern in which each `*` stands for any letters, or none.
#[must_use]
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, name, expected) in [
            ("Q1 2024/25", "Q1 2024/25", true),
            ("Q1 2024/25", "Q1 2024/25 ", false),
            ("Q* */*", "Q1 2024/25", true),
            ("Q* */*", "Q1 2024", false),
            ("Q* */*", "Area", false),
            ("*", "", true),
            ("*_count", "families_count", true),
            ("*_count", "families_counted", false),
            ("20*-*5", "2024-25", true),
            ("20*-*5", "2024-25 revised", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("", "", true),
            ("*é*", "café au lait", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn what_can_never_work_is_told() {
        let unpivot = |columns: &[&str], name: &str, value: &str| Unpivot {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            name: name.into(),
            value: value.into(),
        };
        assert_eq!(unpivot(&["Q1", "Q*"], "quarter", "families").mistake(), None);
        for (wrong, words) in [
            (unpivot(&[], "quarter", "families"), "names no columns"),
            (unpivot(&["Q1 "], "quarter", "families"), "without blanks"),
            (unpivot(&["Q1", "Q1"], "quarter", "families"), "`Q1` twice"),
            (unpivot(&["Q1"], "", "families"), "does not say `name`"),
            (unpivot(&["Q1"], "_row", "families"), "begin with `_`"),
            (unpivot(&["Q1"], "x", "x"), "calls two columns `x`"),
        ] {
            let said = wrong.mistake().unwrap_or_default();
            assert!(said.contains(words), "{said}");
        }
    }
}
