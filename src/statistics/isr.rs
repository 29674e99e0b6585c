//! Indirectly standardised ratios and rates.
//!
//! Sources: Breslow & Day 1987; Fingertips' technical guidance, "Indirectly standardised ratios and rates".

use super::error::{StatisticsError, finite, not_negative, positive};
use super::interval::{Confidence, Estimate, poisson_limits};

/// One stratum (such as a band of age) of a place, and the same stratum of the reference population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Events in the place; a missing number counts as none.
    pub events: Option<f64>,
    /// People of the place; a missing number counts as none.
    pub population: Option<f64>,
    /// Events in the reference population; a missing number counts as none.
    pub reference_events: Option<f64>,
    /// People of the reference population.
    pub reference_population: Option<f64>,
}

/// What an indirectly standardised ratio or rate is made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// Events observed.
    pub observed: f64,
    /// Events that the place would have at the rates of the reference population.
    pub expected: f64,
    /// The crude rate of the reference population, for each person.
    pub reference_rate: f64,
}

/// Holds what was observed against what the reference rates would give. `observed` is the total where only that is
/// known; otherwise the events of the strata are summed.
///
/// # Errors
/// A reference population that is missing or not above zero; any other number below zero.
pub fn standardise(strata: &[Stratum], observed: Option<f64>) -> Result<Standardised, StatisticsError> {
    let (mut events, mut expected, mut reference_events, mut reference_population) = (0.0, 0.0, 0.0, 0.0);
    for (stratum, row) in strata.iter().zip(1..) {
        let missing = StatisticsError::Missing { what: "the reference population", row };
        let people = positive("the reference population", stratum.reference_population.ok_or(missing)?)?;
        let cases = not_negative("the reference count", stratum.reference_events.unwrap_or(0.0))?;
        expected += cases / people * not_negative("the population", stratum.population.unwrap_or(0.0))?;
        events += not_negative("the count", stratum.events.unwrap_or(0.0))?;
        reference_events += cases;
        reference_population += people;
    }
    Ok(Standardised {
        observed: not_negative("the observed count", observed.unwrap_or(events))?,
        expected,
        reference_rate: reference_events / positive("the whole reference population", reference_population)?,
    })
}

impl Standardised {
    /// Observed ÷ expected × `reference` (1, or 100), with the limits of the observed count.
    ///
    /// # Errors
    /// Nothing expected.
    pub fn ratio(&self, reference: f64, confidence: Confidence) -> Result<Estimate, StatisticsError> {
        let per = finite("the reference value", reference)? / positive("the expected count", self.expected)?;
        let limits = poisson_limits(self.observed, confidence)?;
        Ok(Estimate::new(self.observed / self.expected * reference, limits.times(per)))
    }

