//! The shared relations: what a connector's SQL may produce.

/// What a column of a shared relation holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text.
    Text,
    /// A number or a missing kind, as the SQL function `figure` gives.
    Figure,
    /// A number or nothing, as the SQL function `number` gives.
    Number,
    /// A day, `YYYY-MM-DD`.
    Date,
}

impl ColumnType {
    /// The word used in documentation and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Figure => "figure",
            Self::Number => "number",
            Self::Date => "date",
        }
    }
}

/// A column of a shared relation.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, as the SQL gives it.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnType,
    /// Whether the SQL must give it.
    pub required: bool,
    /// What it means.
    pub meaning: &'static str,
}

const fn required(name: &'static str, kind: ColumnType, meaning: &'static str) -> Column {
    Column { name, kind, required: true, meaning }
}

const fn optional(name: &'static str, kind: ColumnType, meaning: &'static str) -> Column {
    Column { name, kind, required: false, meaning }
}

/// A shared relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// Places.
    Areas,
    /// Publishers' own codes for places.
    AreaCodes,
    /// How places are related.
    AreaLinks,
    /// What is measured.
    Indicators,
    /// Statistical neighbours.
    Neighbours,
    /// Strategies.
    Frameworks,
    /// Figures.
    Observations,
}

use ColumnType::{Date, Figure, Number, Text};

impl Relation {
    /// Every relation, in the order in which a run maps them: what figures refer to comes first.
    pub const ALL: [Self; 7] = [
        Self::Areas,
        Self::AreaCodes,
        Self::AreaLinks,
        Self::Indicators,
        Self::Neighbours,
        Self::Frameworks,
        Self::Observations,
    ];

    /// Its name, which is also the stem of the connector's SQL file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::AreaCodes => "area_codes",
            Self::AreaLinks => "area_links",
            Self::Indicators => "indicators",
            Self::Neighbours => "neighbours",
            Self::Frameworks => "frameworks",
            Self::Observations => "observations",
        }
    }

    /// What one row of it is.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Areas => "A place.",
            Self::AreaCodes => "A publisher's own code for a place, with the dates between which it is valid.",
            Self::AreaLinks => {
                "How one place is related to another; many-to-many, because an ICB is not a sum of councils."
            }
            Self::Indicators => "What a figure measures.",
            Self::Neighbours => "A statistical neighbour of a place under a named model.",
            Self::Frameworks => "A strategy as data: its file, whole.",
            Self::Observations => "One figure of one indicator in one area over one period.",
        }
    }

    /// The relation of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.name() == name)
    }

    /// Its columns, in order.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Areas => AREAS,
            Self::AreaCodes => AREA_CODES,
            Self::AreaLinks => AREA_LINKS,
            Self::Indicators => INDICATORS,
            Self::Neighbours => NEIGHBOURS,
            Self::Frameworks => FRAMEWORKS,
            Self::Observations => OBSERVATIONS,
        }
    }
}

const AREAS: &[Column] = &[
    required("code", Text, "GSS code (E08000032) or ODS code (QWO)"),
    required("name", Text, "The name that the hub prints"),
    required(
        "type",
        Text,
        "country, region, icb, sub-icb, utla, ltla, ward, msoa, lsoa, nhs-trust, pcn, gp-practice, police-force, fire-authority, combined-authority, metropolitan-county, city-region, itl1, itl2, itl3 or aggregate",
    ),
    optional("valid_from", Date, "First day on which the code was in use"),
    optional("valid_to", Date, "Last day on which the code was in use; empty while it is"),
];

const AREA_CODES: &[Column] = &[
    required("area", Text, "GSS or ODS code of the place"),
    required("scheme", Text, "The code scheme: dfe-old-la, cassr, ods, name, …"),
    required("code", Text, "The code in that scheme"),
    optional("valid_from", Date, "First day on which it is valid"),
    optional("valid_to", Date, "Last day on which it is valid; empty while it is"),
];

const AREA_LINKS: &[Column] = &[
    required("area", Text, "From this place"),
    required("related", Text, "To this one"),
    required("kind", Text, "within, succeeded-by or same-as"),
    optional("weight", Number, "The share (0 to 1) of the area that the link covers"),
    optional("valid_from", Date, "First day on which it is valid"),
    optional("valid_to", Date, "Last day on which it is valid; empty while it is"),
];

const INDICATORS: &[Column] = &[
    required("id", Text, "Shared id, or <connector>:<publisher's id>"),
    required("name", Text, "Short name for people"),
    optional("definition", Text, "What it measures, in full"),
    required(
        "unit",
        Text,
        "percent, per-100k, per-10k, per-1k, years, score, count, ratio, gbp, days, hours, unspecified",
    ),
    required("value_type", Text, "proportion, rate, dsr, mean, count, ratio, life-expectancy or index"),
    optional("polarity", Text, "high-is-good, low-is-good or none; default none"),
    optional("multiplier", Number, "What count over denominator is multiplied by"),
    optional("numerator", Text, "What the count counts"),
    optional("denominator", Text, "What the denominator counts"),
    optional("source_url", Text, "Where the publisher defines it"),
    optional("same_as", Text, "The shared indicator that this one restates"),
    optional("prefer", Text, "Datasets in order of preference, separated by blanks"),
];

const NEIGHBOURS: &[Column] = &[
    required("area", Text, "Whose neighbour"),
    required("neighbour", Text, "The neighbour"),
    required("rank", Number, "1 is the nearest"),
    required("model", Text, "The model, such as dfe-statistical-neighbours-2025"),
];

const FRAMEWORKS: &[Column] = &[
    required("id", Text, "The framework's id, which is also its file's stem"),
    required("version", Text, "The edition that the file names"),
    required("document", Text, "The file's whole text, in TOML; a resource of format toml gives all three columns"),
];

const OBSERVATIONS: &[Column] = &[
    required("indicator", Text, "Shared id, or <connector>:<publisher's id>"),
    required("area", Text, "GSS or ODS code, as published; never a name"),
    required("period", Text, "ISO 8601 start/duration, as the SQL function period gives"),
    optional("sex", Text, "persons, male or female; default persons"),
    optional("age", Text, "all, 65+, 10-11, <15, …; default all"),
    optional("category_type", Text, "What one further breakdown is by; empty for the total"),
    optional("category", Text, "Which group of it; empty for the total"),
    required("value", Figure, "The value in the indicator's unit; percentages are 0 to 100"),
    optional("lower_ci", Number, "Lower 95% limit as published"),
    optional("upper_ci", Number, "Upper 95% limit as published"),
    optional("lower_ci_99_8", Number, "Lower 99.8% limit as published"),
    optional("upper_ci_99_8", Number, "Upper 99.8% limit as published"),
    optional("count", Figure, "Numerator, in events or people"),
    optional("denominator", Figure, "Denominator, in events or people"),
    optional("note", Text, "The publisher's note on this figure"),
    optional(
        "combined_with",
        Text,
        "Codes of the other places of a figure that is of several places together, separated by spaces or commas",
    ),
];
