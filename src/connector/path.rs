//! A path to something within a JSON document: `$.paging.totalPages`, `$.link[relation=next].url`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of this key.
    Key(String),
    /// The first object of a list in which this key has this text.
    Where {
        /// The key.
        key: String,
        /// Its text.
        is: String,
    },
}

/// A path to something within a JSON document. `$` alone is the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath(Vec<Step>);

impl JsonPath {
    /// Its steps, from the document inwards.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The keys that lead there, where it takes no list's element.
    #[must_use]
    pub fn keys(&self) -> Option<Vec<&str>> {
        fn key(step: &Step) -> Option<&str> {
            match step {
                Step::Key(key) => Some(key),
                Step::Where { .. } => None,
            }
        }
        self.0.iter().map(key).collect()
    }
}

/// What such a path looks like.
const HOW: &str = "a path begins with `$`, as in `$.paging.totalPages`, `$.link[relation=next].url` or `$['a.key']`";

impl FromStr for JsonPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no path: {HOW}");
        let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("['") {
                let (key, after) = after.split_once("']").ok_or_else(wrong)?;
                steps.push(Step::Key(key.to_owned()));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (inside, after) = after.split_once(']').ok_or_else(wrong)?;
                let (key, is) = inside.split_once('=').ok_or_else(wrong)?;
                steps.push(Step::Where { key: key.trim().to_owned(), is: is.trim().to_owned() });
                rest = after;
            } else {
                let after = rest.strip_prefix('.').ok_or_else(wrong)?;
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (key, after) = after.split_at(end);
                if key.is_empty() {
                    return Err(wrong());
                }
                steps.push(Step::Key(key.to_owned()));
                rest = after;
            }
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.0 {
            match step {
                Step::Key(key) if key.contains(['.', '[', '\'']) => write!(f, "['{key}']")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Where { key, is } => write!(f, "[{key}={is}]")?,
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for JsonPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for JsonPath {
    fn schema_name() -> Cow<'static, str> {
        "JsonPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A path within a JSON document, such as `$.paging.totalPages`.",
            "type": "string",
            "pattern": "^\\$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_step_by_step_and_written_as_it_was() {
        for text in ["$", "$.results", "$.paging.totalPages", "$.link[relation=next].url", "$['@odata.nextLink']"] {
            let path: JsonPath = text.parse().expect(text);
            let again: JsonPath = path.to_string().parse().expect(text);
            assert_eq!(path, again);
        }
        let next: JsonPath = "$.link[relation = next].url".parse().expect("a path");
        let is_next = Step::Where { key: "relation".into(), is: "next".into() };
        assert_eq!(next.steps(), [Step::Key("link".into()), is_next, Step::Key("url".into())]);
        assert_eq!(next.keys(), None);
        assert_eq!("$.a['b.c']".parse::<JsonPath>().expect("a path").keys(), Some(vec!["a", "b.c"]));
    }

    #[test]
    fn what_is_no_path_is_refused_with_what_one_looks_like() {
        for text in ["", "results", "$results", "$.", "$..a", "$.a[0]", "$.a['b", "$.a[b"] {
            let why = text.parse::<JsonPath>().expect_err(text);
            assert!(why.contains("begins with `$`"), "{why}");
        }
    }
}
