//! Keys that take one value or several.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// A value that is written alone or in a list.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "one value, or a list of them, is expected")]
pub(in crate::connector) enum OneOrMany<T> {
    /// Alone.
    One(T),
    /// In a list.
    Many(Vec<T>),
}

/// Reads one value, or a list of them.
pub(in crate::connector) fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}