    /// Observed ÷ expected × the crude rate of the reference population for `multiplier` people.
    ///
    /// # Errors
    /// Nothing expected.
    pub fn rate(&self, multiplier: f64, confidence: Confidence) -> Result<Estimate, StatisticsError> {
        self.ratio(self.reference_rate * finite("the multiplier", multiplier)?, confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, agree, joined};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ratios_and_rates_are_those_of_the_reference_program() {
        for (case, inputs) in joined("isr/inputs.csv", "isr/expected.csv") {
            let row = &case.rows[0];
            let strata: Vec<Stratum> = inputs
                .iter()
                .map(|row| Stratum {
                    events: row.number("count"),
                    population: row.number("pop"),
                    reference_events: row.number("ref_count"),
                    reference_population: row.number("ref_pop"),
                })
                .collect();
            let made = standardise(&strata, row.number("observed_total_given"));
            if !row.text("expected_error").is_empty() {
                assert!(made.is_err(), "{}: {made:?}", case.id);
                continue;
            }
            let made = made.unwrap_or_else(|error| panic!("{}: {error}", case.id));
            let check = |column: &str, ours: Option<f64>| {
                // Where nothing is expected the reference program divides by zero; here there is no estimate.
                let theirs = row.number(column).filter(|number| number.is_finite());
                assert!(agree(ours, theirs, 1e-10), "{}, {column}: {ours:?}, not {theirs:?}", case.id);
            };
            let multiplier = row.given("multiplier");
            check("expected_observed", Some(made.observed));
            check("expected_expected", Some(made.expected));
            check("rate_ref_rate", Some(made.reference_rate * multiplier));
            for (confidence, level) in [(Confidence::P95, "95"), (Confidence::P99_8, "99_8")] {
                for (kind, ours) in [
                    ("ratio", made.ratio(row.given("refvalue"), confidence).ok()),
                    ("rate", made.rate(multiplier, confidence).ok()),
                ] {
                    check(&format!("{kind}_value"), ours.map(|ours| ours.value));
                    check(&format!("{kind}_lower{level}"), ours.map(|ours| ours.lower));
                    check(&format!("{kind}_upper{level}"), ours.map(|ours| ours.upper));
                }
            }
        }
    }

    fn stratum(events: f64, population: f64, reference_events: f64, reference_population: f64) -> Stratum {
        Stratum {
            events: Some(events),
            population: Some(population),
            reference_events: Some(reference_events),
            reference_population: Some(reference_population),
        }
    }

    #[test]
    fn what_is_impossible_or_missing_is_an_error() {
        let whole = stratum(5.0, 100.0, 10.0, 1000.0);
        assert!(standardise(&[Stratum { events: None, population: None, ..whole }], None).is_ok());
        assert!(standardise(&[Stratum { population: Some(-1.0), ..whole }], None).is_err());
        assert!(standardise(&[Stratum { events: Some(-1.0), ..whole }], None).is_err());
        assert!(standardise(&[Stratum { reference_events: Some(-1.0), ..whole }], None).is_err());
        assert!(standardise(&[Stratum { reference_population: Some(0.0), ..whole }], None).is_err());
        assert!(standardise(&[Stratum { reference_population: None, ..whole }], None).is_err());
        assert!(standardise(&[whole], Some(-1.0)).is_err());
        assert!(standardise(&[], None).is_err());
        let nobody = standardise(&[Stratum { population: Some(0.0), ..whole }], None).expect("sums");
        assert!(nobody.ratio(100.0, Confidence::P95).is_err());
    }

    proptest! {
        #[test]
        fn a_ratio_keeps_its_limits_order_and_unit(
            strata in proptest::collection::vec((0u32..60, 1u32..9_000, 1u32..700, 1_000u32..90_000), 1..20),
        ) {
            let mut strata: Vec<Stratum> = strata
                .into_iter()
                .map(|(x, n, y, m)| stratum(f64::from(x), f64::from(n), f64::from(y), f64::from(m)))
                .collect();
            let made = standardise(&strata, None).expect("sums");
            let one = made.ratio(1.0, Confidence::P95).expect("a ratio");
            let wide = made.ratio(1.0, Confidence::P99_8).expect("a ratio");
            prop_assert!(wide.lower <= one.lower && one.lower <= one.value);
            prop_assert!(one.value < one.upper && one.upper < wide.upper);
            let percent = made.ratio(100.0, Confidence::P95).expect("a ratio");
            prop_assert!(agree(Some(percent.upper), Some(one.upper * 100.0), 1e-12));
            strata.reverse();
            let turned = standardise(&strata, None).expect("sums").rate(1e5, Confidence::P95).expect("a rate");
            let rate = made.rate(1e5, Confidence::P95).expect("a rate");
            prop_assert!(agree(Some(turned.value), Some(rate.value), 1e-11));
            prop_assert!(agree(Some(turned.lower), Some(rate.lower), 1e-11));
        }

        #[test]
        fn the_reference_population_itself_stands_at_one(
            strata in proptest::collection::vec((1u32..700, 1_000u32..90_000), 1..20),
        ) {
            let strata: Vec<Stratum> = strata
                .into_iter()
                .map(|(x, n)| stratum(f64::from(x), f64::from(n), f64::from(x), f64::from(n)))
                .collect();
            let made = standardise(&strata, None).expect("sums");
            prop_assert!(agree(Some(made.ratio(1.0, Confidence::P95).expect("a ratio").value), Some(1.0), 1e-12));
        }
    }
}
