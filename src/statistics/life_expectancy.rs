//! Life expectancy by an abridged life table.
//!
//! Sources: Chiang 1968 and Newell 1994 (the table), Silcocks 2001 (the open last band), Toson & Baker 2003 and Eayres
//! & Williams 2004 (small populations, and when a value is not to be shown).

use super::error::{StatisticsError, not_negative, positive};
use super::interval::{Confidence, Limits};

/// The first year of each of the 20 bands of age: 0, 1–4, 5–9 … 85–89, 90 and over.
pub const STARTS: [u8; 20] = [0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90];

/// Nobody is expected to live by fewer people than this, or as many.
const LEAST_PEOPLE: f64 = 5000.0;
/// A value whose 95% limits lie further from it than this, in years, is not shown.
const WIDEST: f64 = 10.0;
/// How many start the table.
const RADIX: f64 = 100_000.0;

/// Deaths and people of one band of age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeBand {
    /// The first year of the band, one of [`STARTS`].
    pub start: u8,
    /// Deaths.
    pub deaths: Option<f64>,
    /// People, in the same years as the deaths.
    pub population: Option<f64>,
}

/// Years that someone of an age can expect to live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LifeExpectancy {
    /// The age.
    pub start: u8,
    /// Years; `None` where nobody of the last band died, and where the 95% limits lie more than 20 years apart.
    pub value: Option<f64>,
    /// The limits; `None` where there is no value, and where nobody lives to this age.
    pub limits: Option<Limits>,
    /// Deaths at this age or above.
    pub deaths: f64,
    /// People of this age or above.
    pub population: f64,
}

/// One band of the life table.
#[derive(Clone, Copy)]
struct Row {
    start: u8,
    deaths: f64,
    population: f64,
    /// Those who reach the band, of [`RADIX`].
    alive: f64,
    /// Years lived within the band by all of them.
    lived: f64,
    /// Years from the death of one who dies in the band to its end.
    unlived: f64,
    /// The variance of the chance to die within the band.
    variance: f64,
}

/// The life expectancy at the start of each band, youngest first, whatever the order of the bands.
///
/// # Errors
/// Where nothing may be said of any age: the bands are not exactly the 20 of [`STARTS`]; a number is missing; deaths
/// below zero or above the population; a population not above zero, or not above 5,000 in all.
pub fn life_expectancy(bands: &[AgeBand], confidence: Confidence) -> Result<Vec<LifeExpectancy>, StatisticsError> {
    let mut sorted = bands.to_vec();
    sorted.sort_by_key(|band| band.start);
    if !sorted.iter().map(|band| band.start).eq(STARTS) {
        let needs = "one for each of the 20 bands of age";
        return Err(StatisticsError::Rows { method: "life expectancy", needs, rows: bands.len() });
    }
    let table = table(&sorted)?;
    let mut above = Above::default();
    let mut expectancies: Vec<LifeExpectancy> = table.iter().rev().map(|row| above.add(*row, confidence)).collect();
    expectancies.reverse();
    if above.population <= LEAST_PEOPLE {
        let what = "the whole population";
        return Err(StatisticsError::TooSmall { what, number: above.population, more_than: LEAST_PEOPLE });
    }
    Ok(expectancies)
}

