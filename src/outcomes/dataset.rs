//! Datasets: who publishes what, for whom, and how often.

use serde::{Deserialize, Serialize};

/// What kind of body publishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// Councils and the departments that publish for them.
    Council,
    /// The NHS and its arm's-length bodies.
    Nhs,
    /// Any other partner.
    Partner,
    /// The hub's own reference data: places, codes, vocabulary.
    Reference,
}

/// Who may see the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Anyone.
    Open,
    /// Partners of the place.
    Partners,
    /// Named people only.
    Restricted,
}

/// How far a figure may be leant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Published as official statistics.
    Official,
    /// A council's, trust's or partner's own figure.
    Local,
    /// Made up to show how the hub works. Never for a board paper.
    Illustrative,
}

impl Sector {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Council => "council",
            Self::Nhs => "nhs",
            Self::Partner => "partner",
            Self::Reference => "reference",
        }
    }
}

impl Access {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Partners => "partners",
            Self::Restricted => "restricted",
        }
    }

    /// The stored level: a viewer sees every dataset whose level is at most their own.
    #[must_use]
    pub const fn level(self) -> i64 {
        self as i64
    }
}

impl Standing {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Local => "local",
            Self::Illustrative => "illustrative",
        }
    }

    /// The standing behind a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Official, Self::Local, Self::Illustrative].into_iter().find(|standing| standing.as_str() == word)
    }
}

/// When the publisher's next release is due, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseCalendar {
    /// Days between releases.
    pub every_days: u32,
    /// Days after which one that has not come is late.
    pub late_after_days: u32,
}

/// A dataset as its connector declares it. Its id is the connector's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// The connector's name.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// One or two sentences on what it holds.
    pub description: Option<String>,
    /// The body that publishes it.
    pub publisher: String,
    /// What kind of body.
    pub sector: Sector,
    /// SPDX-like licence id, such as `OGL-UK-3.0`.
    pub licence: String,
    /// The publisher's page.
    pub homepage: Option<String>,
    /// Who may see it.
    pub access: Access,
    /// How far its figures may be leant on, where a release does not say less.
    pub standing: Standing,
    /// When the next release is due.
    pub calendar: Option<ReleaseCalendar>,
}
