//! The questions, each by number: another one every time.

use super::world::{FRAMEWORK, MEASURES, World};
use crate::load::post;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Places that most questions name.
pub const NAMED: usize = 150;
const INDICATORS: usize = 50;
const BOARD: usize = 10;

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Hub,
    Bare,
    Postgraphile,
}

impl Side {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Bare => "bare",
            Self::Postgraphile => "PostGraphile 4",
        }
    }
}

/// A kind of question.
pub struct Question {
    /// What `--only` picks it by.
    pub name: &'static str,
    /// What is asked.
    pub about: &'static str,
    /// How many figures the answer has.
    pub figures: usize,
    /// The document for the hub, its name left out.
    document: &'static str,
    /// The same for PostGraphile, where it can be asked.
    postgraphile: Option<&'static str>,
    /// Where the bare program answers it.
    path: &'static str,
    /// The variables of all three.
    variables: fn(&Names, u64) -> Value,
}

impl Question {
    /// Whether this side can be asked.
    pub fn is_for(&self, side: Side) -> bool {
        side != Side::Postgraphile || self.postgraphile.is_some()
    }

    /// What the question of this number names.
    pub fn asked(&self, names: &Names, number: u64) -> Value {
        (self.variables)(names, number)
    }

    /// The request of this number to one side.
    pub fn request(&self, names: &Names, side: Side, number: u64) -> Vec<u8> {
        let variables = self.asked(names, number);
        let document = match side {
            Side::Bare => return post(self.path, &variables.to_string()),
            Side::Hub => self.document,
            Side::Postgraphile => self.postgraphile.unwrap_or_default(),
        };
        // Numbers 200 apart may have the same variables; another name makes another question of them.
        let name = if self.name == AGAIN { 0 } else { number / 200 };
        let query = format!("query Q{name}{document}");
        post("/graphql", &json!({ "query": query, "variables": declared(variables, document) }).to_string())
    }
}

/// Those of the variables that the document declares.
fn declared(mut variables: Value, document: &str) -> Value {
    if let Some(all) = variables.as_object_mut() {
        all.retain(|name, _| document.contains(&format!("${name}:")));
    }
    variables
}

/// The question of how the hub stood.
pub const AS_OF: &str = "as-of";
const AGAIN: &str = "again";

/// Of each place: the figures of one indicator and period.
const PLACES: Question = Question {
    name: "places",
    about: "150 places, 1 indicator, 1 period, 9 fields",
    figures: NAMED,
    document: "($indicator: ID!, $period: String!, $areas: [AreaCode!]!) { observations(where: {indicators: [$indicator], \
               areas: $areas, periods: {iso: [$period]}}, first: 150) { nodes { area { code name } period { iso } value \
               lowerCi upperCi count denominator missing } } }",
    postgraphile: Some(
        "($indicator: String!, $period: String!, $areas: [String!]!) { allObservations(filter: {area: {in: $areas}, \
         indicator: {equalTo: $indicator}, period: {equalTo: $period}}) { nodes { area areaName period value lowerCi upperCi \
         count denominator missing } } }",
    ),
    path: "/places",
    variables: |names, number| names.across(number),
};

