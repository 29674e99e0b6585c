//! A scorecard from the figures that were read.

use super::super::recoded::is_empty;
use super::super::{Budget, Refusal};
use super::choice::Choice;
use super::figures::Figures;
use super::plan::{Asked, Group, Others, Plan, wanted_length, whole};
use super::together::{Sight, Sights};
use super::{Cell, Part, Row, Scorecard, ScorecardError, Subject};
use crate::frameworks::{
    Evidence, MAX_AGE, Measure, Member, Neighbours, Peers, Point, Series, Standing, Status, Target, TargetKind, beside,
};
use crate::outcomes::{CombinedWith, Indicator, Length, Period, ReleaseNumber, ValueType};
use crate::store::{Catalogue, Slice, StoredFigure};
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
        catalogue: &Catalogue,
        first: &[StoredFigure],
        second: &[StoredFigure],
    ) -> Result<Scorecard, ScorecardError> {
        whole(first)?;
        whole(second)?;
        let mut figures = Figures::with(self.caveats.clone());
        figures.take(first);
        figures.take(second);
        let sights = Sights::new(catalogue, &figures);
        let mut table = Table { budget, plan: &self, sights, members: HashMap::new() };
        let rows = (0..self.framework.measures.len()).map(|measure| table.row(measure)).collect::<Result<_, _>>()?;
        Ok(Scorecard {
            framework: Arc::clone(&self.framework),
            at: self.at,
            places: self.subjects.iter().map(|asked| asked.subject.place.clone()).collect(),
            rows,
        })
    }
}

/// What a group's figures in one slice and length are filed under, and whether they are put together.
type GroupKey = (usize, i64, Length, bool);

pub(super) struct Table<'p> {
    budget: &'p Budget,
    pub(super) plan: &'p Plan,
    sights: Sights<'p, 'p>,
    /// The peers of each group, put together once a slice and length.
    members: HashMap<GroupKey, Arc<Peers>>,
}

