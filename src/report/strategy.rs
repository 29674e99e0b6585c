//! What a strategy says beside its measures, in words: who answers for it, who takes part, what is to be done, what it quotes.

use super::{number, words};
use crate::frameworks::{Action, ActionStatus, Context, Framework, Measure, Named};

/// The roles that answer for a measure's outcome; empty where the strategy names none.
pub(super) fn accountable<'a>(framework: &'a Framework, measure: &Measure) -> Vec<&'a Named> {
    let outcome = framework.outcomes.iter().find(|outcome| outcome.id == measure.outcome);
    let named = |role: &&Named| outcome.is_some_and(|outcome| outcome.accountable.contains(&role.id));
    framework.roles.iter().filter(named).collect()
}

/// The actions for a measure's outcome.
pub(super) fn actions<'a>(framework: &'a Framework, measure: &Measure) -> Vec<&'a Action> {
    framework.actions.iter().filter(|action| action.outcome == measure.outcome).collect()
}

/// The titles of these, in one text.
pub(super) fn titles(named: &[&Named]) -> String {
    named.iter().map(|named| named.title.as_str()).collect::<Vec<_>>().join("; ")
}

/// The roles and partners that own an action.
pub(super) fn owners<'a>(framework: &'a Framework, action: &Action) -> Vec<&'a Named> {
    let named = framework.roles.iter().chain(&framework.partners);
    named.filter(|named| action.owners.contains(&named.id)).collect()
}

/// `NHS (Section 75 agreement)`.
pub(super) fn partner(partner: &Named) -> String {
    match &partner.arrangement {
        Some(arrangement) => format!("{} ({arrangement})", partner.title),
        None => partner.title.clone(),
    }
}

/// How far an action is.
pub(super) const fn progress(status: ActionStatus) -> &'static str {
    match status {
        ActionStatus::NotReported => "not reported",
        ActionStatus::Planned => "planned",
        ActionStatus::UnderWay => "under way",
        ActionStatus::Done => "done",
        ActionStatus::Stopped => "stopped",
    }
}

/// `under way as of 19 June 2018, to be done by 31 December 2024`. A status without its day is said to be without.
pub(super) fn state(action: &Action) -> String {
    let status = progress(action.status);
    let reported = match (action.status, action.reported) {
        (ActionStatus::NotReported, _) => String::new(),
        (_, Some(day)) => format!(" as of {}", words::day(day)),
        (_, None) => ", day of the report not known".into(),
    };
    let by = action.by.map(|by| format!(", to be done by {}", words::day(by))).unwrap_or_default();
    format!("{status}{reported}{by}")
}

/// `Join the directorates (done as of …; Director)`.
pub(super) fn action(framework: &Framework, action: &Action) -> String {
    let owners = titles(&owners(framework, action));
    let owners = if owners.is_empty() { String::new() } else { format!("; {owners}") };
    format!("{} ({}{owners})", action.title, state(action))
}

/// `more than 300 people: People who shaped the strategy`, with its whole where that is known.
pub(super) fn quoted(context: &Context) -> String {
    let qualifier = if context.qualifier.is_empty() { String::new() } else { format!("{} ", context.qualifier) };
    let figure = format!("{qualifier}{}", figure(&context.unit, context.value));
    let whole = context.whole.as_ref().map(|whole| {
        let of = format!("of {} ({}, {})", figure_alone(&context.unit, whole.value), whole.title, whole.source);
        if context.exceeds().is_some() { format!("; DOUBTFUL: more than the whole {of}") } else { format!("; {of}") }
    });
    format!("{}: {figure}{}", context.title, whole.unwrap_or_default())
}

/// A quoted number is a count of something: it has no decimals that the strategy does not give.
fn figure(unit: &str, value: f64) -> String {
    if unit == "gbp" { number::value(unit, value) } else { format!("{} {unit}", figure_alone(unit, value)) }
}

fn figure_alone(unit: &str, value: f64) -> String {
    if unit == "gbp" { number::value(unit, value) } else { number::bare(unit, value) }
}

/// `1 January 2018 to 31 December 2021`; empty where the strategy names no days.
pub(super) fn validity(framework: &Framework) -> String {
    match (framework.valid_from, framework.valid_to) {
        (Some(from), Some(to)) => format!("{} to {}", words::day(from), words::day(to)),
        (Some(from), None) => format!("from {}", words::day(from)),
        (None, Some(to)) => format!("to {}", words::day(to)),
        (None, None) => String::new(),
    }
}

/// Where the strategy's text is found: `Council plan, Bradford Council, 3 May 2021, https://…`.
pub(super) fn source(framework: &Framework) -> String {
    let source = &framework.source;
    let published = source.published.map(|day| format!(", {}", words::day(day))).unwrap_or_default();
    let address = source.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
    format!("{}, {}{published}{address}", source.title, source.publisher)
}
