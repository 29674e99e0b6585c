//! What stands where in a JSON text, as the text that was published: no number loses a digit.

use serde::de::IgnoredAny;
use std::borrow::Cow;

/// A JSON text whose syntax was checked, without blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'t>(&'t str);

impl<'t> Value<'t> {
    /// Checks a text.
    ///
    /// # Errors
    /// Why it is no JSON, for the middle of a sentence.
    pub fn read(text: &'t str) -> Result<Self, String> {
        match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Ok(Self(text.trim_matches(is_blank))),
            Err(error) => Err(format!("it is no JSON: {error}")),
        }
    }

    /// What stands at a path: a key in an object, a number from 0 in a list. None where nothing does.
    ///
    /// # Errors
    /// When a key of the path stands twice in its object.
    pub fn at<'p>(self, path: impl IntoIterator<Item = &'p str>) -> Result<Option<Self>, String> {
        let mut value = self;
        for step in path {
            let mut found = Vec::new();
            for (index, (key, part)) in value.parts().enumerate() {
                let is_it = match key {
                    Some(key) => key.string()? == step,
                    None => step.parse::<usize>().ok() == Some(index),
                };
                if is_it {
                    found.push(part);
                }
            }
            value = match found.as_slice() {
                [] => return Ok(None),
                [only] => *only,
                _ => return Err(format!("the key `{step}` stands in it several times")),
            };
        }
        Ok(Some(value))
    }

    /// The value as plain text: a string without its quotes, anything else as it is written; nothing for null.
    ///
    /// # Errors
    /// When a string escapes half a character.
    pub fn plain(self) -> Result<Option<Cow<'t, str>>, String> {
        match self.0.as_bytes().first() {
            Some(b'"') => self.string().map(Some),
            Some(b'n') | None => Ok(None),
            Some(_) => Ok(Some(Cow::Borrowed(self.0))),
        }
    }

    /// As it is written.
    #[must_use]
    pub fn written(self) -> &'t str {
        self.0
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    /// Whether it is a list or an object.
    #[must_use]
    pub fn has_parts(self) -> bool {
        self.0.starts_with(['[', '{'])
    }

    /// The parts of a list, or of an object with their keys; none of anything else.
    pub fn parts(self) -> impl Iterator<Item = (Option<Self>, Self)> {
        let is_object = self.0.starts_with('{');
        let mut rest = if self.has_parts() { &self.0[1..] } else { "" };
        // The syntax was checked: behind each part stands what JSON allows there.
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|letter| is_blank(letter) || letter == ',');
            if rest.is_empty() || rest.starts_with(['}', ']']) {
                return None;
            }
            let key = is_object.then(|| {
                let (key, behind) = rest.split_at(end_of_string(rest));
                rest = behind.trim_start_matches(|letter| is_blank(letter) || letter == ':');
                Self(key)
            });
            let (value, behind) = rest.split_at(end(rest));
            rest = behind;
            Some((key, Self(value)))
        })
    }

    fn string(self) -> Result<Cow<'t, str>, String> {
        let inside = self.0.get(1..self.0.len().saturating_sub(1)).unwrap_or_default();
        if !inside.contains('\\') {
            return Ok(Cow::Borrowed(inside));
        }
        serde_json::from_str(self.0).map(Cow::Owned).map_err(|error| format!("a string in it cannot be read: {error}"))
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

/// The length of the string that a text begins with, quotes included.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let closing = text.bytes().skip(1).position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    closing.map_or(text.len(), |inside| inside + 2)
}

/// The length of the value that a text begins with.
fn end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += end_of_string(&text[at..]) - 1,
            b'[' | b'{' => open += 1,
            b']' | b'}' | b',' | b' ' | b'\t' | b'\n' | b'\r' if open == 0 => return at,
            b']' | b'}' => open -= 1,
            _ => {}
        }
        at += 1;
        // A string, list or object ends with its own last letter.
        if open == 0 && matches!(byte, b'"' | b']' | b'}') {
            return at;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#" { "name" : "St. Helens", "rate": 12.10, "id":123456789012345678901,
        "of": {"code": "E08\u0030", "list": [ 1, "two, ]" , {"three": [3]}, null, []]}, "none": null, "empty": { } } "#;

    fn plain(path: &[&str]) -> Option<String> {
        let value = Value::read(TEXT).expect("JSON").at(path.iter().copied()).expect("keys once")?;
        value.plain().expect("text").map(Cow::into_owned)
    }

    #[test]
    fn what_stands_at_a_path_stays_as_it_was_published() {
        for (path, expected) in [
            (&["name"][..], Some("St. Helens")),
            (&["rate"], Some("12.10")),
            (&["id"], Some("123456789012345678901")),
            (&["of", "code"], Some("E080")),
            (&["of", "list", "0"], Some("1")),
            (&["of", "list", "1"], Some("two, ]")),
            (&["of", "list", "2", "three", "0"], Some("3")),
            (&["of", "list", "2"], Some("{\"three\": [3]}")),
            (&["of", "list", "4"], Some("[]")),
            (&["of", "list", "3"], None),
            (&["of", "list", "5"], None),
            (&["none"], None),
            (&["none", "x"], None),
            (&["Name"], None),
            (&["empty"], Some("{ }")),
        ] {
            assert_eq!(plain(path).as_deref(), expected, "{path:?}");
        }
        let list = Value::read(TEXT).expect("JSON").at(["of", "list"]).expect("keys once").expect("a list");
        assert!(list.is_list() && list.parts().count() == 5);
    }

    #[test]
    fn what_is_no_json_says_why() {
        for text in ["", "{", "{\"a\":1,}", "12 13", "Bradford", "[1 2]"] {
            assert!(Value::read(text).expect_err(text).starts_with("it is no JSON"), "{text}");
        }
        assert!(Value::read(r#"{"a":1,"a":2}"#).expect("JSON").at(["a"]).expect_err("twice").contains("several times"));
        assert!(Value::read(r#""\ud800""#).expect("JSON").plain().is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_value_is_found_again(pairs in proptest::collection::btree_map(".*", proptest::collection::vec(".*", 0..4), 0..4)) {
            let text = serde_json::to_string_pretty(&pairs).expect("JSON");
            let value = Value::read(&text).expect("JSON");
            for (key, list) in &pairs {
                for (index, expected) in list.iter().enumerate() {
                    let index = index.to_string();
                    let found = value.at([key.as_str(), index.as_str()]).expect("keys once").expect("a part");
                    let plain = found.plain().expect("text");
                    proptest::prop_assert_eq!(plain.as_deref(), Some(expected.as_str()));
                }
                let found = value.at([key.as_str()]).expect("keys once").expect("a list");
                proptest::prop_assert_eq!(found.parts().count(), list.len());
            }
        }
    }
}
