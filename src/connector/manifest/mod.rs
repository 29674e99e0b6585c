//! `connector.toml`: one Rust type that is the parser, the JSON Schema and the reference documentation.

mod caveat;
mod checks;
mod disclosure;
mod effect;
mod explain;
mod keys;
mod limits;
mod resource;
mod resource_schema;
#[cfg(test)]
mod tests;

pub(super) use effect::at_line;

pub use caveat::CaveatOf;
pub use checks::{Checks, Consequence, Factor, Partial, Share, UnknownAreas};
pub use disclosure::Disclosure;
pub use limits::{Limit, Limits};
pub use resource::Resource;
pub use resource_schema::source_kinds;

use super::cron::Cron;
use super::duration::Span;
use super::name::is_name;
use super::origin::Each;
use crate::outcomes::{Access, Coverage, Dataset, MissingKind, Period, ReleaseCalendar, Sector, Standing};
use chrono::NaiveDate;
use explain::explain;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// How far the figures may be relied on: official, local or illustrative.
    pub standing: Standing,
    /// Connectors that must be published first. Default: uk-geography and shared-indicators, or none for a reference.
    needs: Option<Vec<String>>,
    /// When the publisher's next release is due.
    pub release: Option<Calendar>,
    /// What must be kept in mind of the figures of some periods, as the publisher says it.
    #[serde(default, rename = "caveat")]
    pub caveats: Vec<CaveatOf>,
    /// When the hub looks for it.
    pub schedule: Option<Schedule>,
    /// The files, each of which becomes the SQL table of its name. The first is the main one.
    #[serde(rename = "resource", deserialize_with = "in_order")]
    #[schemars(with = "BTreeMap<String, Resource>")]
    pub resources: Vec<(String, Resource)>,
    /// Which periods the publisher has in this form.
    #[serde(default)]
    pub covers: Option<Covers>,
    /// Values that a person may give with `hub sync --set NAME=VALUE`; in SQL, param('NAME').
    #[serde(default, rename = "param")]
    pub parameters: BTreeMap<String, Parameter>,
    /// The publisher's symbol, and the missing kind that it stands for; "" stands for a blank cell.
    #[serde(default)]
    pub markers: BTreeMap<String, MissingKind>,
    /// When a release is refused.
    #[serde(default)]
    pub checks: Checks,
    /// What is shown of figures that are made of records of people.
    pub disclosure: Option<Disclosure>,
    /// How long a run may take, and how much memory.
    #[serde(default)]
    pub limits: Limits,
}

/// When the publisher's next release is due.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The time between releases, such as "1 year".
    pub every: Span,
    /// How long after that time a release that has not come is late, such as "60 days".
    pub late_after: Span,
    /// How long after the end of a period the publisher usually releases its figures, such as "7 months". The next release
    /// is then due so long after the period that follows the newest one. Default: not known, and the next release is counted
    /// from the day of the newest one.
    pub delay: Option<Span>,
    /// The day that the data are of, such as "2024-12-31", for tables that come with the connector: they are not newer
    /// because they are synced again. Default: the day of the newest release.
    #[serde(default, deserialize_with = "day")]
    #[schemars(with = "Option<String>")]
    pub data_as_of: Option<NaiveDate>,
}

/// Which periods the publisher has in this form. Reasons then say whether a figure that is missing can be loaded.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// The first period, such as "2015-04-01/P1Y".
    #[serde(default, deserialize_with = "period")]
    #[schemars(with = "Option<String>")]
    pub first: Option<Period>,
    /// The last period: the series ended with it, and the publisher brings out no more in this form. Left out where the
    /// series goes on.
    #[serde(default, deserialize_with = "period")]
    #[schemars(with = "Option<String>")]
    pub last: Option<Period>,
}

/// When the hub looks for a release.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Five cron fields, in the time of Europe/London.
    pub cron: Cron,
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

/// A day as text.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
    day.map(Some).map_err(|_| serde::de::Error::custom(format!("`{text}` is not a day such as \"2024-12-31\"")))
}

