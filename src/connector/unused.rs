//! What a manifest declares and no SQL of the connector uses: it cannot take effect.

use super::Connector;
use super::manifest::at_line;

impl Connector {
    /// The first setting that only SQL could give an effect, and that no SQL names.
    pub(super) fn unused(&self, manifest: &str) -> Option<String> {
        let sql = self.sql.values().map(|sql| without_comments(sql)).collect::<Vec<_>>().join("\n");
        let lower = sql.to_lowercase();
        let at = |section: &str, key: &str, what: &str| Some(at_line(manifest, section, key, what));
        for (name, resource) in &self.manifest.resources {
            let section = format!("resource.{name}");
            if !has_word(&lower, name) {
                let words = lower.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
                let near = crate::hint::nearest(name, words.filter(|word| word.len() > 1));
                let near = near.map(|near| format!(" (is `{near}` meant for it?)")).unwrap_or_default();
                return at(
                    &section,
                    "kind",
                    &format!("no SQL reads `{name}`{near}: read it, or leave the resource out"),
                );
            }
            let unnamed = |column: &&String| !lower.contains(&column.to_lowercase());
            let unpivot = resource.form.unpivot.as_ref();
            if let Some(column) = unpivot.map(|unpivot| &unpivot.value).filter(unnamed) {
                let what =
                    format!("no SQL names `{column}`, which holds the values of the columns that become rows: read it");
                return at(&section, "unpivot", &what);
            }
            let unnamed = |column: &&String| unnamed(column) && !unpivot.is_some_and(|unpivot| unpivot.takes(column));
            if let Some(column) = resource.form.optional_columns.iter().find(unnamed) {
                let what = format!(
                    "no SQL names the optional column `{column}`: use it, or leave it out of `optional_columns`"
                );
                return at(&section, "optional_columns", &what);
            }
        }
        for name in self.manifest.parameters.keys() {
            if !sql.contains(&format!("'{name}'")) {
                let what = format!("no SQL uses param('{name}'): use it, or leave the parameter out");
                return at(&format!("param.{name}"), "description", &what);
            }
        }
        None
    }
}

/// SQL without what its lines say behind `--`; a `--` within quotes is rare, and then more is left out than need be.
fn without_comments(sql: &str) -> String {
    sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        assert!(has_word("select * from data", "data") && has_word("\"data\".x", "data"));
        assert!(!has_word("select database from my_data", "data"));
        assert_eq!(without_comments("a -- data\nb"), "a \nb");
    }
}
