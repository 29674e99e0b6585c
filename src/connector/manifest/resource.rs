//! `[resource.NAME]`: a file, or several of one shape, and where its bytes come from.
//!
//! The keys of a resource are those of [`Form`] and those of its kind. They are read one by one, so that a mistake is
//! told with its line, and every key that any kind has is known, so that a misspelt one is told the nearest.

use super::keys::{known, owners};
use crate::connector::form::Form;
use crate::connector::origin::{KINDS, Kind, Origin};
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use toml::{Table, Value};

/// One file, or several of one shape.
#[derive(Clone, Debug)]
pub struct Resource {
    /// How its bytes are had.
    pub origin: Arc<dyn Origin>,
    /// How it is written, and what becomes of it.
    pub form: Form,
    /// What is said of a key that goes with another kind.
    misplaced: Option<String>,
}

impl Resource {
    pub(super) fn validate(&self, needs: &[String]) -> Result<(), String> {
        self.origin.validate(&self.form, needs)?;
        if let Some(what) = &self.misplaced {
            return Err(what.clone());
        }
        if let Some(path) = self.form.records.as_ref().filter(|path| path.keys().is_none()) {
            return Err(format!(
                "`records` leads through keys alone, as in `$.data.rows`, and `{path}` picks from a list"
            ));
        }
        if self.form.header_row == Some(0) {
            return Err("`header_row` counts from 1".into());
        }
        Ok(())
    }
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Resource;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("struct Resource")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Resource, A::Error> {
                let (mut kind, mut form, mut own) = (None, Table::new(), Table::new());
                while let Some(key) = map.next_key_seed(KnownKey)? {
                    if key == "kind" {
                        kind = Some(map.next_value::<KindByName>()?.0);
                        continue;
                    }
                    let value = map.next_value_seed(CheckedValue(&key))?;
                    let keys = if owners(&key).is_empty() { &mut form } else { &mut own };
                    keys.insert(key, value);
                }
                let kind = kind.ok_or_else(|| A::Error::missing_field("kind"))?;
                let mut misplaced = None;
                own.retain(|key, _| {
                    let owners = owners(key);
                    let is_own = owners.iter().any(|owner| owner.name == kind.name);
                    if !is_own {
                        let kinds: Vec<String> =
                            owners.iter().map(|owner| format!("kind \"{}\"", owner.name)).collect();
                        misplaced.get_or_insert(format!("`{key}` goes with {}", kinds.join(" or ")));
                    }
                    is_own
                });
                let told = |error: toml::de::Error| A::Error::custom(error.message());
                Ok(Resource { origin: kind.read(own).map_err(told)?, form: form.try_into().map_err(told)?, misplaced })
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// Reads a key that some kind or every resource has.
struct KnownKey;

impl<'de> DeserializeSeed<'de> for KnownKey {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        if known().any(|known| known == key) {
            return Ok(key);
        }
        Err(D::Error::custom(format!("unknown field `{key}`, expected one of {}", one_of(known()))))
    }
}

/// Reads a key's value, and looks whether it is one for that key: here its line is known.
struct CheckedValue<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for CheckedValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let alone = Table::from_iter([(self.0.to_owned(), value.clone())]);
        let read = match owners(self.0).first() {
            Some(kind) => kind.read(alone).map(|_| ()),
            None => alone.try_into::<Form>().map(|_| ()),
        };
        match read {
            // What is missing is told once every key is read.
            Err(error) if !error.message().starts_with("missing field") => Err(D::Error::custom(error.message())),
            _ => Ok(value),
        }
    }
}

/// A kind by the manifest's word for it.
struct KindByName(&'static Kind);

impl<'de> Deserialize<'de> for KindByName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        KINDS.iter().find(|kind| kind.name == name).map(Self).ok_or_else(|| {
            let known = one_of(KINDS.iter().map(|kind| kind.name));
            D::Error::custom(format!("unknown variant `{name}`, expected one of {known}"))
        })
    }
}