impl Table<'_> {
    fn row(&mut self, position: usize) -> Result<Row, Refusal> {
        let plan = self.plan;
        let measure = &plan.framework.measures[position];
        let cells = plan.subjects.iter().map(|asked| {
            self.budget.in_time()?;
            let parts = measure.series.iter().map(|series| self.part(measure, series, asked));
            let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
            let worst = |standing| Status::worst(parts.iter().filter_map(|part| part.worst(measure, standing)));
            let stated = worst(Standing::Stated).filter(|_| asked.promised);
            Ok(Cell { promise: asked.promised, stated, proposed: worst(Standing::Proposed), parts })
        });
        Ok(Row { measure: position, cells: cells.collect::<Result<_, Refusal>>()? })
    }

    fn part(&mut self, measure: &Measure, series: &Series, asked: &Asked) -> Result<Part, Refusal> {
        let plan = self.plan;
        // Every series of the framework was planned for.
        let choice = &plan.choices[series];
        let indicator = choice.indicator.as_ref();
        let found = self.sights.answering(choice, &asked.subject, wanted_length(measure));
        let points = self.points(indicator, found.as_ref().ok(), &asked.subject);
        let absence = found.as_ref().err().map(|why| absence(choice.slices.as_slice(), &choice.instead, why));
        let peers = match &found {
            Ok(sight) => self.peers(asked.group, indicator, *sight)?,
            Err(_) => Arc::new(Peers { name: Arc::clone(&plan.groups[asked.group].name), members: Vec::new() }),
        };
        let neighbours = |model: Option<&str>| -> Option<Neighbours> {
            let model = model.or_else(|| {
                asked.neighbours.keys().next().filter(|_| asked.neighbours.len() == 1).map(String::as_str)
            })?;
            let others = asked.neighbours.get(model)?;
            let mut members = self.members(indicator, &others.subjects, found.as_ref().ok());
            once(others, &mut members);
            Some(Neighbours { model: model.into(), members })
        };
        let named = measure.targets.iter().find_map(|target| model(target));
        let near = neighbours(named);
        let described = indicator.cloned().unwrap_or_else(|| unknown(&series.indicator));
        let newer = match &found {
            Ok(sight) => self.newer(choice, *sight, &asked.subject),
            Err(_) => String::new(),
        };
        let group = group(series);
        let evidence = Evidence {
            indicator: &described,
            group: &group,
            place: &asked.subject.place,
            points: &points,
            comparator: None,
            neighbours: near.as_ref(),
            peers: &peers,
            absence: absence.as_deref().unwrap_or_default(),
            newer: &newer,
            day: plan.day,
            max_age: measure.max_age.unwrap_or(MAX_AGE),
            promise: asked.promised,
        };
        let judgements = measure
            .targets
            .iter()
            .map(|target| self.judged(target, series, asked, found.as_ref().ok(), &evidence))
            .collect();
        let beside = points.last().map(|_| beside(beside_of(measure), &evidence));
        let rests_on = rests_on(&points, near.as_ref(), &peers);
        let others = choice.slices.iter().filter(|slice| found.as_ref().is_ok_and(|own| own.slice.id != slice.id));
        let others = others.filter_map(|slice| {
            let sight = Sight { slice, ..*found.as_ref().ok()? };
            Some((Arc::clone(&slice.dataset), self.points(indicator, Some(&sight), &asked.subject).last()?.period))
        });
        Ok(Part {
            series: series.clone(),
            indicator: choice.indicator.clone(),
            latest: points.last().cloned(),
            points: Arc::clone(&points),
            other_datasets: others.collect(),
            rests_on,
            absence,
            judgements,
            beside,
        })
    }

    /// A place's figures as they are answered; none where nothing answers.
    pub(super) fn points(
        &self,
        indicator: Option<&Indicator>,
        sight: Option<&Sight<'_>>,
        subject: &Subject,
    ) -> Arc<[Point]> {
        sight.map_or_else(Arc::default, |sight| self.sights.points(indicator, *sight, subject))
    }

    /// What is said where another dataset has newer figures of the place than the one that answers, or its councils have newer
    /// ones that do not come to a figure of it.
    fn newer(&self, choice: &Choice, answering: Sight<'_>, subject: &Subject) -> String {
        let indicator = choice.indicator.as_ref();
        let newest = |slice: &Arc<Slice>| {
            let points = self.points(indicator, Some(&Sight { slice, ..answering }), subject);
            points.last().map(|point| point.period)
        };
        let own = newest(answering.slice);
        let others = choice.slices.iter().filter(|slice| slice.dataset != answering.slice.dataset);
        let newer: Vec<String> = others
            .filter_map(|slice| Some((&slice.dataset, newest(slice).filter(|period| Some(*period) > own)?)))
            .map(|(dataset, period)| format!("`{dataset}` has figures to {}", period.label()))
            .collect();
        let lacking = answering.together.then(|| {
            let together = self.sights.together(indicator, answering.slice, subject, answering.length);
            together.lacking.as_ref().map(|why| format!("; {why}"))
        });
        let mut said = lacking.flatten().unwrap_or_default();
        if !newer.is_empty() {
            said.push_str(&format!("; {}, not used here", newer.join(" and ")));
        }
        said
    }

    fn peers(&mut self, group: usize, indicator: Option<&Indicator>, sight: Sight<'_>) -> Result<Arc<Peers>, Refusal> {
        let key = (group, sight.slice.id, sight.length, sight.together);
        if let Some(known) = self.members.get(&key) {
            return Ok(Arc::clone(known));
        }
        let Group { name, others } = &self.plan.groups[group];
        let mut members = Vec::with_capacity(others.subjects.len());
        for subject in &others.subjects {
            self.budget.in_time()?;
            let points = self.points(indicator, Some(&sight), subject);
            members.push(Member { place: subject.place.clone(), points });
        }
        let have: Vec<bool> = members.iter().map(|member| !member.points.is_empty()).collect();
        once(others, &mut members);
        let mut have = have.into_iter();
        members.retain(|_| have.next().unwrap_or(true));
        let peers = Arc::new(Peers { name: Arc::clone(name), members });
        self.members.insert(key, Arc::clone(&peers));
        Ok(peers)
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
    let people = match (&series.age, sex) {
        (Some(age), "") => format!("aged {age}"),
        (Some(age), sex) => format!("{sex} aged {age}"),
        (None, sex) => sex.to_owned(),
    };
    match (&series.category, people.as_str()) {
        (None, _) => people,
        (Some(category), "") => category.name.clone(),
        (Some(category), people) => format!("{people}, {}", category.name),
    }
}

/// The model of neighbours that a target names.
fn model(target: &Target) -> Option<&str> {
    match &target.kind {
        TargetKind::InLineWith { model } => Some(model),
        _ => None,
    }
}

/// The releases of a place's figures, and of its neighbours' and peers' for the newest period: what stands beside rests on
/// them.
fn rests_on(points: &[Point], neighbours: Option<&Neighbours>, peers: &Peers) -> BTreeSet<(ReleaseNumber, Arc<str>)> {
    let newest = points.last().map(|point| point.period);
    let near = neighbours.map(|neighbours| neighbours.members.as_slice()).unwrap_or_default();
    let around =
        newest.iter().flat_map(|period| near.iter().chain(&peers.members).filter_map(|member| member.at(period)));
    let sources = points.iter().chain(around).flat_map(Point::sources);
    sources.map(|(release, dataset)| (release, Arc::clone(dataset))).collect()
}

/// What is said where a place has no figure at all, and why none is put together.
fn absence(slices: &[Arc<Slice>], instead: &str, why: &str) -> String {
    if slices.is_empty() {
        return instead.to_owned();
    }
    let datasets: Vec<&str> = slices.iter().map(|slice| &*slice.dataset).collect();
    let publishes = if datasets.len() == 1 { "publishes" } else { "publish" };
    let why = if why.is_empty() { String::new() } else { format!("; {why}") };
    format!("{} {publishes} the indicator, but not for this place{why}", datasets.join(" and "))
}

/// What stands for an indicator that the hub no longer describes: its figures are still shown.
fn unknown(id: &str) -> Indicator {
    Indicator::bare(id, "unspecified", ValueType::Index)
}
