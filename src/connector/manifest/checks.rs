//! `[checks]`: when a release is refused, and what it replaces.

use crate::connector::many::{OneOrMany, one_or_many};
use crate::outcomes::Period;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use std::ops::RangeInclusive;
use std::str::FromStr;

/// When a release is refused, and what it replaces.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Checks {
    /// The share of mapped rows that may be rejected, such as "0.5%"; past it the release is refused. Default "0%".
    pub max_rejected: Share<0>,
    /// How much fewer figures than last time a release may hold, such as "10%". Default "10%".
    pub max_shrink: Share<10>,
    /// What happens where every missing figure stood behind the last row that is still there, as in a file that was cut:
    /// hold (default: the release is refused) or warn.
    pub missing_tail: Consequence,
    /// What happens where values change by an implausible factor (max_revision, max_jump): warn (default) or hold.
    pub implausible: Consequence,
    /// What happens where the values of an indicator are 100, or another power of ten, times too small or too large for the
    /// counts and denominators beside them: hold (default: the release is refused) or warn.
    pub wrong_scale: Consequence,
    /// The first year that a figure's period may lie in, from 1700 on. Default 1800.
    pub first_year: Option<Year>,
    /// The last year that a figure's period may lie in, up to 2300. Default: 30 years after next year.
    pub last_year: Option<Year>,
    /// By what factor a published value may be revised, up or down; from 2 on. Default 2.
    pub max_revision: Factor<2>,
    /// By what factor a value may differ from the one of the period before; from 2 on. Default 5.
    pub max_jump: Factor<5>,
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

impl Default for Checks {
    fn default() -> Self {
        Self {
            max_rejected: Share::default(),
            max_shrink: Share::default(),
            missing_tail: Consequence::Hold,
            implausible: Consequence::Warn,
            wrong_scale: Consequence::Hold,
            first_year: None,
            last_year: None,
            max_revision: Factor::default(),
            max_jump: Factor::default(),
            partial: Vec::new(),
            unknown_areas: UnknownAreas::default(),
        }
    }
}

impl Checks {
    /// The years that a figure's period may lie in, asked in `this_year`.
    #[must_use]
    pub fn years(&self, this_year: i32) -> RangeInclusive<i32> {
        let year = |given: Option<Year>, default| given.map_or(default, |Year(year)| year);
        year(self.first_year, 1800)..=year(self.last_year, this_year + 31)
    }
}

/// A year of the hub's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year(pub i32);

impl<'de> Deserialize<'de> for Year {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (year, years) = (i32::deserialize(deserializer)?, Period::YEARS);
        if years.contains(&year) {
            return Ok(Self(year));
        }
        Err(D::Error::custom(format!("{year} is not a year from {} to {}", years.start(), years.end())))
    }
}

impl JsonSchema for Year {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Year".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "integer",
            "description": "A year.",
            "minimum": Period::YEARS.start(),
            "maximum": Period::YEARS.end()
        })
    }
}

/// What follows from a sign that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    /// The release is published, and the run's report says it.
    Warn,
    /// The release is refused.
    Hold,
}

/// A factor such as 2.5, from 2 on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor<const DEFAULT: u8>(pub f64);

impl<const DEFAULT: u8> Default for Factor<DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT.into())
    }
}

impl<'de, const DEFAULT: u8> Deserialize<'de> for Factor<DEFAULT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let factor = f64::deserialize(deserializer)?;
        // Smaller changes are not read from the store.
        if (2.0..=1e6).contains(&factor) {
            return Ok(Self(factor));
        }
        Err(D::Error::custom(format!("{factor} is not a factor from 2 to 1,000,000")))
    }
}

impl<const DEFAULT: u8> JsonSchema for Factor<DEFAULT> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Factor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "number",
            "description": "A factor from 2 on.",
            "minimum": 2,
            "maximum": 1_000_000
        })
    }
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
