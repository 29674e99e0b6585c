//! Finds the figures that a target needs, keeps those that were used, and names those that are missing.

use super::limits::{Interval, around, interval, turned};
use crate::frameworks::{Baseline, Evidence, Member, Place, Point, Role, Target, Used};
use crate::outcomes::{Figure, MissingKind, Period};
use crate::statistics::{Better, Estimate};
use chrono::NaiveDate;

/// A figure that may be reckoned with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'a> {
    pub(super) point: &'a Point,
    pub(super) value: f64,
}

impl Number<'_> {
    /// The printed period.
    pub(super) fn label(&self) -> String {
        self.point.period.label()
    }
}

/// A figure with its limits: as the reason prints them, and turned so that more is better, as they are judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limited {
    pub(super) shown: Interval,
    pub(super) turned: Estimate,
}

/// Whether the day by which a target is to be reached has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deadline {
    /// There is none.
    None,
    /// It lies ahead.
    Ahead(NaiveDate),
    /// It is past, and there is no figure of it yet: the current figure's period ends before it.
    Awaited(NaiveDate),
    /// The current figure's period ends on it or after it.
    Reached(NaiveDate),
}

impl Deadline {
    /// The day of which there is no figure yet, up to which progress is counted.
    pub(super) const fn to_come(self) -> Option<NaiveDate> {
        match self {
            Self::Ahead(by) | Self::Awaited(by) => Some(by),
            Self::None | Self::Reached(_) => None,
        }
    }

    /// Whether the current figure is of the day or later.
    pub(super) const fn is_reached(self) -> bool {
        matches!(self, Self::Reached(_))
    }

    /// What the reason says of it: `; the target is to be reached by …`.
    pub(super) fn clause(self) -> String {
        let day = |day: NaiveDate| day.format("%-d %B %Y").to_string();
        match self {
            Self::None => String::new(),
            Self::Ahead(by) => format!("; the target is to be reached by {}", day(by)),
            Self::Awaited(by) => {
                format!("; the target was to be reached by {}, of which there is no figure yet", day(by))
            }
            Self::Reached(by) => format!("; the target was to be reached by {}", day(by)),
        }
    }
}

