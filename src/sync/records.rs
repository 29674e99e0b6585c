//! Runs that make figures of records of people: what is published is protected, and what is said repeats nothing of a record.

use super::halt::Halt;
use super::report::Problem;
use crate::check::{Measure, Protected, Refused, SmallNumberRule, protect};
use crate::connector::Manifest;
use crate::decode::DecodeError;
use crate::outcomes::{Observation, Rejection, Relation, Traced};

/// Protects the figures of a run.
pub(super) struct Protection {
    rule: SmallNumberRule,
    withheld: u64,
    left_out: u64,
}

impl Protection {
    /// That of a connector with records of people; none of any other.
    pub fn of(manifest: &Manifest) -> Option<Self> {
        let disclosure = manifest.disclosure.filter(|_| manifest.is_record_level())?;
        let rule = SmallNumberRule { smallest_shown: disclosure.smallest_shown, round_to: disclosure.round_to };
        Some(Self { rule, withheld: 0, left_out: 0 })
    }

    /// What a checked row becomes; nothing where it is not published at all.
    pub fn figure(
        &mut self,
        checked: Result<Traced<Observation>, Box<Refused>>,
        known: impl Fn(&str) -> Option<Measure>,
    ) -> Option<Result<Traced<Observation>, Box<Refused>>> {
        let row = match checked {
            Ok(row) => row,
            Err(refused) => {
                // Of a group that a record names, not even the name is published.
                let placeholder = refused.placeholder.filter(|row| row.row.breakdown.category.is_none());
                return Some(Err(Box::new(Refused { rejection: refused.rejection.without_text(), placeholder })));
            }
        };
        let protected = match known(&row.row.indicator) {
            Some(measure) => protect(row.row, &measure, self.rule),
            None => Err("its indicator is not known"),
        };
        let traced = |observation| Some(Ok(Traced { row: observation, origin: row.origin.clone() }));
        match protected {
            Ok(Protected::Shown(observation)) => traced(observation),
            Ok(Protected::Withheld(observation)) => {
                self.withheld += 1;
                traced(observation)
            }
            Ok(Protected::LeftOut) => {
                self.left_out += 1;
                None
            }
            Err(why) => Some(Err(Box::new(Refused {
                placeholder: None,
                rejection: Rejection {
                    relation: Relation::Observations,
                    origin: row.origin,
                    reason: "not-protected",
                    column: None,
                    text: None,
                    detail: why.into(),
                    raw: "{}".into(),
                },
            }))),
        }
    }

    /// What became of small numbers, for the report.
    pub fn remarks(&self) -> Vec<String> {
        let rule = self.rule;
        let mut out = vec![format!(
            "the figures are made of records of people: counts below {} are withheld ({} figures), all others rounded to {}",
            rule.smallest_shown, self.withheld, rule.round_to
        )];
        if self.left_out > 0 {
            out.push(format!(
                "{} figures of named groups are not published at all, because the group's name may tell who its few people are",
                self.left_out
            ));
        }
        out
    }
}

/// The end of a run whose file of records cannot be read.
pub(super) fn unread(error: &DecodeError) -> Halt {
    Halt::Refused(Problem { code: error.code().into(), message: error.without_text() })
}

/// The end of a run whose records cannot be mapped: the engine names the text on which it failed.
pub(super) fn unmapped(halt: Halt) -> Halt {
    match halt {
        Halt::Refused(problem) => {
            let message = format!(
                "the SQL failed on what stands in a row ({}); it is not shown, because a resource has record_level = true: try the \
                 SQL with made-up rows in `hub connector preview`",
                problem.code
            );
            Halt::Refused(Problem { message, ..problem })
        }
        halt => halt,
    }
}
