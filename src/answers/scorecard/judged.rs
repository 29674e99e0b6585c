//! One target of one series in one place: with whom it is compared, its judgement, and what to do where there is none.

use super::assemble::Table;
use super::comparator::{self, Compared};
use super::plan::{Asked, comparators};
use super::together::Sight;
use super::{Subject, advice};
use crate::frameworks::{Evidence, Group, Judgement, Member, Place, Series, Target, TargetKind, judge};
use crate::outcomes::Indicator;
use std::sync::Arc;

impl Table<'_> {
    /// Places with their figures as they are answered.
    pub(super) fn members<'s>(
        &self,
        indicator: Option<&Indicator>,
        subjects: impl IntoIterator<Item = &'s Subject>,
        sight: Option<&Sight<'_>>,
    ) -> Vec<Member> {
        let points = |subject: &Subject| self.points(indicator, sight, subject);
        let member = |subject: &Subject| Member { place: subject.place.clone(), points: points(subject) };
        subjects.into_iter().map(member).collect()
    }

    /// The judgement of one target, with whom it is compared, and what to do where it cannot be judged.
    pub(super) fn judged(
        &self,
        target: &Target,
        series: &Series,
        asked: &Asked,
        sight: Option<&Sight<'_>>,
        evidence: &Evidence<'_>,
    ) -> Judgement {
        let plan = self.plan;
        let compared = if let TargetKind::CloseGapBetween { to, .. } = &target.kind {
            let member = sight.and_then(|sight| self.other_group(to, series, *sight, asked));
            Compared { member, said: String::new() }
        } else {
            let named = comparators(&target.kind).iter().filter_map(|code| plan.comparators.get(code));
            let named = named.filter(|other| other.place != asked.subject.place);
            let indicator = plan.choices[series].indicator.as_ref();
            comparator::choose(self.members(indicator, named, sight), evidence.points, target.kind.baseline())
        };
        let newer = format!("{}{}", compared.said, evidence.newer);
        let evidence = Evidence { comparator: compared.member.as_ref(), newer: &newer, ..evidence.clone() };
        let mut judgement = judge(target, &evidence);
        let covers = sight.and_then(|sight| plan.covers.get(&sight.slice.dataset).copied());
        judgement.reason.push_str(&advice::after(&judgement, target, evidence.points, covers));
        judgement
    }

    /// Another group of people of the same place, with its figures in the dataset that answers.
    fn other_group(&self, to: &Group, series: &Series, sight: Sight<'_>, asked: &Asked) -> Option<Member> {
        let choice = self.plan.choices.get(&to.of(&series.indicator))?;
        let slice = choice.slices.iter().find(|other| other.dataset == sight.slice.dataset)?;
        let points = self.points(choice.indicator.as_ref(), Some(&Sight { slice, ..sight }), &asked.subject);
        let Place { code, name } = &asked.subject.place;
        let place = Place { code: Arc::clone(code), name: format!("{} in {name}", to.label).into() };
        (!points.is_empty()).then_some(Member { place, points })
    }
}
