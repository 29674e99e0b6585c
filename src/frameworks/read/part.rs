//! The parts of a framework other than its measures, and what they say of one another.

use super::ids::{Ids, known_place, standing};
use super::measure::measure;
use super::table::{At, Table};
use crate::frameworks::{Action, ActionStatus, Context, Framework, Named, Outcome, Source, Theme, Whole};
use crate::hint::did_you_mean;

/// The most of each part that a file may hold.
const MOST: usize = 500;

const STATUSES: [(&str, ActionStatus); 5] = [
    ("not-reported", ActionStatus::NotReported),
    ("planned", ActionStatus::Planned),
    ("under-way", ActionStatus::UnderWay),
    ("done", ActionStatus::Done),
    ("stopped", ActionStatus::Stopped),
];

/// The whole file.
pub(super) fn framework(stem: &str, root: &Table<'_, '_, '_>) -> Framework {
    let id = root.id();
    if !id.text.is_empty() && id.text != stem {
        root.mistake(
            id.line,
            format!("the id `{}` is not the file's name: name the file {0}.toml, or write id = \"{stem}\"", id.text),
        );
    }
    let (valid_from, valid_to) = (root.date("valid_from"), root.date("valid_to"));
    if let (Some((from, _)), Some((to, line))) = (valid_from, valid_to)
        && to < from
    {
        root.mistake(line, format!("`valid_to` ({to}) is before `valid_from` ({from}): change one of them"));
    }
    let mut framework = Framework {
        id: id.text,
        title: root.text("title").text,
        organisation: root.text("organisation").text,
        summary: root.text("summary").text,
        version: root.text("version").text,
        valid_from: valid_from.map(|(day, _)| day),
        valid_to: valid_to.map(|(day, _)| day),
        source: source(root),
        places: places(root),
        joins: joins(root, stem),
        roles: Vec::new(),
        partners: Vec::new(),
        themes: Vec::new(),
        outcomes: Vec::new(),
        measures: Vec::new(),
        actions: Vec::new(),
        context: Vec::new(),
        not_yet_defined: root.texts("not_yet_defined").into_iter().map(|at| at.text).collect(),
    };
    // Roles and partners share their ids: an action's owner is either.
    let mut owners = Ids::default();
    let mut roles = Ids::default();
    for table in root.tables("role", MOST) {
        let (named, id) = named(table, &mut owners, false);
        roles.first.entry(id.text).or_insert(id.line);
        framework.roles.push(named);
    }
    framework.partners = root.tables("partner", MOST).into_iter().map(|t| named(t, &mut owners, true).0).collect();
    let mut themes = Ids::default();
    framework.themes = root.tables("theme", MOST).into_iter().map(|table| theme(table, &mut themes)).collect();
    let mut outcomes = Ids::default();
    for table in root.tables("outcome", MOST) {
        framework.outcomes.push(outcome(table, &mut outcomes, &themes, &roles));
    }
    let mut measures = Ids::default();
    for table in root.tables("measure", MOST) {
        framework.measures.push(measure(table, &mut measures, &outcomes, framework.valid_from));
    }
    let mut actions = Ids::default();
    for table in root.tables("action", MOST) {
        framework.actions.push(action(table, &mut actions, &outcomes, &owners));
    }
    let mut figures = Ids::default();
    framework.context = root.tables("context", MOST).into_iter().map(|table| context(table, &mut figures)).collect();
    leftovers(root);
    framework
}

/// Keys of the root that were not read.
fn leftovers(root: &Table<'_, '_, '_>) {
    const KEYS: [&str; 18] = [
        "id",
        "title",
        "organisation",
        "summary",
        "version",
        "valid_from",
        "valid_to",
        "source",
        "places",
        "joins",
        "role",
        "partner",
        "theme",
        "outcome",
        "measure",
        "action",
        "context",
        "not_yet_defined",
    ];
    for key in root.left_over() {
        let hint = did_you_mean(&key.text, KEYS);
        let reason = format!("a framework has no key `{}`{hint} (its keys are {})", key.text, KEYS.join(", "));
        root.mistake(key.line, reason);
    }
}

fn source(root: &Table<'_, '_, '_>) -> Source {
    let Some(table) = root.table("source") else {
        if !root.has("source") {
            root.mistake(
                1,
                "the framework has no [source]: say which text it is taken from, with title and publisher".into(),
            );
        }
        return Source { title: String::new(), publisher: String::new(), published: None, url: None };
    };
    let source = Source {
        title: table.text("title").text,
        publisher: table.text("publisher").text,
        published: table.date("published").map(|(day, _)| day),
        url: table.text_if_any("url").map(|at| at.text),
    };
    table.finish();
    source
}

