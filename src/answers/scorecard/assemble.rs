//! A scorecard from the figures that were read.

use super::super::recoded::is_empty;
use super::super::{Budget, Refusal};
use super::figures::Figures;
use super::plan::{Asked, Group, Others, Plan, comparator, wanted_length, whole};
use super::{Cell, Part, Row, Scorecard, ScorecardError, Subject};
use crate::frameworks::{
    Evidence, Measure, Member, Neighbours, Peers, Point, Series, Status, Target, TargetKind, beside, judge,
};
use crate::outcomes::{AreaType, CombinedWith, Indicator, Length, Period, Polarity, ValueType};
use crate::store::{Slice, StoredFigure};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

impl Plan {
    /// Puts the scorecard together from both reads.
    ///
    /// # Errors
    /// When a read was cut short; when there is no time left.
    pub fn assemble(
        self,
        budget: &Budget,
        first: &[StoredFigure],
        second: &[StoredFigure],
    ) -> Result<Scorecard, ScorecardError> {
        whole(first)?;
        whole(second)?;
        let mut figures = Figures::with(self.caveats.clone());
        figures.take(first);
        figures.take(second);
        let mut table = Table { budget, plan: &self, figures, members: HashMap::new() };
        let rows = (0..self.framework.measures.len()).map(|measure| table.row(measure)).collect::<Result<_, _>>()?;
        Ok(Scorecard {
            framework: Arc::clone(&self.framework),
            at: self.at,
            places: self.subjects.iter().map(|asked| asked.subject.place.clone()).collect(),
            rows,
        })
    }
}

/// What a group's figures in one slice and length are filed under.
type GroupKey = (usize, i64, Length);

struct Table<'p> {
    budget: &'p Budget,
    plan: &'p Plan,
    figures: Figures<'p>,
    /// The peers of each group, put together once a slice and length.
    members: HashMap<GroupKey, Arc<Peers>>,
}

impl Table<'_> {
    fn row(&mut self, position: usize) -> Result<Row, Refusal> {
        let plan = self.plan;
        let measure = &plan.framework.measures[position];
        let cells = plan.subjects.iter().map(|asked| {
            self.budget.in_time()?;
            let parts: Vec<Part> = measure.series.iter().map(|series| self.part(measure, series, asked)).collect();
            let statuses = parts.iter().flat_map(|part| &part.judgements).map(|judgement| judgement.status);
            Ok(Cell { status: Status::worst(statuses), parts })
        });
        Ok(Row { measure: position, cells: cells.collect::<Result<_, Refusal>>()? })
    }

    fn part(&mut self, measure: &Measure, series: &Series, asked: &Asked) -> Part {
        let plan = self.plan;
        // Every series of the framework was planned for.
        let choice = &plan.choices[series];
        let found = self.figures.answering(&choice.slices, &asked.subject).and_then(|slice| {
            Some((Arc::clone(slice), self.figures.length(slice.id, &asked.subject, wanted_length(measure))?))
        });
        let points: Arc<[Point]> = match &found {
            Some((slice, length)) => self.figures.points(slice, &asked.subject, *length),
            None => Arc::new([]),
        };
        let absence = found.is_none().then(|| absence(choice.slices.as_slice(), &choice.instead, asked.subject.kind));
        let peers = match &found {
            Some((slice, length)) => self.peers(asked.group, slice, *length),
            None => Arc::new(Peers { name: Arc::clone(&plan.groups[asked.group].name), members: Vec::new() }),
        };
        let members = |subjects: &[Subject]| -> Vec<Member> {
            subjects
                .iter()
                .map(|subject| Member {
                    place: subject.place.clone(),
                    points: match &found {
                        Some((slice, length)) => self.figures.points(slice, subject, *length),
                        None => Arc::new([]),
                    },
                })
                .collect()
        };
        let neighbours = |model: Option<&str>| -> Option<Neighbours> {
            let model = model.or_else(|| {
                asked.neighbours.keys().next().filter(|_| asked.neighbours.len() == 1).map(String::as_str)
            })?;
            let others = asked.neighbours.get(model)?;
            let mut members = members(&others.subjects);
            once(others, &mut members);
            Some(Neighbours { model: model.into(), members })
        };
        let named = measure.targets.iter().find_map(|target| model(target));
        let near = neighbours(named);
        let indicator = choice.indicator.clone().unwrap_or_else(|| unknown_indicator(&series.indicator));
        let newer = match &found {
            Some((slice, length)) => self.newer(&choice.slices, slice, &asked.subject, *length),
            None => String::new(),
        };
        let group = group(series);
        let evidence = Evidence {
            indicator: &indicator,
            group: &group,
            place: &asked.subject.place,
            points: &points,
            comparator: None,
            neighbours: near.as_ref(),
            peers: &peers,
            absence: absence.as_deref().unwrap_or_default(),
            newer: &newer,
        };
        let judgements = measure.targets.iter().map(|target| {
            let subject = comparator(&target.kind).and_then(|code| plan.comparators.get(code));
            let comparator = subject.and_then(|subject| members(std::slice::from_ref(subject)).pop());
            judge(target, &Evidence { comparator: comparator.as_ref(), ..evidence.clone() })
        });
        let judgements = judgements.collect();
        let beside = points.last().map(|_| beside(beside_of(measure), &evidence));
        let others = choice.slices.iter().filter(|slice| found.as_ref().is_some_and(|(own, _)| own.id != slice.id));
        let others = others.filter_map(|slice| {
            let length = self.figures.length(slice.id, &asked.subject, found.as_ref().map(|(_, length)| *length))?;
            Some((Arc::clone(&slice.dataset), self.figures.points(slice, &asked.subject, length).last()?.period))
        });
        Part {
            series: series.clone(),
            indicator: choice.indicator.clone(),
            latest: points.last().cloned(),
            points: Arc::clone(&points),
            other_datasets: others.collect(),
            absence,
            judgements,
            beside,
        }
    }

    /// What is said where another dataset has newer figures of the place than the one that answers.
    fn newer(&self, slices: &[Arc<Slice>], answering: &Slice, subject: &Subject, length: Length) -> String {
        let newest = |slice: &Slice| self.figures.points(slice, subject, length).last().map(|point| point.period);
        let own = newest(answering);
        let others = slices.iter().filter(|slice| slice.dataset != answering.dataset);
        let newer: Vec<String> = others
            .filter_map(|slice| Some((&slice.dataset, newest(slice).filter(|period| Some(*period) > own)?)))
            .map(|(dataset, period)| format!("`{dataset}` has figures to {}", period.label()))
            .collect();
        if newer.is_empty() { String::new() } else { format!("; {}, not used here", newer.join(" and ")) }
    }

    fn peers(&mut self, group: usize, slice: &Slice, length: Length) -> Arc<Peers> {
        let (plan, figures) = (self.plan, &self.figures);
        let make = || {
            let Group { name, others } = &plan.groups[group];
            let member = |subject: &Subject| Member {
                place: subject.place.clone(),
                points: figures.points(slice, subject, length),
            };
            let mut members: Vec<Member> = others.subjects.iter().map(member).collect();
            let have: Vec<bool> = members.iter().map(|member| !member.points.is_empty()).collect();
            once(others, &mut members);
            let mut have = have.into_iter();
            members.retain(|_| have.next().unwrap_or(true));
            Arc::new(Peers { name: Arc::clone(name), members })
        };
        Arc::clone(self.members.entry((group, slice.id, length)).or_insert_with(make))
    }
}