/// What can be asked.
pub static QUESTIONS: [Question; 7] = [
    PLACES,
    Question {
        name: "indicators",
        about: "1 place, 50 indicators, newest",
        figures: INDICATORS,
        document: "($indicators: [ID!]!, $areas: [AreaCode!]!) { observations(where: {indicators: $indicators, areas: $areas, \
                   periods: {latest: true}}, first: 50) { nodes { indicator { id } period { iso } value lowerCi upperCi count \
                   denominator missing } } }",
        // It knows no newest of each: the period is told to it.
        postgraphile: Some(
            "($indicators: [String!]!, $areas: [String!]!, $newest: String!) { allObservations(filter: {area: {in: $areas}, \
             indicator: {in: $indicators}, period: {equalTo: $newest}}) { nodes { indicator period value lowerCi upperCi count \
             denominator missing } } }",
        ),
        path: "/newest",
        variables: |names, number| names.board(number, INDICATORS, 1),
    },
    Question {
        name: "series",
        about: "1 place, 1 indicator, 100 periods",
        figures: 100,
        document: "($indicator: ID!, $area: AreaCode!) { series(indicator: $indicator, area: $area) { periods { iso } values \
                   lower upper counts denominators missingKinds } }",
        postgraphile: Some(
            "($indicator: String!, $area: String!) { allObservations(filter: {area: {equalTo: $area}, indicator: {equalTo: \
             $indicator}}) { nodes { period value lowerCi upperCi count denominator missing } } }",
        ),
        path: "/series",
        variables: |names, number| names.one(number),
    },
    Question {
        name: "comparison",
        about: "comparison of 150 places, with value and rank",
        figures: NAMED,
        document: "($indicator: ID!, $period: String!, $areas: [AreaCode!]!) { comparison(indicator: $indicator, across: \
                   {areas: $areas}, period: {iso: $period}) { rows { area { code name } value rank missing } } }",
        postgraphile: None,
        path: "/comparison",
        variables: |names, number| names.across(number),
    },
    Question {
        name: "scorecard",
        about: "scorecard of 10 measures, 10 places; the bare side only reads their newest figures",
        figures: MEASURES * BOARD,
        document: "($framework: ID!, $areas: [AreaCode!]!) { scorecard(framework: $framework, areas: $areas) { rows { cells { \
                   area { code } parts { indicator { id } latest { period { iso } value lowerCi upperCi missing } judgements { \
                   status } } } } } }",
        postgraphile: None,
        path: "/scorecard",
        variables: |names, number| names.card(number),
    },
    Question {
        name: AS_OF,
        about: "150 places as the hub stood before the newest release; the bare side has no history and answers as of now",
        document: "($indicator: ID!, $period: String!, $areas: [AreaCode!]!, $before: DateTime!) { observations(where: \
                   {indicators: [$indicator], areas: $areas, periods: {iso: [$period]}}, first: 150, asOf: $before) { nodes { \
                   area { code name } period { iso } value lowerCi upperCi count denominator missing } } }",
        postgraphile: None,
        ..PLACES
    },
    Question {
        name: AGAIN,
        about: "150 places, the same question again and again: the hub keeps its answer",
        postgraphile: None,
        variables: |names, _| names.across(0),
        ..PLACES
    },
];

/// The names that questions choose from.
pub struct Names {
    indicators: Vec<String>,
    periods: Vec<String>,
    areas: Vec<String>,
    before: String,
}

impl Names {
    /// Those of this world; `before` is a moment before its newest release.
    pub fn of(world: &World, before: DateTime<Utc>) -> Self {
        Self {
            indicators: world.indicators().iter().map(ToString::to_string).collect(),
            periods: world.periods(),
            areas: world.places.iter().map(|place| place.code.clone()).collect(),
            before: before.to_rfc3339(),
        }
    }

    fn across(&self, number: u64) -> Value {
        // A step that shares no factor with the number of pairs meets each once before any comes again.
        let pair = number.wrapping_mul(7_919);
        let (indicator, period) = (pair / self.periods.len() as u64, pair);
        json!({
            "indicator": at(&self.indicators, indicator),
            "period": at(&self.periods, period),
            "areas": some(&self.areas, number, NAMED),
            "before": self.before,
        })
    }

    fn board(&self, number: u64, indicators: usize, areas: usize) -> Value {
        json!({
            "indicators": some(&self.indicators, number / self.areas.len() as u64, indicators),
            "areas": some(&self.areas, number, areas),
            "newest": self.periods.last(),
        })
    }

    fn one(&self, number: u64) -> Value {
        json!({
            "indicator": at(&self.indicators, number / self.areas.len() as u64),
            "area": at(&self.areas, number),
        })
    }

    fn card(&self, number: u64) -> Value {
        json!({
            "framework": FRAMEWORK,
            "indicators": &self.indicators[..MEASURES],
            "areas": some(&self.areas, number, BOARD),
        })
    }
}

/// The name of this number, counted round and round.
fn at(names: &[String], number: u64) -> &str {
    &names[usize::try_from(number % names.len() as u64).unwrap_or(0)]
}

/// So many names in a row, from another one on with each number.
fn some(names: &[String], number: u64, count: usize) -> Vec<&str> {
    (0..count as u64).map(|more| at(names, number + more)).collect()
}