/// A period as text.
fn period<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Period>, D::Error> {
    Period::deserialize(deserializer).map(Some)
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

/// Caveats that one dataset may have: each figure is held against every one.
const MOST_CAVEATS: usize = 50;

/// Names that the hub's own tables have in a connector's SQL.
const TAKEN: [&str; 4] = ["areas", "area_codes", "area_links", "indicators"];

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// A sentence that names the line, the key and the nearest known one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = toml::from_str(text).map_err(|error| explain(text, &error))?;
        manifest.validate(text)?;
        Ok(manifest)
    }

    fn validate(&self, text: &str) -> Result<(), String> {
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
            if let Err(what) = resource.validate(&self.needs()) {
                return wrong(what);
            }
            if let Err(what) = disclosure::validate(resource, self.disclosure.as_ref()) {
                return wrong(what);
            }
            if let Some(Each::Rows(rows)) = resource.origin.each()
                && !self.resources.iter().take_while(|(other, _)| other != name).any(|(other, _)| *other == rows.of)
            {
                return wrong(format!("`each`: no resource before this one is called `{}`", rows.of));
            }
            if let Some((key, what)) = effect::idle(&resource.form, resource.origin.is_derived()) {
                return Err(at_line(text, &format!("resource.{name}"), key, &what));
            }
        }
        if let Some(disclosure) = &self.disclosure {
            disclosure.mistake(self.is_record_level()).map_or(Ok(()), Err)?;
        }
        if self.caveats.len() > MOST_CAVEATS {
            return Err(format!("there are {} caveats, and at most {MOST_CAVEATS} are shown", self.caveats.len()));
        }
        for (number, caveat) in (1..).zip(&self.caveats) {
            if let Some(mistake) = caveat.mistake() {
                return Err(format!("[[caveat]] {number}, {}: {mistake}", caveat.kind.as_str()));
            }
        }
        if let Some(calendar) = &self.release
            && calendar.delay.is_some()
            && calendar.data_as_of.is_some()
        {
            return Err("[release]: give `delay` or `data_as_of`: the next release is counted from one of them".into());
        }
        if let Some(symbol) = self.markers.keys().find(|symbol| symbol.trim() != symbol.as_str()) {
            let what = format!("the marker `{symbol}` can never act: cells are read without the blanks around them");
            return Err(at_line(text, "markers", symbol, &what));
        }
        if let (Some(first), Some(last)) = (self.checks.first_year, self.checks.last_year)
            && first.0 > last.0
        {
            let what =
                format!("first_year is {}, after the last_year {}: no figure could be published", first.0, last.0);
            return Err(at_line(text, "checks", "first_year", &what));
        }
        if let Some(name) = self.parameters.keys().find(|name| !is_name(name)) {
            return Err(format!("[param.{name}]: a parameter's name is lower-case letters, digits and underscores"));
        }
        Ok(())
    }

    /// Whether it is made from the hub's own figures.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.resources.iter().any(|(_, resource)| resource.origin.is_derived())
    }

    /// Whether it is made from records of people.
    #[must_use]
    pub fn is_record_level(&self) -> bool {
        self.resources.iter().any(|(_, resource)| resource.form.record_level)
    }

    /// The publisher's symbols and what they stand for. Where the hub's own figures are read, the words of the missing
    /// kinds stand for themselves.
    #[must_use]
    pub fn all_markers(&self) -> BTreeMap<String, MissingKind> {
        let mut markers = self.markers.clone();
        if self.is_derived() {
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
                delay_days: calendar.delay.map(|delay| delay.0),
                data_as_of: calendar.data_as_of,
            }),
            covers: self.covers.map(|covers| Coverage { first: covers.first, last: covers.last }),
            caveats: self.caveats.iter().flat_map(CaveatOf::published).map(Arc::new).collect(),
            withdrawn: None,
        }
    }

    /// The JSON Schema of `connector.toml`.
    #[must_use]
    pub fn json_schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}
