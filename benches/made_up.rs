//! Made-up figures of real places: the same ones every time.

use anyhow::{Context, Result};
use outcomes_hub::connector::Library;
use outcomes_hub::outcomes::{
    Access, Area, AreaType, Breakdown, Dataset, Figure, Indicator, MissingKind, Observation, Origin, Period, Polarity,
    Sector, Standing, Traced, ValueType,
};
use std::sync::Arc;

/// Places of the shipped geography, by type, that are in use: the first so many of each type in the order given.
pub fn places(types: &[AreaType]) -> Result<Vec<Area>> {
    let folder = Library::open(None)?.get("uk-geography")?.folder;
    let bytes = folder.bytes("data/areas.csv")?;
    let mut rows = csv::Reader::from_reader(&*bytes);
    let mut places = Vec::new();
    for row in rows.deserialize() {
        let area: Area = row.context("the shipped areas cannot be read")?;
        if area.valid_to.is_none() && types.contains(&area.kind) {
            places.push(area);
        }
    }
    places.sort_by_key(|area| types.iter().position(|kind| *kind == area.kind));
    Ok(places)
}

/// A number that follows from another and looks like chance.
pub fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One made-up share: `count` of `denominator` in percent with limits, or nothing where it is suppressed.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    pub denominator: u32,
    pub counted: Option<(u32, f64, f64, f64)>,
}

/// The share of this number; one in a hundred is suppressed.
pub fn share(seed: u64) -> Share {
    let chance = mixed(seed);
    let denominator = 500 + u32::try_from(chance % 90_000).unwrap_or(0);
    if (chance >> 20).is_multiple_of(100) {
        return Share { denominator, counted: None };
    }
    let permille = u32::try_from((chance >> 32) % 900).unwrap_or(0) + 50;
    let count = denominator * permille / 1000;
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    let value = tenth(f64::from(count) / f64::from(denominator) * 100.0);
    Share { denominator, counted: Some((count, value, tenth(value - 1.4), tenth(value + 1.4))) }
}

/// So many indicators × places × periods, in the order in which a publisher's file has them: by indicator, then period.
pub struct MadeUp {
    pub dataset: Dataset,
    pub indicators: Vec<Arc<str>>,
    pub areas: Vec<String>,
    pub periods: Vec<Period>,
    breakdown: Arc<Breakdown>,
    file: Arc<str>,
}

impl MadeUp {
    /// Of a dataset of this name, so many indicators of these places over so many quarters.
    pub fn new(name: &str, indicators: u64, areas: Vec<String>, quarters: u32) -> Result<Self> {
        let periods = (0..quarters).map(|n| {
            let iso = format!("{}-{:02}-01/P3M", 2000 + n / 4, 1 + 3 * (n % 4));
            Period::parse(&iso).map_err(anyhow::Error::from)
        });
        Ok(Self {
            dataset: dataset(name),
            indicators: (0..indicators).map(|n| format!("{name}:measure-{n:03}").into()).collect(),
            areas,
            periods: periods.collect::<Result<_>>()?,
            breakdown: Arc::new(Breakdown::default()),
            file: "made-up.csv".into(),
        })
    }

    /// How many figures there are.
    pub fn len(&self) -> u64 {
        (self.indicators.len() * self.areas.len() * self.periods.len()) as u64
    }

    /// The figure of a number. In another `edition` than 0, one in a hundred is another.
    pub fn figure(&self, number: u64, edition: u64) -> Traced<Observation> {
        let place = |number: u64| usize::try_from(number).unwrap_or(0);
        let (areas, periods) = (self.areas.len() as u64, self.periods.len() as u64);
        let revised = edition > 0 && mixed(number ^ 0xED17).is_multiple_of(100);
        let Share { denominator, counted } = share(if revised { number ^ (edition << 40) } else { number });
        let number_of = |number: u32| Figure::Number(f64::from(number));
        let row = Observation {
            indicator: Arc::clone(&self.indicators[place(number / areas / periods)]),
            area: self.areas[place(number % areas)].clone(),
            period: self.periods[place(number / areas % periods)],
            breakdown: Arc::clone(&self.breakdown),
            value: counted.map_or(Figure::Missing(MissingKind::Suppressed), |it| Figure::Number(it.1)),
            lower_ci: counted.map(|it| it.2),
            upper_ci: counted.map(|it| it.3),
            lower_ci_99_8: None,
            upper_ci_99_8: None,
            count: Some(counted.map_or(Figure::Missing(MissingKind::Suppressed), |it| number_of(it.0))),
            denominator: Some(number_of(denominator)),
            note: None,
            combined_with: None,
        };
        Traced { row, origin: Origin { file: Arc::clone(&self.file), row: number + 2 } }
    }

    /// The definitions of the indicators.
    pub fn definitions(&self) -> impl Iterator<Item = Indicator> {
        self.indicators.iter().map(|id| Indicator {
            id: id.to_string(),
            name: id.to_string(),
            definition: None,
            unit: "percent".to_owned(),
            value_type: ValueType::Proportion,
            polarity: Polarity::LowIsGood,
            multiplier: Some(100.0),
            numerator: None,
            denominator: None,
            source_url: None,
            same_as: None,
            prefer: Vec::new(),
        })
    }
}

fn dataset(name: &str) -> Dataset {
    Dataset {
        id: name.to_owned(),
        title: "Made-up figures".to_owned(),
        description: None,
        publisher: "Nobody".to_owned(),
        sector: Sector::Partner,
        licence: "CC0-1.0".to_owned(),
        homepage: None,
        access: Access::Open,
        standing: Standing::Illustrative,
        calendar: None,
        covers: None,
        caveats: Vec::new(),
        withdrawn: None,
    }
}
