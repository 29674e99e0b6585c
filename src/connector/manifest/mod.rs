//! `connector.toml`: one Rust type that is the parser, the JSON Schema and the reference documentation.

use super::cron::Cron;
use super::duration::Span;
use super::is_name;
use crate::hint::nearest;
use crate::outcomes::{Access, Dataset, MissingKind, ReleaseCalendar, Sector, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::str::FromStr;

/// What a connector is, where its bytes are, and how often they come.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "connector.toml")]
pub struct Manifest {
    /// Title for people.
    pub title: String,
    /// One or two sentences on what the dataset holds.
    pub description: Option<String>,
    /// The body that publishes it.
    pub publisher: String,
    /// What kind of body: council, nhs, partner or reference.
    pub sector: Sector,
    /// Licence of the figures, such as OGL-UK-3.0.
    pub licence: String,
    /// The publisher's page about the dataset.
    pub homepage: Option<String>,
    /// Who may see the figures: open, partners or restricted.
    pub access: Access,
    /// How far the figures may be leant on: official, local or illustrative.
    pub standing: Standing,
    /// Connectors that must be published first. Default: uk-geography and shared-indicators, or none for a reference.
    needs: Option<Vec<String>>,
    /// When the publisher's next release is due.
    pub release: Option<Calendar>,
    /// When the hub looks for it.
    pub schedule: Option<Schedule>,
    /// The files, each of which becomes the SQL table of its name. The first is the main one.
    #[serde(rename = "resource", deserialize_with = "in_order")]
    #[schemars(with = "BTreeMap<String, Resource>")]
    pub resources: Vec<(String, Resource)>,
    /// Values that a person may give with `hub sync --set NAME=VALUE`; in SQL, param('NAME').
    #[serde(default, rename = "param")]
    pub parameters: BTreeMap<String, Parameter>,
    /// The publisher's symbol, and the missing kind that it stands for; "" stands for a blank cell.
    #[serde(default)]
    pub markers: BTreeMap<String, MissingKind>,
    /// When a release is refused.
    #[serde(default)]
    pub checks: Checks,
}

/// When the publisher's next release is due.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The time between releases, such as "1 year".
    pub every: Span,
    /// How long after that time a release that has not come is late, such as "60 days".
    pub late_after: Span,
}

/// When the hub looks for a release.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Five cron fields, in the time of Europe/London.
    pub cron: Cron,
}

/// One file, or several of one shape.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// How its bytes are had: http, file, schema or hub.
    pub kind: ResourceKind,
    /// For http: its address, or several.
    #[serde(default, deserialize_with = "one_or_many")]
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub url: Vec<String>,
    /// For file: its path within the connector's folder; without one, a person downloads the file and gives it by --input.
    /// For schema: its path within the hub's own schema folder. Where it names a folder, every file of the format in it.
    pub path: Option<String>,
    /// How it is written: csv, json, xlsx, ods, parquet or toml.
    pub format: Format,
    /// The workbook's sheet; default the first.
    pub sheet: Option<String>,
    /// The sheet's row, from 1, that holds the column names; default 1.
    pub header_row: Option<u32>,
    /// A csv's encoding; default utf-8.
    #[serde(default)]
    pub encoding: Encoding,
    /// Whether a csv's or toml's last line ends; default true: one that does not is refused as cut short.
    #[serde(default = "yes")]
    pub final_newline: bool,
    /// Whether a run for which files are given by hand may leave it out; it is then an empty table.
    #[serde(default)]
    pub optional: bool,
    /// Columns that some editions of the file lack; all null there.
    #[serde(default)]
    pub optional_columns: Vec<String>,
    /// The indicators whose figures come from this resource: where it is left out, theirs stay as published. For hub: those
    /// whose published figures it reads.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// For hub: the dataset whose figures are read, which `needs` names too; without one, each indicator's preferred dataset.
    pub dataset: Option<String>,
}

/// How a resource's bytes are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResourceKind {
    /// Fetched from its address.
    Http,
    /// Shipped in the connector's folder, or downloaded by a person.
    File,
    /// Shipped with the hub, in its schema folder.
    Schema,
    /// The hub's own published figures, for measures that are derived from others.
    Hub,
}

/// How a resource is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// An array of objects, or one object a line.
    Json,
    /// An Office Open XML workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Apache Parquet.
    Parquet,
    /// One TOML document, read whole: a single row of id (the file's stem), version (its top-level key) and document.
    Toml,
}

