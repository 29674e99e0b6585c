//! The places and codes that the hub ships, by which a column of areas is known.

use super::DraftError;
use crate::connector::Folder;
use std::collections::{BTreeMap, HashSet};

/// The connector that ships them.
const GEOGRAPHY: &str = "uk-geography";

/// Publishers' codes of three digits, by the scheme's word in `area_codes`, with what people call them.
pub(super) const SCHEMES: [(&str, &str); 2] = [
    ("dfe-old-la", "the Department for Education's old codes of councils"),
    ("cassr", "codes of councils with adult social care (CASSR)"),
];

/// What is known of places.
#[derive(Debug, Default)]
pub(super) struct Places {
    codes: HashSet<String>,
    by_scheme: BTreeMap<String, HashSet<String>>,
}

impl Places {
    /// Reads the shipped tables: a few thousand rows.
    pub fn shipped() -> Result<Self, DraftError> {
        let folder = Folder::Shipped(GEOGRAPHY.to_owned());
        let mut places = Self::default();
        each_row(&folder, "data/areas.csv", |row| {
            if let Some(code) = row.get(0) {
                places.codes.insert(code.to_owned());
            }
        })?;
        each_row(&folder, "data/area_codes.csv", |row| {
            if let (Some(scheme), Some(code)) = (row.get(1), row.get(2)) {
                let code = if scheme == "name" { code.to_lowercase() } else { code.to_owned() };
                places.by_scheme.entry(scheme.to_owned()).or_default().insert(code);
            }
        })?;
        Ok(places)
    }

    /// Whether the hub ships a place of this code.
    pub fn has_place(&self, code: &str) -> bool {
        self.codes.contains(code)
    }

    /// Whether a scheme has this code.
    pub fn has_code(&self, scheme: &str, code: &str) -> bool {
        self.by_scheme.get(scheme).is_some_and(|codes| codes.contains(code.trim()))
    }

    /// Whether a place is called so.
    pub fn has_name(&self, name: &str) -> bool {
        self.by_scheme.get("name").is_some_and(|names| names.contains(&name.trim().to_lowercase()))
    }
}

/// Gives each row of a shipped csv below its header.
fn each_row(folder: &Folder, file: &str, mut give: impl FnMut(&csv::StringRecord)) -> Result<(), DraftError> {
    let bytes = folder.bytes(file).map_err(DraftError::Shipped)?;
    for row in csv::Reader::from_reader(&*bytes).records() {
        // The shipped tables are read by their own golden cases too; a row that is none would fail there.
        give(&row.map_err(|error| DraftError::Csv(error.to_string()))?);
    }
    Ok(())
}

/// `E08000032`: a letter of the four countries (or K for more than one) and eight digits.
pub(super) fn is_gss(text: &str) -> bool {
    let text = text.trim();
    text.len() == 9
        && text.starts_with(['E', 'W', 'S', 'N', 'K'])
        && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_places_are_known_by_code_and_name() {
        let places = Places::shipped().expect("places");
        assert!(places.has_place("E08000032") && !places.has_place("E08999999"));
        assert!(places.has_code("dfe-old-la", "380") && places.has_code("ods", "QWO") && places.has_name("bradford"));
        assert!(is_gss("E08000032") && !is_gss("E0800003") && !is_gss("380") && !is_gss("Éé000003"));
    }
}
