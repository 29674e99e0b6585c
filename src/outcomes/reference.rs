//! Rows of the small relations, which the catalogue holds in memory.

use super::{Area, AreaLink, Dataset, FrameworkDocument, Indicator, Neighbour, Relation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A row of a reference relation. Its key decides what a later release replaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "relation", content = "row", rename_all = "snake_case")]
pub enum ReferenceRow {
    /// A dataset's own description.
    Dataset(Dataset),
    /// An indicator.
    Indicator(Indicator),
    /// A place.
    Area(Area),
    /// How two places are related.
    AreaLink(AreaLink),
    /// A publisher's own code for a place.
    AreaCode {
        /// GSS or ODS code.
        area: String,
        /// The code scheme, such as `dfe-old-la`.
        scheme: String,
        /// The code in that scheme.
        code: String,
        /// First day on which it is valid, if known.
        valid_from: Option<NaiveDate>,
        /// Last day on which it is valid; `None` while it is.
        valid_to: Option<NaiveDate>,
    },
    /// A statistical neighbour.
    Neighbour(Neighbour),
    /// A strategy's file.
    Framework(FrameworkDocument),
}

impl ReferenceRow {
    /// The relation it belongs to; a dataset's own description belongs to none that a connector maps.
    #[must_use]
    pub fn relation(&self) -> Option<Relation> {
        match self {
            Self::Dataset(_) => None,
            Self::Indicator(_) => Some(Relation::Indicators),
            Self::Area(_) => Some(Relation::Areas),
            Self::AreaLink(_) => Some(Relation::AreaLinks),
            Self::AreaCode { .. } => Some(Relation::AreaCodes),
            Self::Neighbour(_) => Some(Relation::Neighbours),
            Self::Framework(_) => Some(Relation::Frameworks),
        }
    }

    /// The relation's stored name.
    #[must_use]
    pub fn relation_name(&self) -> &'static str {
        self.relation().map_or("datasets", Relation::name)
    }

    /// The key within the relation and dataset, parts joined by `|`.
    #[must_use]
    pub fn key(&self) -> String {
        let date = |day: &Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        match self {
            Self::Dataset(dataset) => dataset.id.clone(),
            Self::Indicator(indicator) => indicator.id.clone(),
            Self::Area(area) => area.code.clone(),
            Self::AreaLink(link) => {
                format!("{}|{}|{:?}|{}", link.area, link.related, link.kind, date(&link.valid_from))
            }
            Self::AreaCode { area, scheme, code, valid_from, .. } => {
                format!("{scheme}|{code}|{area}|{}", date(valid_from))
            }
            Self::Neighbour(neighbour) => format!("{}|{}|{}", neighbour.model, neighbour.area, neighbour.rank),
            Self::Framework(framework) => framework.id.clone(),
        }
    }
}