fn table(bands: &[AgeBand]) -> Result<Vec<Row>, StatisticsError> {
    let mut rows = Vec::with_capacity(bands.len());
    let mut alive = RADIX;
    for (at, (band, number)) in bands.iter().zip(1..).enumerate() {
        let missing = |what| StatisticsError::Missing { what, row: number };
        let deaths = not_negative("the count of deaths", band.deaths.ok_or(missing("the count of deaths"))?)?;
        let population = positive("the population", band.population.ok_or(missing("the population"))?)?;
        if deaths > population {
            return Err(StatisticsError::PartAboveWhole { numerator: deaths, denominator: population });
        }
        let rate = deaths / population;
        // The share of the band that one who dies in it has lived: most deaths of infants come early.
        let share = if band.start == 0 { 0.1 } else { 0.5 };
        let row = if let Some(next) = STARTS.get(at + 1) {
            let width = f64::from(next - band.start);
            let certain = deaths > population / width / share;
            let dies = if certain { 1.0 } else { rate * width / (1.0 + rate * width * (1.0 - share)) };
            let dead = alive * dies;
            let lived = width * (alive - dead + share * dead);
            let variance = if dead > 0.0 { dies.powi(2) * (1.0 - dies) / deaths } else { 0.0 };
            let row =
                Row { start: band.start, deaths, population, alive, lived, unlived: (1.0 - share) * width, variance };
            alive -= dead;
            row
        } else {
            // Without deaths both are infinite, and no value is given.
            let (lived, variance) = (alive / rate, 4.0 / (deaths * rate.powi(2)));
            Row { start: band.start, deaths, population, alive, lived, unlived: 0.0, variance }
        };
        rows.push(row);
    }
    Ok(rows)
}

/// Sums over the bands from the last one down.
#[derive(Default)]
struct Above {
    deaths: f64,
    population: f64,
    /// Years lived.
    lived: f64,
    /// The variance of the years lived.
    variance: f64,
    /// The life expectancy at the start of the band above; `None` before the last band.
    expectancy: Option<f64>,
}