impl Format {
    /// The format that a file's name tells, if it tells one.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "ods" => Some(Self::Ods),
            "parquet" => Some(Self::Parquet),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }

    /// The extension of such a file's name, which is also the manifest's word for the format.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Parquet => "parquet",
            Self::Toml => "toml",
        }
    }
}

/// A text file's encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// UTF-8 where the whole file is valid UTF-8, otherwise Windows-1252.
    Auto,
}

/// A value that a person may give to a run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it is for.
    pub description: String,
    /// What one looks like.
    pub example: Option<String>,
}

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

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

/// A TOML table in the order of its keys, since the first resource is the main one.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Resource)>, D::Error> {
    struct Pairs;
    impl<'de> serde::de::Visitor<'de> for Pairs {
        type Value = Vec<(String, Resource)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("one table a resource")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_map(Pairs)
}

/// Whether a path stays within the folder that it is read from.
fn is_inside(path: &str) -> bool {
    let components = || Path::new(path).components();
    components().next().is_some() && components().all(|part| matches!(part, Component::Normal(_)))
}

fn yes() -> bool {
    true
}

/// Names that the hub's own tables have in a connector's SQL.
const TAKEN: [&str; 4] = ["areas", "area_codes", "area_links", "indicators"];

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// A sentence that names the line, the key and the nearest known one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = toml::from_str(text).map_err(|error| explain(text, &error))?;
        manifest.validate()?;
        Ok(manifest)
    }

    fn validate(&self) -> Result<(), String> {
        if self.resources.is_empty() {
            return Err("there is no resource; add a [resource.NAME] table".into());
        }
        for (name, resource) in &self.resources {
            let wrong = |what: String| Err(format!("[resource.{name}]: {what}"));
            if !is_name(name) || name.contains('-') {
                return wrong(
                    "a resource's name is lower-case letters, digits and underscores: it becomes an SQL table".into(),
                );
            }
            if TAKEN.contains(&name.as_str()) && self.sector != Sector::Reference {
                return wrong(format!("the hub has a table of its own called `{name}`; choose another name"));
            }
            match resource.kind {
                ResourceKind::Http if resource.url.is_empty() => return wrong("kind \"http\" needs a `url`".into()),
                ResourceKind::Schema if !resource.path.as_deref().is_some_and(is_inside) => {
                    return wrong("kind \"schema\" needs a `path` within the hub's schema folder".into());
                }
                ResourceKind::Hub => {
                    if let Err(what) = self.validate_hub(resource) {
                        return wrong(what);
                    }
                }
                _ => {}
            }
            if resource.kind != ResourceKind::Hub && resource.dataset.is_some() {
                return wrong("`dataset` goes with kind \"hub\"".into());
            }
            if let Some(url) =
                resource.url.iter().find(|url| !url.starts_with("https://") && !url.starts_with("http://"))
            {
                return wrong(format!("`{url}` does not begin with https:// or http://"));
            }
            if resource.header_row == Some(0) {
                return wrong("`header_row` counts from 1".into());
            }
        }
        if let Some(name) = self.parameters.keys().find(|name| !is_name(name)) {
            return Err(format!("[param.{name}]: a parameter's name is lower-case letters, digits and underscores"));
        }
        Ok(())
    }

    fn validate_hub(&self, resource: &Resource) -> Result<(), String> {
        if resource.indicators.is_empty() {
            return Err("kind \"hub\" needs `indicators`: those whose published figures it reads".into());
        }
        if resource.format != Format::Csv {
            return Err("kind \"hub\" gives the hub's figures as csv: set format = \"csv\"".into());
        }
        let missing = resource.dataset.as_ref().filter(|dataset| !resource.optional && !self.needs().contains(dataset));
        if let Some(dataset) = missing {
            return Err(format!("`{dataset}` must be published first: add it to `needs`, or set optional = true"));
        }
        Ok(())
    }

    /// The publisher's symbols and what they stand for. Where the hub's own figures are read, the words of the missing
    /// kinds stand for themselves.
    #[must_use]
    pub fn all_markers(&self) -> BTreeMap<String, MissingKind> {
        let mut markers = self.markers.clone();
        if self.resources.iter().any(|(_, resource)| resource.kind == ResourceKind::Hub) {
            for kind in MissingKind::ALL {
                markers.entry(kind.as_str().to_owned()).or_insert(kind);
            }
        }
        markers
    }

    /// The resource of that name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|(known, _)| known == name).map(|(_, resource)| resource)
    }

    /// The connectors that must be published first.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        match (&self.needs, self.sector) {
            (Some(needs), _) => needs.clone(),
            (None, Sector::Reference) => Vec::new(),
            (None, _) => vec!["uk-geography".into(), "shared-indicators".into()],
        }
    }

    /// The dataset that this manifest declares under that id.
    #[must_use]
    pub fn dataset(&self, id: &str) -> Dataset {
        Dataset {
            id: id.to_owned(),
            title: self.title.clone(),
            description: self.description.clone(),
            publisher: self.publisher.clone(),
            sector: self.sector,
            licence: self.licence.clone(),
            homepage: self.homepage.clone(),
            access: self.access,
            standing: self.standing,
            calendar: self.release.map(|calendar| ReleaseCalendar {
                every_days: calendar.every.0,
                late_after_days: calendar.late_after.0,
            }),
        }
    }

    /// The JSON Schema of `connector.toml`.
    #[must_use]
    pub fn json_schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}