/// Takes the points out of which the people are counted in those of others: of a place and what took over from it one side
/// answers a period, and a figure of several places together counts once.
fn once(others: &Others, members: &mut [Member]) {
    let overlaps = &others.overlaps;
    let periods: BTreeSet<Period> =
        overlaps.concerned().flat_map(|at| members[at].points.iter().map(|point| point.period)).collect();
    for period in periods {
        let has = |at: usize| members[at].at(&period).is_some_and(|point| !is_empty(point.value));
        for left in overlaps.left_out(&period, has) {
            without(&mut members[left.at], &period);
        }
    }
    // A figure of several places together counts once, under the first that has it.
    for at in 0..members.len() {
        let joint: Vec<(Period, CombinedWith)> =
            members[at].points.iter().filter(|point| point.number().is_some()).filter_map(joint).collect();
        for (period, with) in joint {
            for other in with.codes().filter_map(|code| others.by_code.get(code)).filter(|other| **other != at) {
                without(&mut members[*other], &period);
            }
        }
    }
}

fn joint(point: &Point) -> Option<(Period, CombinedWith)> {
    Some((point.period, point.combined_with.clone()?))
}

/// Takes out the point of one period.
fn without(member: &mut Member, period: &Period) {
    if member.at(period).is_some() {
        member.points = member.points.iter().filter(|point| point.period != *period).cloned().collect();
    }
}

/// The target of a measure that what stands beside speaks of: the first that counts from a baseline, else the first.
#[must_use]
pub fn beside_of(measure: &Measure) -> Option<&Target> {
    let counted = measure.targets.iter().find(|target| target.kind.baseline().is_some());
    counted.or(measure.targets.first())
}

/// The group of people of a series as a sentence says it: `males`, `aged 65+`; empty where it is everybody.
fn group(series: &Series) -> String {
    let sex = match series.sex.as_str() {
        "male" => "males",
        "female" => "females",
        _ => "",
    };
    match (&series.age, sex) {
        (Some(age), "") => format!("aged {age}"),
        (Some(age), sex) => format!("{sex} aged {age}"),
        (None, sex) => sex.to_owned(),
    }
}

/// The model of neighbours that a target names.
fn model(target: &Target) -> Option<&str> {
    match &target.kind {
        TargetKind::InLineWith { model } => Some(model),
        _ => None,
    }
}

/// What is said where a place has no figure at all.
fn absence(slices: &[Arc<Slice>], instead: &str, kind: Option<AreaType>) -> String {
    if slices.is_empty() {
        return instead.to_owned();
    }
    let datasets: Vec<&str> = slices.iter().map(|slice| &*slice.dataset).collect();
    let publishes = if datasets.len() == 1 { "publishes" } else { "publish" };
    let councils = match kind {
        Some(AreaType::Icb | AreaType::SubIcb) => {
            "; its councils have figures, which `combined` puts together where it may"
        }
        _ => "",
    };
    format!("{} {publishes} the indicator, but not for this place{councils}", datasets.join(" and "))
}

/// What stands for an indicator that the hub no longer describes: its figures are still shown.
fn unknown_indicator(id: &str) -> Indicator {
    Indicator {
        id: id.to_owned(),
        name: id.to_owned(),
        definition: None,
        unit: "unspecified".to_owned(),
        value_type: ValueType::Index,
        polarity: Polarity::None,
        multiplier: None,
        numerator: None,
        denominator: None,
        source_url: None,
        same_as: None,
        prefer: Vec::new(),
    }
}
