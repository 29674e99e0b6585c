//! Directly standardised rates.
//!
//! Sources: Dobson 1991 with Byar's limits (Breslow & Day 1987); Fingertips' technical guidance, "Directly standardised
//! rates"; the least number of events: Morris et al. 2018.

use super::error::{StatisticsError, finite, not_negative, positive};
use super::interval::{Confidence, Estimate, Limits, poisson_limits};
use std::collections::BTreeMap;

/// The European standard population of 2013: 19 bands of five years, 0–4 to 90 and over; 100,000 in all.
pub const ESP2013: [f64; 19] = [
    5000.0, 5500.0, 5500.0, 5500.0, 6000.0, 6000.0, 6500.0, 7000.0, 7000.0, 7000.0, 7000.0, 6500.0, 6000.0, 5500.0,
    5000.0, 4000.0, 2500.0, 1500.0, 1000.0,
];

/// Fewer events than this give no rate.
const LEAST_EVENTS: f64 = 10.0;

/// One band of age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Events; a missing number counts as none.
    pub events: Option<f64>,
    /// People.
    pub population: Option<f64>,
    /// Its weight, such as its people in the standard population.
    pub weight: Option<f64>,
}

/// People of one band who had the same number of events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repeats<'a> {
    /// The band.
    pub band: &'a str,
    /// How many events each of them had.
    pub events_each: f64,
    /// How many people; a missing number counts as none.
    pub persons: Option<f64>,
    /// People of the band, the same in each of its rows.
    pub population: Option<f64>,
    /// The weight of the band, the same in each of its rows.
    pub weight: Option<f64>,
}

/// A directly standardised rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardisedRate {
    /// All events.
    pub events: f64,
    /// All people.
    pub population: f64,
    /// The rate; `None` with fewer than ten events.
    pub estimate: Option<Estimate>,
}

/// What a band is once nothing is missing.
#[derive(Clone, Copy)]
struct Complete {
    events: f64,
    population: f64,
    weight: f64,
}

/// The rate times `multiplier` with its limits. For an age restriction give only the bands within it.
///
/// # Errors
/// A population or a weight that is missing; a population not above zero; events or a weight below zero; no weight
/// above zero.
pub fn dsr(bands: &[Band], multiplier: f64, confidence: Confidence) -> Result<StandardisedRate, StatisticsError> {
    let rows = bands.iter().zip(1..);
    let bands: Vec<Complete> = rows.map(|(band, row)| complete(*band, row)).collect::<Result<_, _>>()?;
    let variance = variance(&bands)?;
    standardised(&bands, variance, multiplier, confidence)
}

