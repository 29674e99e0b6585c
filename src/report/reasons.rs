//! The sheets that are made to be read in print: `Reasons`, one row a target with its reason, and `Strategy`, who answers for
//! it, who takes part, what is to be done and what it quotes.

use super::about::About;
use super::looks::{Looks, look};
use super::promise::{self, Verdict, verdict};
use super::sheets::{header, height};
use super::{read, strategy, words};
use crate::answers::scorecard::Scorecard;
use crate::frameworks::Status;
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

/// One row a target of a series in a place.
pub(super) fn reasons(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<(), XlsxError> {
    header(sheet, looks, REASONS.map(|(name, width)| (name, width.into())).into_iter())?;
    let names = read::comparators(card);
    let mut row: RowNum = 0;
    for (measure, own) in read::measures(card) {
        for (place, cell) in read::cells(card, own) {
            for part in &cell.parts {
                let label = &part.series.label;
                let title = format!("{}. {}", measure.id, measure.title);
                let title = if label.is_empty() { title } else { format!("{title} ({label})") };
                let (figure, source) = match &part.latest {
                    Some(point) => {
                        let age = about.age(point).map(words::age).unwrap_or_default();
                        let figure = words::figure(words::unit(part), point);
                        let standing = words::standing(about.standing(point));
                        (
                            format!("{figure}\n{}\n{age}", point.period.label()),
                            format!("{}\n{standing}, release {}", point.dataset, point.release),
                        )
                    }
                    None => ("no figure".to_owned(), String::new()),
                };
                let mut bare = true;
                for (target, judgement) in read::judged(measure, part) {
                    bare = false;
                    row += 1;
                    let by = target.by.map(|by| format!(" by {}", words::day(by))).unwrap_or_default();
                    let wanted = format!("{}{by}", words::wanted(target, words::unit(part), &names));
                    let status = |status: Status| words::status(Some(status)).to_owned();
                    let (stated, proposed) = match verdict(cell, target, judgement) {
                        Verdict::Stated(own) => ((status(own), look(Some(own))), (String::new(), looks.text.clone())),
                        Verdict::Proposed(own) => {
                            ((String::new(), looks.text.clone()), (status(own), looks.proposed.clone()))
                        }
                        Verdict::Compared(_) => {
                            ((promise::NO_PROMISE.to_owned(), looks.none.clone()), (String::new(), looks.text.clone()))
                        }
                    };
                    let chosen = promise::chosen_baseline(target).map(|why| format!("\n{why}.")).unwrap_or_default();
                    let why = format!("{}{chosen}", judgement.reason);
                    let plain = |text: &str| (text.to_owned(), looks.text.clone());
                    let fields = [
                        plain(&title),
                        plain(&place.name),
                        plain(&wanted),
                        stated,
                        proposed,
                        plain(&why),
                        plain(&figure),
                        plain(&source),
                    ];
                    line(sheet, row, &REASONS, fields)?;
                }
                if bare {
                    row += 1;
                    let why = if part.latest.is_some() {
                        "the measure has no target".to_owned()
                    } else {
                        words::absence(part)
                    };
                    let plain = |text: &str| (text.to_owned(), looks.text.clone());
                    let none = || (String::new(), looks.none.clone());
                    let fields = [
                        plain(&title),
                        plain(&place.name),
                        none(),
                        none(),
                        none(),
                        plain(&why),
                        plain(&figure),
                        plain(&source),
                    ];
                    line(sheet, row, &REASONS, fields)?;
                }
            }
        }
    }
    Ok(())
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