fn places(root: &Table<'_, '_, '_>) -> Vec<String> {
    let places = root.texts("places");
    if places.is_empty() {
        root.mistake(1, "the framework has no `places`: name the codes of its places, such as [\"E08000032\"]".into());
    }
    let mut seen = Ids::default();
    for place in &places {
        seen.take(root, "place", place);
        known_place(root, place);
    }
    places.into_iter().map(|at| at.text).collect()
}

fn joins(root: &Table<'_, '_, '_>, stem: &str) -> Vec<String> {
    let joins = root.texts("joins");
    let mut seen = Ids::default();
    for other in &joins {
        seen.take(root, "joined framework", other);
        if other.text == stem {
            root.mistake(other.line, "a framework does not join itself: name others".into());
        } else if let Some(known) = root.page.known()
            && !known.frameworks().contains(&other.text)
        {
            let hint = did_you_mean(&other.text, known.frameworks());
            root.mistake(other.line, format!("there is no framework `{}`{hint}", other.text));
        }
    }
    joins.into_iter().map(|at| at.text).collect()
}

/// A role, or a partner, who may take part under an agreement.
fn named(table: Table<'_, '_, '_>, ids: &mut Ids, is_partner: bool) -> (Named, At) {
    let id = table.id();
    ids.take(&table, "role or partner", &id);
    let arrangement = if is_partner { table.text_if_any("arrangement") } else { None };
    let named = Named {
        id: id.text.clone(),
        title: table.text("title").text,
        arrangement: arrangement.map(|at| at.text),
        place_in_text: table.text("where").text,
    };
    table.finish();
    (named, id)
}

fn theme(table: Table<'_, '_, '_>, ids: &mut Ids) -> Theme {
    let id = table.id();
    ids.take(&table, "theme", &id);
    let theme = Theme {
        id: id.text,
        title: table.text("title").text,
        standing: standing(&table),
        place_in_text: table.text("where").text,
    };
    table.finish();
    theme
}

fn outcome(table: Table<'_, '_, '_>, ids: &mut Ids, themes: &Ids, roles: &Ids) -> Outcome {
    let id = table.id();
    ids.take(&table, "outcome", &id);
    let theme = table.text("theme");
    themes.refer(&table, "theme", &theme);
    let accountable = table.texts("accountable");
    for role in &accountable {
        roles.refer(&table, "role", role);
    }
    let outcome = Outcome {
        id: id.text,
        theme: theme.text,
        title: table.text("title").text,
        standing: standing(&table),
        accountable: accountable.into_iter().map(|at| at.text).collect(),
        place_in_text: table.text("where").text,
    };
    table.finish();
    outcome
}

fn action(table: Table<'_, '_, '_>, ids: &mut Ids, outcomes: &Ids, owners: &Ids) -> Action {
    let id = table.id();
    ids.take(&table, "action", &id);
    let outcome = table.text("outcome");
    outcomes.refer(&table, "outcome", &outcome);
    let owned_by = table.texts("owners");
    for owner in &owned_by {
        owners.refer(&table, "role or partner", owner);
    }
    let (status, reported) =
        (table.word("status", &STATUSES).unwrap_or(ActionStatus::NotReported), table.date("reported"));
    if let Some((_, line)) = reported.filter(|_| status == ActionStatus::NotReported) {
        table.mistake(line, "an action of the status `not-reported` has no day of a report: remove `reported`".into());
    }
    let action = Action {
        id: id.text,
        outcome: outcome.text,
        title: table.text("title").text,
        standing: standing(&table),
        status,
        reported: reported.map(|(day, _)| day),
        by: table.date("by").map(|(day, _)| day),
        owners: owned_by.into_iter().map(|at| at.text).collect(),
        place_in_text: table.text("where").text,
    };
    table.finish();
    action
}

fn context(table: Table<'_, '_, '_>, ids: &mut Ids) -> Context {
    let id = table.id();
    ids.take(&table, "context figure", &id);
    let context = Context {
        id: id.text,
        title: table.text("title").text,
        value: table.needed_number("value").0,
        unit: table.text("unit").text,
        qualifier: table.text_if_any("qualifier").map(|at| at.text).unwrap_or_default(),
        whole: table.table("whole").map(whole),
        place_in_text: table.text("where").text,
    };
    table.finish();
    context
}

fn whole(table: Table<'_, '_, '_>) -> Whole {
    let whole = Whole {
        title: table.text("title").text,
        value: table.needed_number("value").0,
        source: table.text("source").text,
    };
    table.finish();
    whole
}
