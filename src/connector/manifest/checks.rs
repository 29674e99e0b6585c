//! `[checks]`: when a release is refused, and what it replaces.

use crate::connector::many::{OneOrMany, one_or_many};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use std::str::FromStr;

/// When a release is refused, and what it replaces.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Checks {
    /// The share of mapped rows that may be rejected, such as "0.5%"; past it the release is refused. Default "0%".
    pub max_rejected: Share<0>,
    /// How much fewer figures than last time a release may hold, such as "10%". Default "10%".
    pub max_shrink: Share<10>,
    /// What a release replaces: everything (default), or only the indicators, periods or types of area that occur in
    /// its input; several narrow it further.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "Option<OneOrMany<Partial>>")]
    pub partial: Vec<Partial>,
    /// What a figure of a place that the hub does not know is: "rejected" (default), or set "aside", which lists it as
    /// rejected all the same, counts nothing towards max_rejected and publishes the other figures. For publishers whose
    /// files also have figures of other countries or of areas that the hub does not keep.
    pub unknown_areas: UnknownAreas,
}

/// What a figure of a place that the hub does not know is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownAreas {
    /// A rejected row like any other.
    #[default]
    Rejected,
    /// A rejected row that does not count towards `max_rejected`.
    Aside,
}

/// What a release replaces, where not everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Partial {
    /// Only the indicators that occur in its input.
    Indicator,
    /// Only the periods that occur in its input, for publishers with one file a year.
    Period,
    /// Only the types of area that occur in its input, for publishers with one file for each.
    AreaType,
}

/// A share written as "0.5%", kept as parts of one; `DEFAULT` is in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share<const DEFAULT: u8>(pub f64);

impl<const DEFAULT: u8> Default for Share<DEFAULT> {
    fn default() -> Self {
        Self(f64::from(DEFAULT) / 100.0)
    }
}

impl<const DEFAULT: u8> FromStr for Share<DEFAULT> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.strip_suffix('%')
            .and_then(|percent| percent.trim().parse::<f64>().ok())
            .filter(|percent| (0.0..=100.0).contains(percent))
            .map(|percent| Self(percent / 100.0))
            .ok_or_else(|| format!("`{text}` is not a share such as \"0.5%\""))
    }
}

impl<'de, const DEFAULT: u8> Deserialize<'de> for Share<DEFAULT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<const DEFAULT: u8> JsonSchema for Share<DEFAULT> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A share such as \"0.5%\".",
            "pattern": "^[0-9]+(\\.[0-9]+)?%$"
        })
    }
}