/// Turns a TOML error into a sentence with the line and, for an unknown key or word, the nearest known one.
fn explain(text: &str, error: &toml::de::Error) -> String {
    let message = error.message();
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    // serde words it as: unknown field `titel`, expected one of `title`, `publisher`
    let mut words = message.split('`').skip(1).step_by(2);
    let hint = message
        .starts_with("unknown")
        .then(|| words.next().and_then(|unknown| nearest(unknown, words)))
        .flatten()
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    match line {
        Some(line) => format!("line {line}: {message}{hint}"),
        None => format!("{message}{hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
title = "T"
publisher = "P"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "official"
[resource.zebra]
kind = "http"
url = "https://example.org/z.csv"
format = "csv"
[resource.ant]
kind = "http"
url = ["https://example.org/a.csv", "https://example.org/b.csv"]
format = "csv"
"#;

    #[test]
    fn the_first_resource_is_the_main_one() {
        let manifest = Manifest::parse(LEAST).expect("a manifest");
        assert_eq!(manifest.resources[0].0, "zebra");
        assert_eq!(manifest.resources[1].1.url.len(), 2);
        assert_eq!(manifest.needs(), ["uk-geography", "shared-indicators"]);
        assert_eq!(manifest.checks.max_rejected, Share(0.0));
        assert_eq!(manifest.checks.max_shrink, Share(0.1));
    }

    #[test]
    fn an_unknown_key_names_its_line_and_the_nearest() {
        let error = Manifest::parse(&LEAST.replace("licence =", "license =")).expect_err("unknown key");
        assert!(error.contains("line 5") && error.contains("did you mean `licence`?"), "{error}");
        let error = Manifest::parse(&LEAST.replace("\"council\"", "\"counsil\"")).expect_err("unknown word");
        assert!(error.contains("did you mean `council`?"), "{error}");
    }

    #[test]
    fn a_cron_that_cannot_be_read_names_its_line_and_what_is_expected() {
        let with = |cron: &str| Manifest::parse(&format!("{LEAST}[schedule]\ncron = \"{cron}\"\n"));
        let manifest = with("30 9 * * MON-FRI").expect("a manifest");
        assert_eq!(manifest.schedule.expect("a schedule").cron.to_string(), "30 9 * * MON-FRI");
        assert_eq!(
            with("30 9 * *").expect_err("four fields"),
            "line 17: `30 9 * *` has 4 fields; a cron has five (minute, hour, day of month, month, day of week), \
             such as \"30 9 * * MON-FRI\""
        );
        assert_eq!(
            with("30 25 * * *").expect_err("no such hour"),
            "line 17: `30 25 * * *` is not a cron such as \"30 9 * * MON-FRI\" (minute, hour, day of month, month, \
             day of week): Number out of bounds"
        );
    }

    #[test]
    fn a_resource_without_an_address_is_refused() {
        let error = Manifest::parse(&LEAST.replace("url = \"https://example.org/z.csv\"\n", "")).expect_err("no url");
        assert!(error.contains("[resource.zebra]") && error.contains("url"), "{error}");
    }
}