/// The rate of events of which one person may have several (admissions): the limits are wider than those of [`dsr`].
///
/// For each number of events that a person may have there are rows; a band without such people needs one with none of
/// them, since the weights are summed over the rows that are there.
///
/// # Errors
/// Those of [`dsr`]; rows of a band with unlike populations or weights; a number of events not above zero.
pub fn dsr_of_repeated_events(
    rows: &[Repeats<'_>],
    multiplier: f64,
    confidence: Confidence,
) -> Result<StandardisedRate, StatisticsError> {
    let mut bands: BTreeMap<&str, Complete> = BTreeMap::new();
    // In order of frequency. Numbers above zero are ordered as their bits are.
    let mut by_frequency: BTreeMap<u64, (f64, Vec<Complete>)> = BTreeMap::new();
    for (row, number) in rows.iter().zip(1..) {
        let each = positive("the number of events of a person", row.events_each)?;
        let band = Band { events: row.persons, population: row.population, weight: row.weight };
        let persons = complete(band, number)?;
        let events = persons.events * each;
        by_frequency.entry(each.to_bits()).or_insert((each, Vec::new())).1.push(persons);
        let known = bands.entry(row.band).or_insert(Complete { events: 0.0, ..persons });
        agreeing("the population", known.population, persons.population)?;
        agreeing("the weight", known.weight, persons.weight)?;
        known.events += events;
    }
    let mut sum = 0.0;
    for (each, persons) in by_frequency.values() {
        sum += each.powi(2) * variance(persons)?;
    }
    let bands: Vec<Complete> = bands.into_values().collect();
    standardised(&bands, sum, multiplier, confidence)
}

fn complete(band: Band, row: usize) -> Result<Complete, StatisticsError> {
    let missing = |what| StatisticsError::Missing { what, row };
    Ok(Complete {
        events: not_negative("the count", band.events.unwrap_or(0.0))?,
        population: positive("the population", band.population.ok_or(missing("the population"))?)?,
        weight: not_negative("the weight", band.weight.ok_or(missing("the weight"))?)?,
    })
}

fn agreeing(what: &'static str, first: f64, second: f64) -> Result<(), StatisticsError> {
    if first.total_cmp(&second).is_ne() {
        return Err(StatisticsError::Disagree { what, first, second });
    }
    Ok(())
}

fn weights(bands: &[Complete]) -> Result<f64, StatisticsError> {
    positive("the sum of the weights", bands.iter().map(|band| band.weight).sum())
}

/// Σ w²x/n² ÷ (Σ w)².
fn variance(bands: &[Complete]) -> Result<f64, StatisticsError> {
    let sum: f64 = bands.iter().map(|band| (band.weight / band.population).powi(2) * band.events).sum();
    Ok(sum / weights(bands)?.powi(2))
}

fn standardised(
    bands: &[Complete],
    variance: f64,
    multiplier: f64,
    confidence: Confidence,
) -> Result<StandardisedRate, StatisticsError> {
    finite("the multiplier", multiplier)?;
    let events: f64 = bands.iter().map(|band| band.events).sum();
    let population = bands.iter().map(|band| band.population).sum();
    let weighted: f64 = bands.iter().map(|band| band.weight * band.events / band.population).sum();
    let rate = weighted / weights(bands)?;
    if events < LEAST_EVENTS {
        return Ok(StandardisedRate { events, population, estimate: None });
    }
    let around = poisson_limits(events, confidence)?;
    let scale = (variance / events).sqrt();
    // No spread at all (every event in a band without weight) leaves no room for limits, even infinite ones.
    let limit = |limit: f64| if scale > 0.0 { rate + scale * (limit - events) } else { rate };
    let limits = Limits { lower: limit(around.lower), upper: limit(around.upper) };
    let estimate = Some(Estimate::new(rate * multiplier, limits.times(multiplier)));
    Ok(StandardisedRate { events, population, estimate })
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, Row, agree, joined};
    use super::*;
    use proptest::prelude::*;

    const LEVELS: [(Confidence, &str); 2] = [(Confidence::P95, "95"), (Confidence::P99_8, "99_8")];

    #[track_caller]
    fn check(row: &Row, level: &str, ours: StandardisedRate) {
        let estimate = ours.estimate;
        for (column, ours) in [
            ("expected_total_count", Some(ours.events)),
            ("expected_total_pop", Some(ours.population)),
            ("expected_value", estimate.map(|estimate| estimate.value)),
            (&format!("expected_lower{level}"), estimate.map(|estimate| estimate.lower)),
            (&format!("expected_upper{level}"), estimate.map(|estimate| estimate.upper)),
        ] {
            let theirs = row.number(column);
            assert!(agree(ours, theirs, 1e-10), "{}, {column}: {ours:?}, not {theirs:?}", row.text("case_id"));
        }
    }

    #[test]
    fn rates_are_those_of_the_reference_program() {
        for (case, inputs) in joined("dsr/inputs.csv", "dsr/expected.csv") {
            let row = &case.rows[0];
            let bands: Vec<Band> = inputs
                .iter()
                .map(|row| Band {
                    events: row.number("count"),
                    population: row.number("pop"),
                    weight: row.number("stdpop"),
                })
                .collect();
            for (confidence, level) in LEVELS {
                match dsr(&bands, row.given("multiplier"), confidence) {
                    ours if !row.text("expected_error").is_empty() => assert!(ours.is_err(), "{}: {ours:?}", case.id),
                    Ok(ours) => check(row, level, ours),
                    Err(error) => panic!("{}: {error}", case.id),
                }
            }
        }
    }

    #[test]
    fn rates_of_repeated_events_are_those_of_the_reference_program() {
        for (case, inputs) in joined("dsr_nonindependent/inputs.csv", "dsr_nonindependent/expected.csv") {
            let row = &case.rows[0];
            let rows: Vec<Repeats<'_>> = inputs
                .iter()
                .map(|row| Repeats {
                    band: row.text("ageband"),
                    events_each: row.given("eventfreq"),
                    persons: row.number("persons"),
                    population: row.number("pop"),
                    weight: row.number("stdpop"),
                })
                .collect();
            for (confidence, level) in LEVELS {
                let ours = dsr_of_repeated_events(&rows, row.given("multiplier"), confidence);
                check(row, level, ours.unwrap_or_else(|error| panic!("{}: {error}", case.id)));
            }
        }
    }

    fn band(events: f64, population: f64, weight: f64) -> Band {
        Band { events: Some(events), population: Some(population), weight: Some(weight) }
    }

    #[test]
    fn ten_events_are_enough_and_nine_are_not() {
        let rate = |events| dsr(&[band(events, 1000.0, 1.0)], 1.0, Confidence::P95).expect("a rate");
        assert!(rate(10.0).estimate.is_some());
        assert_eq!(rate(9.999).estimate, None);
    }

    #[test]
    fn what_is_impossible_or_missing_is_an_error() {
        let whole = band(20.0, 1000.0, 1.0);
        let rate = |band: Band| dsr(&[whole, band], 1.0, Confidence::P95);
        assert!(rate(Band { events: None, ..whole }).is_ok());
        assert_eq!(
            rate(Band { population: None, ..whole }),
            Err(StatisticsError::Missing { what: "the population", row: 2 })
        );
        assert!(rate(Band { weight: None, ..whole }).is_err());
        assert!(rate(band(1.0, 0.0, 1.0)).is_err());
        assert!(rate(band(-1.0, 1.0, 1.0)).is_err());
        assert!(rate(band(1.0, 1.0, -1.0)).is_err());
        assert!(rate(band(f64::NAN, 1.0, 1.0)).is_err());
        assert!(dsr(&[], 1.0, Confidence::P95).is_err());
        assert!(dsr(&[band(20.0, 10.0, 0.0)], 1.0, Confidence::P95).is_err());
    }

    #[test]
    fn rows_of_a_band_must_agree() {
        let one =
            Repeats { band: "00", events_each: 1.0, persons: Some(20.0), population: Some(1000.0), weight: Some(1.0) };
        let rate = |other| dsr_of_repeated_events(&[one, other], 1.0, Confidence::P95);
        assert!(rate(Repeats { events_each: 2.0, ..one }).is_ok());
        assert!(rate(Repeats { events_each: 2.0, population: Some(999.0), ..one }).is_err());
        assert!(rate(Repeats { events_each: 2.0, weight: Some(2.0), ..one }).is_err());
        assert!(rate(Repeats { events_each: 0.0, ..one }).is_err());
    }

    #[test]
    fn the_standard_population_is_a_hundred_thousand() {
        assert_eq!(ESP2013.iter().sum::<f64>().total_cmp(&100_000.0), std::cmp::Ordering::Equal);
    }

    proptest! {
        #[test]
        fn a_rate_keeps_its_limits_order_and_unit(
            bands in proptest::collection::vec((1u32..60, 100u32..9_000, 1u32..7_000), 10..20),
            multiplier in 0.1f64..1e6,
        ) {
            let mut bands: Vec<Band> =
                bands.into_iter().map(|(x, n, w)| band(f64::from(x), f64::from(n), f64::from(w))).collect();
            let rate = |bands: &[Band], multiplier, confidence| {
                dsr(bands, multiplier, confidence).expect("a rate").estimate.expect("an estimate")
            };
            let one = rate(&bands, 1.0, Confidence::P95);
            let wide = rate(&bands, 1.0, Confidence::P99_8);
            prop_assert!(wide.lower < one.lower && one.lower < one.value);
            prop_assert!(one.value < one.upper && one.upper < wide.upper);
            let scaled = rate(&bands, multiplier, Confidence::P95);
            bands.reverse();
            let turned = rate(&bands, 1.0, Confidence::P95);
            for (one, turned, scaled) in [
                (one.value, turned.value, scaled.value),
                (one.lower, turned.lower, scaled.lower),
                (one.upper, turned.upper, scaled.upper),
            ] {
                prop_assert!(agree(Some(one), Some(turned), 1e-11));
                prop_assert!(agree(Some(one * multiplier), Some(scaled), 1e-11));
            }
        }

        #[test]
        fn events_that_nobody_repeats_give_the_plain_rate(
            bands in proptest::collection::vec((1u32..60, 100u32..9_000, 1u32..7_000), 10..20),
        ) {
            let names: Vec<String> = (0..bands.len()).map(|name| format!("{name:02}")).collect();
            let plain: Vec<Band> =
                bands.into_iter().map(|(x, n, w)| band(f64::from(x), f64::from(n), f64::from(w))).collect();
            let rows = |events_each: f64| -> Vec<Repeats<'_>> {
                names.iter().zip(&plain).map(|(name, band)| Repeats {
                    band: name, events_each, persons: band.events, population: band.population, weight: band.weight,
                }).collect()
            };
            let expected = dsr(&plain, 1.0, Confidence::P95).expect("a rate").estimate.expect("an estimate");
            let once = dsr_of_repeated_events(&rows(1.0), 1.0, Confidence::P95).expect("a rate");
            let once = once.estimate.expect("an estimate");
            prop_assert!(agree(Some(expected.lower), Some(once.lower), 1e-12));
            let twice = dsr_of_repeated_events(&rows(2.0), 1.0, Confidence::P95).expect("a rate");
            let twice = twice.estimate.expect("an estimate");
            prop_assert!(agree(Some(2.0 * expected.value), Some(twice.value), 1e-12));
            prop_assert!(twice.upper - twice.lower > 1.2 * (expected.upper - expected.lower));
        }
    }
}
