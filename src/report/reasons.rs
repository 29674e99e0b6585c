//! The sheets that are made to be read in print: `Reasons`, one row a target with its reason, and `Strategy`, who answers for
//! it, who takes part, what is to be done and what it quotes.

use super::about::About;
use super::looks::{Looks, look};
use super::promise::{self, Verdict, verdict};
use super::sheets::{header, height};
use super::{read, strategy, words};
use crate::answers::scorecard::{Part, Scorecard};
use crate::frameworks::{Measure, Status};
use rust_xlsxwriter::{ColNum, Format, RowNum, Worksheet, XlsxError};

/// The columns of `Reasons`, as wide together as an A4 page across.
const REASONS: [(&str, u32); 8] = [
    ("Measure", 26),
    ("Place", 14),
    ("Wanted", 22),
    ("Stated by the strategy", 14),
    ("Proposed by the hub", 14),
    ("Why", 58),
    ("Figure and its age", 18),
    ("Source", 16),
];

/// The columns of `Strategy`.
const STRATEGY: [(&str, u32); 5] =
    [("What", 18), ("Title", 64), ("Who", 34), ("How far, and by when", 30), ("Where it stands", 36)];

/// One row a target of a series in a place, or one without a target where the measure has none.
pub(super) fn reasons(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<(), XlsxError> {
    header(sheet, looks, REASONS.map(|(name, width)| (name, width.into())).into_iter())?;
    let names = read::comparators(card);
    let mut row: RowNum = 0;
    for (measure, own) in read::measures(card) {
        for (place, cell) in read::cells(card, own) {
            for part in &cell.parts {
                let plain = |text: String| (text, looks.text.clone());
                let title = plain(title(measure, part));
                let place = plain(place.name.to_string());
                let (figure, source) = newest(part, about);
                let (figure, source) = (plain(figure), plain(source));
                let unit = words::unit(part);
                let mut targets: Vec<[(String, Format); 4]> = read::judged(measure, part)
                    .map(|(target, judgement)| {
                        let by = target.by.map(|by| format!(" by {}", words::day(by))).unwrap_or_default();
                        let wanted = plain(format!("{}{by}", words::wanted(target, unit, &names)));
                        let [stated, proposed] = statuses(looks, verdict(cell, target, judgement));
                        let chosen = promise::chosen_baseline(target);
                        let chosen = chosen.map(|why| format!("\n{why}.")).unwrap_or_default();
                        [wanted, stated, proposed, plain(format!("{}{chosen}", judgement.reason))]
                    })
                    .collect();
                if targets.is_empty() {
                    let none = || (String::new(), looks.none.clone());
                    targets.push([none(), none(), none(), plain(untargeted(part))]);
                }
                for [wanted, stated, proposed, why] in targets {
                    row += 1;
                    let fields =
                        [title.clone(), place.clone(), wanted, stated, proposed, why, figure.clone(), source.clone()];
                    line(sheet, row, &REASONS, fields)?;
                }
            }
        }
    }
    Ok(())
}

/// The measure, and the series where it is one of several.
fn title(measure: &Measure, part: &Part) -> String {
    let (title, label) = (format!("{}. {}", measure.id, measure.title), &part.series.label);
    if label.is_empty() { title } else { format!("{title} ({label})") }
}

/// The newest figure with its period and age, and where it comes from.
fn newest(part: &Part, about: &About) -> (String, String) {
    let Some(point) = &part.latest else { return ("no figure".to_owned(), String::new()) };
    let age = about.age(point).map(words::age).unwrap_or_default();
    let figure = words::figure(words::unit(part), point);
    let standing = words::standing(about.standing(point));
    (
        format!("{figure}\n{}\n{age}", point.period.label()),
        format!("{}\n{standing}, release {}", point.dataset, point.release),
    )
}

/// What stands in the columns of what is stated and of what is proposed.
fn statuses(looks: &Looks, verdict: Verdict) -> [(String, Format); 2] {
    let status = |status: Status| words::status(Some(status)).to_owned();
    let empty = (String::new(), looks.text.clone());
    match verdict {
        Verdict::Stated(own) => [(status(own), look(Some(own))), empty],
        Verdict::Proposed(own) => [empty, (status(own), looks.proposed.clone())],
        Verdict::Compared(_) => [(promise::NO_PROMISE.to_owned(), looks.none.clone()), empty],
    }
}

/// Why a measure without a target has nothing to say.
fn untargeted(part: &Part) -> String {
    if part.latest.is_some() { "the measure has no target".to_owned() } else { words::absence(part) }
}

/// Roles, partners, actions and quoted figures.
pub(super) fn of_the_strategy(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard) -> Result<(), XlsxError> {
    header(sheet, looks, STRATEGY.map(|(name, width)| (name, width.into())).into_iter())?;
    let framework = &card.framework;
    let mut rows: Vec<[String; 5]> = Vec::new();
    for role in &framework.roles {
        rows.push(["Accountable".into(), role.title.clone(), String::new(), String::new(), role.place_in_text.clone()]);
    }
    for outcome in &framework.outcomes {
        let roles = framework.roles.iter().filter(|role| outcome.accountable.contains(&role.id));
        let who = roles.map(|role| role.title.as_str()).collect::<Vec<_>>().join("; ");
        let what = format!("Outcome [{}]", words::said(outcome.standing));
        rows.push([what, outcome.title.clone(), who, String::new(), outcome.place_in_text.clone()]);
    }
    for partner in &framework.partners {
        let arrangement = partner.arrangement.clone().unwrap_or_default();
        rows.push(["Partner".into(), partner.title.clone(), arrangement, String::new(), partner.place_in_text.clone()]);
    }
    for action in &framework.actions {
        let what = format!("Action [{}]", words::said(action.standing));
        let who = strategy::titles(&strategy::owners(framework, action));
        rows.push([what, action.title.clone(), who, strategy::state(action), action.place_in_text.clone()]);
    }
    for context in &framework.context {
        let what = if context.exceeds().is_some() { "Quoted figure, DOUBTFUL" } else { "Quoted figure" };
        rows.push([
            what.into(),
            strategy::quoted(context),
            String::new(),
            String::new(),
            context.place_in_text.clone(),
        ]);
    }
    for (row, fields) in (1..).zip(rows) {
        line(sheet, row, &STRATEGY, fields.map(|text| (text, looks.text.clone())))?;
    }
    Ok(())
}

/// One row, as high as its longest text needs.
fn line<const N: usize>(
    sheet: &mut Worksheet,
    row: RowNum,
    columns: &[(&str, u32); N],
    fields: [(String, Format); N],
) -> Result<(), XlsxError> {
    let mut high = 1;
    for ((column, (text, format)), (_, width)) in (0..).zip(fields).zip(columns) {
        let column: ColNum = column;
        high = high.max(height(&text, usize::try_from(*width).unwrap_or(usize::MAX)));
        sheet.write_with_format(row, column, text, &format)?;
    }
    sheet.set_row_height(row, f64::from(high) * 15.0)?;
    Ok(())
}