/// One target with its evidence while it is judged.
pub(super) struct Desk<'a> {
    pub(super) target: &'a Target,
    pub(super) evidence: &'a Evidence<'a>,
    /// Half a unit of the last digit of the series.
    rounding: f64,
    used: Vec<Used>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(target: &'a Target, evidence: &'a Evidence<'a>, rounding: f64) -> Self {
        Self { target, evidence, rounding, used: Vec::new() }
    }

    pub(super) fn into_used(self) -> Vec<Used> {
        self.used
    }

    pub(super) fn uses(&mut self, role: Role, place: &Place, point: &Point) {
        self.used.push(Used { role, place: place.clone(), point: point.clone() });
    }

    /// `Name of the indicator in Place`.
    pub(super) fn subject(&self) -> String {
        format!("{} in {}", self.measured(), self.evidence.place.name)
    }

    /// `Name of the indicator`, with the group of people where it is not everybody.
    pub(super) fn measured(&self) -> String {
        let (name, group) = (&self.evidence.indicator.name, self.evidence.group);
        if group.is_empty() { name.clone() } else { format!("{name} ({group})") }
    }

    /// The unit of the indicator.
    pub(super) fn unit(&self) -> &'a str {
        &self.evidence.indicator.unit
    }

    /// The direction of good, for a kind of target that needs one.
    pub(super) fn direction_of_good(&self, better: Better) -> Result<Better, String> {
        if better == Better::Neither {
            let (name, kind) = (self.measured(), self.target.kind.as_str());
            return Err(format!("Neither a higher nor a lower figure of {name} is better, which {kind} needs"));
        }
        Ok(better)
    }

    /// The place's newest figure.
    pub(super) fn current(&mut self) -> Result<Number<'a>, String> {
        let evidence = self.evidence;
        let Some(point) = evidence.points.last() else { return Err(self.none_at_all()) };
        self.uses(Role::Current, evidence.place, point);
        match point.number() {
            Some(value) => Ok(Number { point, value }),
            None => Err(self.withheld(evidence.place, point, "the newest")),
        }
    }

    /// The place's figure at the baseline, which has to be older than the current one.
    pub(super) fn baseline(&mut self, baseline: &Baseline, current: Number<'_>) -> Result<Number<'a>, String> {
        let evidence = self.evidence;
        let found = self.at(Role::Baseline, evidence.place, evidence.points, &baseline.period, "the baseline")?;
        if current.point.period == baseline.period {
            let (indicator, place) = (self.measured(), &evidence.place.name);
            let label = baseline.period.label();
            return Err(format!("There is no figure of {indicator} for {place} after {label}, the baseline"));
        }
        self.one_series(found, current)?;
        Ok(found)
    }

    /// That the series does not break between the baseline and now: what lies on two sides of a break is no change.
    fn one_series(&self, then: Number<'_>, now: Number<'_>) -> Result<(), String> {
        let since = self.evidence.points.iter().filter(|point| point.period >= then.point.period);
        let since: Vec<&Point> = since.collect();
        let broken = since.windows(2).find_map(|pair| pair[1].break_since(pair[0]));
        match broken {
            None => Ok(()),
            Some(caveat) => Err(format!(
                "{} in {} may not be held against {}, the baseline, because its publisher says: {}",
                self.subject(),
                now.label(),
                then.label(),
                caveat.text.trim_end_matches('.')
            )),
        }
    }

    /// The comparator's figure of a period.
    pub(super) fn comparator(
        &mut self,
        member: &'a Member,
        role: Role,
        period: &Period,
        what: &str,
    ) -> Result<Number<'a>, String> {
        self.at(role, &member.place, &member.points, period, what)
    }

    fn at(
        &mut self,
        role: Role,
        place: &'a Place,
        points: &'a [Point],
        period: &Period,
        what: &str,
    ) -> Result<Number<'a>, String> {
        let Some(point) = points.iter().find(|point| point.period == *period) else {
            return Err(self.not_there(place, points, period, what));
        };
        self.uses(role, place, point);
        match point.number() {
            Some(value) => Ok(Number { point, value }),
            None => Err(self.withheld(place, point, what)),
        }
    }

    /// Whether the target's day has come for the current figure.
    pub(super) fn deadline(&self, current: Number<'_>) -> Deadline {
        match self.target.by {
            None => Deadline::None,
            Some(by) if current.point.period.end() >= by => Deadline::Reached(by),
            Some(by) if self.evidence.day > by => Deadline::Awaited(by),
            Some(by) => Deadline::Ahead(by),
        }
    }

    /// Which share of the time from the baseline's end to a day has gone by at the end of the current period, 0 to 1.
    pub(super) fn elapsed(baseline: Number<'_>, current: Number<'_>, by: NaiveDate) -> f64 {
        let start = baseline.point.period.end();
        let days = |to: NaiveDate| f64::from(i32::try_from((to - start).num_days()).unwrap_or(i32::MAX));
        let whole = days(by);
        if whole <= 0.0 { 1.0 } else { (days(current.point.period.end()) / whole).clamp(0.0, 1.0) }
    }

    /// A figure with its 95% limits, turned by the direction that is wanted; `None` where it has none.
    pub(super) fn limited(&self, number: Number<'_>, wanted: Better) -> Option<Limited> {
        let shown = interval(self.evidence.indicator, number.point)?;
        Some(Limited { shown, turned: turned(around(&shown, number.value, self.rounding), wanted) })
    }

    fn none_at_all(&self) -> String {
        let (indicator, place) = (self.measured(), &self.evidence.place.name);
        let absence = self.evidence.absence.trim().trim_end_matches('.');
        let because = if absence.is_empty() { String::new() } else { format!(": {absence}") };
        format!("There is no figure of {indicator} for {place}{because}")
    }

    fn not_there(&self, place: &Place, points: &[Point], period: &Period, what: &str) -> String {
        let indicator = self.measured();
        let there_are = match (points.first(), points.last()) {
            (Some(first), Some(last)) if first.period == last.period => {
                format!("the hub's only figure for {} is of {}", place.name, first.period.label())
            }
            (Some(first), Some(last)) => {
                let (first, last) = (first.period.label(), last.period.label());
                format!("the hub's figures for {} run from {first} to {last}", place.name)
            }
            _ => format!("the hub has no figures for {}", place.name),
        };
        let label = period.label();
        // A financial and a school year print alike: the ISO form distinguishes them.
        let alike = points.iter().find(|point| point.period.label() == label);
        let alike =
            alike.map(|point| format!(" (that of {}, printed alike, is another period than {})", point.period, period));
        let alike = alike.unwrap_or_default();
        format!("There is no figure of {indicator} for {} for {label}, {what}{alike}; {there_are}", place.name)
    }

    fn withheld(&self, place: &Place, point: &Point, what: &str) -> String {
        let indicator = self.measured();
        if let Some(why) = point.put_together.as_ref().and_then(|together| together.why.as_ref()) {
            let label = point.period.label();
            return format!(
                "The figure of {indicator} for {} for {label}, {what}, cannot be combined: {why}",
                place.name
            );
        }
        let kind = match point.value.missing() {
            Some(MissingKind::Suppressed) => "is suppressed by its publisher",
            Some(MissingKind::NotApplicable) => "is published as not applicable",
            Some(MissingKind::Unreliable) => "is called unreliable by its publisher",
            Some(MissingKind::RoundsToZero) => "is published as rounding to zero, without a number",
            Some(MissingKind::Withdrawn) => "was withdrawn by its publisher",
            None if Figure::is_of_nobody(point.denominator) => "is of nobody: its denominator is 0",
            Some(MissingKind::NotAvailable) | None => "is published as not available",
        };
        format!("The figure of {indicator} for {} for {}, {what}, {kind}", place.name, point.period.label())
    }
}