impl Above {
    fn add(&mut self, row: Row, confidence: Confidence) -> LifeExpectancy {
        self.deaths += row.deaths;
        self.population += row.population;
        self.lived += row.lived;
        let reach = self.expectancy.map_or(0.5, |above| row.unlived + above);
        self.variance += row.variance * (row.alive * reach).powi(2);
        let expectancy = if row.alive > 0.0 { self.lived / row.alive } else { 0.0 };
        self.expectancy = Some(expectancy);
        let error = self.variance.sqrt() / row.alive;
        // Where the last band has no deaths, the sums are infinite or no numbers at all.
        let shown = self.lived.is_finite() && (row.alive <= 0.0 || Confidence::P95.z() * error <= WIDEST);
        let reach = confidence.z() * error;
        LifeExpectancy {
            start: row.start,
            value: shown.then_some(expectancy),
            limits: (shown && reach.is_finite())
                .then_some(Limits { lower: expectancy - reach, upper: expectancy + reach }),
            deaths: self.deaths,
            population: self.population,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, agree, joined};
    use super::*;
    use proptest::prelude::*;

    const TOLERANCE: f64 = 1e-9;

    #[test]
    fn expectancies_are_those_of_the_reference_program() {
        for (case, inputs) in joined("life_expectancy/inputs.csv", "life_expectancy/expected.csv") {
            let bands: Vec<AgeBand> = inputs
                .iter()
                .map(|row| AgeBand {
                    start: row.text("startage").parse().expect("an age"),
                    deaths: row.number("deaths"),
                    population: row.number("pop"),
                })
                .collect();
            for (confidence, level) in [(Confidence::P95, "95"), (Confidence::P99_8, "99_8")] {
                let ours = life_expectancy(&bands, confidence);
                for row in &case.rows {
                    if !row.text("expected_error").is_empty() {
                        assert!(ours.is_err(), "{}: {ours:?}", case.id);
                        continue;
                    }
                    // The reference program warns of a place of which nothing may be said, and leaves it without numbers.
                    let ours = ours
                        .as_ref()
                        .ok()
                        .and_then(|ages| ages.iter().find(|age| age.start.to_string() == row.text("startage")));
                    let check = |column: &str, ours: Option<f64>| {
                        let theirs = row.number(column).filter(|number| number.is_finite());
                        assert!(
                            agree(ours, theirs, TOLERANCE),
                            "{}, {}, {column}: {ours:?}, not {theirs:?}",
                            case.id,
                            row.text("row")
                        );
                    };
                    let value = row.number("expected_le").filter(|number| number.is_finite());
                    check("expected_le", ours.and_then(|ours| ours.value));
                    let limits = ours.and_then(|ours| ours.limits);
                    if value.is_some() {
                        check(&format!("expected_lower{level}"), limits.map(|limits| limits.lower));
                        check(&format!("expected_upper{level}"), limits.map(|limits| limits.upper));
                    } else {
                        // The reference program hides the value alone, and leaves limits such as −1970 years.
                        assert_eq!(limits, None, "{}", case.id);
                    }
                    check("expected_deaths_used", ours.map(|ours| ours.deaths));
                    check("expected_pops_used", ours.map(|ours| ours.population));
                }
            }
        }
    }

    /// A table with this death rate in every band.
    fn constant(rate: f64, people: f64) -> Vec<AgeBand> {
        STARTS
            .into_iter()
            .map(|start| AgeBand { start, deaths: Some(rate * people), population: Some(people) })
            .collect()
    }

    #[test]
    fn a_constant_rate_of_death_leaves_its_inverse_to_live() {
        // Whatever the age; the bands' straight lines come near to the exponential.
        for age in life_expectancy(&constant(0.01, 100_000.0), Confidence::P95).expect("a table") {
            let value = age.value.expect("a value");
            assert!((value - 100.0).abs() < 0.1, "{}: {value}", age.start);
        }
    }

    #[test]
    fn nothing_is_said_of_a_place_whose_numbers_cannot_be() {
        let good = constant(0.01, 1_000.0);
        let with = |at: usize, band: AgeBand| {
            let mut bands = good.clone();
            bands[at] = band;
            life_expectancy(&bands, Confidence::P95)
        };
        assert!(with(3, good[3]).is_ok());
        assert!(with(3, AgeBand { deaths: Some(-1.0), ..good[3] }).is_err());
        assert!(with(3, AgeBand { deaths: None, ..good[3] }).is_err());
        assert!(with(3, AgeBand { deaths: Some(1_001.0), ..good[3] }).is_err());
        assert!(with(3, AgeBand { population: Some(0.0), ..good[3] }).is_err());
        assert!(with(3, AgeBand { population: None, ..good[3] }).is_err());
        assert!(with(3, AgeBand { start: 11, ..good[3] }).is_err());
        assert!(life_expectancy(&good[1..], Confidence::P95).is_err());
        assert!(life_expectancy(&constant(0.01, 250.0), Confidence::P95).is_err());
        assert!(life_expectancy(&constant(0.01, 250.1), Confidence::P95).is_ok());
    }

    #[test]
    fn without_deaths_in_the_last_band_there_is_no_value_at_any_age() {
        let mut bands = constant(0.01, 10_000.0);
        bands[19].deaths = Some(0.0);
        let ages = life_expectancy(&bands, Confidence::P95).expect("a table");
        assert!(ages.iter().all(|age| age.value.is_none() && age.limits.is_none()));
    }

    proptest! {
        #[test]
        fn more_deaths_shorten_life_and_more_people_narrow_the_limits(
            deaths in proptest::collection::vec(1u32..400, 20),
            at in 0usize..20,
        ) {
            let bands = |times: f64| -> Vec<AgeBand> {
                STARTS.into_iter().zip(&deaths).map(|(start, deaths)| AgeBand {
                    start,
                    deaths: Some(f64::from(*deaths) * times),
                    population: Some(10_000.0 * times),
                }).collect()
            };
            let birth = |bands: &[AgeBand]| {
                let first = life_expectancy(bands, Confidence::P95).expect("a table")[0];
                first.value.zip(first.limits)
            };
            let one = birth(&bands(1.0));
            prop_assume!(one.is_some());
            let (value, limits) = one.expect("a value");
            prop_assert!(limits.lower < value && value < limits.upper);
            let (same, narrow) = birth(&bands(4.0)).expect("a value");
            prop_assert!(agree(Some(value), Some(same), 1e-11));
            let width = |limits: Limits| limits.upper - limits.lower;
            prop_assert!(agree(Some(width(limits)), Some(2.0 * width(narrow)), 1e-9));
            let mut more = bands(1.0);
            more[at].deaths = more[at].deaths.map(|deaths| deaths * 2.0);
            more.reverse();
            if let Some((shorter, _)) = birth(&more) {
                prop_assert!(shorter < value);
            }
        }
    }
}
