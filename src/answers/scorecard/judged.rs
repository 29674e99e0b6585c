//! One target of one series in one place: with whom it is compared, its judgement, and what to do where there is none.

use super::assemble::Table;
use super::comparator::{self, Compared};
use super::plan::{Asked, comparators};
use super::{Subject, advice};
use crate::frameworks::{Evidence, Group, Judgement, Member, Place, Point, Series, Target, TargetKind, judge};
use crate::outcomes::Length;
use crate::store::Slice;
use std::sync::Arc;

impl Table<'_> {
    /// Places with their figures of a slice and length.
    pub(super) fn members<'s>(
        &self,
        subjects: impl IntoIterator<Item = &'s Subject>,
        found: Option<&(Arc<Slice>, Length)>,
    ) -> Vec<Member> {
        let points = |subject: &Subject| -> Arc<[Point]> {
            match found {
                Some((slice, length)) => self.figures.points(slice, subject, *length),
                None => Arc::new([]),
            }
        };
        let member = |subject: &Subject| Member { place: subject.place.clone(), points: points(subject) };
        subjects.into_iter().map(member).collect()
    }

    /// The judgement of one target, with whom it is compared, and what to do where it cannot be judged.
    pub(super) fn judged(
        &self,
        target: &Target,
        series: &Series,
        asked: &Asked,
        found: Option<&(Arc<Slice>, Length)>,
        evidence: &Evidence<'_>,
    ) -> Judgement {
        let plan = self.plan;
        let compared = if let TargetKind::CloseGapBetween { to, .. } = &target.kind {
            let member = found.and_then(|found| self.other_group(to, series, found, asked));
            Compared { member, said: String::new() }
        } else {
            let named = comparators(&target.kind).iter().filter_map(|code| plan.comparators.get(code));
            let named = named.filter(|other| other.place != asked.subject.place);
            comparator::choose(self.members(named, found), evidence.points, target.kind.baseline())
        };
        let newer = format!("{}{}", compared.said, evidence.newer);
        let evidence = Evidence { comparator: compared.member.as_ref(), newer: &newer, ..evidence.clone() };
        let mut judgement = judge(target, &evidence);
        let covers = found.and_then(|(slice, _)| plan.covers.get(&slice.dataset).copied());
        judgement.reason.push_str(&advice::after(&judgement, target, evidence.points, covers));
        judgement
    }

    /// Another group of people of the same place, with its figures in the dataset that answers.
    fn other_group(
        &self,
        to: &Group,
        series: &Series,
        (slice, length): &(Arc<Slice>, Length),
        asked: &Asked,
    ) -> Option<Member> {
        let choice = self.plan.choices.get(&to.of(&series.indicator))?;
        let other = choice.slices.iter().find(|other| other.dataset == slice.dataset)?;
        let points = self.figures.points(other, &asked.subject, *length);
        let Place { code, name } = &asked.subject.place;
        let place = Place { code: Arc::clone(code), name: format!("{} in {name}", to.label).into() };
        (!points.is_empty()).then_some(Member { place, points })
    }
}
