//! What a reader has to know of a whole comparison: how few places have the newest period, and that places are of several
//! nations.

use super::super::choice::Chosen;
use super::super::places::{Across, PlaceRef};
use super::super::{Refusal, Scope, Snapshot, recoded};
use super::ComparisonRow;
use super::found::Found;
use crate::outcomes::{Length, Period};
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, SliceId, StoredFigure};
use chrono::Months;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is said where places of several nations are compared that the question does not name one by one.
pub fn nations(across: &Across, rows: &[ComparisonRow]) -> Option<String> {
    let Across::OfType { within: None, .. } = across else { return None };
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    let ranked = rows.iter().filter(|row| row.rank.is_some());
    for nation in ranked.filter_map(|row| nation(row.place.newest())) {
        *of.entry(nation).or_default() += 1;
    }
    if of.len() < 2 {
        return None;
    }
    let of: Vec<String> = of.into_iter().map(|(nation, count)| format!("{count} of {nation}")).collect();
    Some(format!(
        "the places are of several nations ({}), whose figures may be made in different ways; name one in `within`, such as \
         `E92000001` for England, to compare its places alone",
        of.join(", ")
    ))
}

/// The nation of a GSS code.
fn nation(code: &str) -> Option<&'static str> {
    let of_code = match code.as_bytes().first()? {
        b'E' => "England",
        b'W' => "Wales",
        b'S' => "Scotland",
        b'N' => "Northern Ireland",
        _ => return None,
    };
    (code.len() == 9).then_some(of_code)
}

/// Said where fewer than half of the places have the newest period and more of them have an older one. The rows without a
/// value then say which is their newest one with a value. One statement, and none where half of the places have a value.
pub async fn few(
    scope: &Scope,
    snapshot: &Snapshot,
    chosen: &Chosen,
    found: &Found,
    rows: &mut [ComparisonRow],
) -> Result<Option<String>, Refusal> {
    let ranked = rows.iter().filter(|row| row.rank.is_some()).count();
    let (Some(slice), Some(newest)) = (found.slice, found.key.and_then(Period::from_key)) else { return Ok(None) };
    if ranked * 2 >= rows.len() {
        return Ok(None);
    }
    let older = older(scope, snapshot, slice, &newest, found, rows).await?;
    let value = |place: &PlaceRef, key: i64| {
        let of_key = place.ids.iter().filter_map(|id| older.get(&(*id, key)));
        recoded::standing(of_key).and_then(|figure| figure.value.number().map(|_| figure.period))
    };
    let keys: BTreeSet<i64> = older.keys().map(|(_, key)| *key).collect();
    let mut best: Option<(usize, Period)> = None;
    for key in keys.iter().rev() {
        let count = rows.iter().filter(|row| value(&row.place, *key).is_some()).count();
        let period = Period::from_key(*key).filter(|_| count > best.map_or(ranked, |(count, _)| count));
        best = period.map(|period| (count, period)).or(best);
        if count * 2 >= rows.len() {
            break;
        }
    }
    for row in rows.iter_mut().filter(|row| row.value().is_none() && row.figure.is_some()) {
        let own = keys.iter().rev().find_map(|key| value(&row.place, *key));
        if let (Some(period), Some(reason)) = (own, &mut row.reason) {
            reason.push_str(&format!("; its newest value is for {}", period.label()));
        }
    }
    let has = if ranked == 1 { "has" } else { "have" };
    let also = chosen.suppliers.len() > 1;
    let also = if also { "; other datasets may have more: name one in `dataset`" } else { "" };
    Ok(best.map(|(count, period)| {
        format!(
            "{ranked} of the {} places {has} a value for {}, the newest period; {count} have one for {}: ask for it with \
             `period: {{iso: \"{}\"}}`{also}",
            rows.len(),
            newest.label(),
            period.label(),
            period.iso()
        )
    }))
}

/// Figures of the places for older periods: those that are the newest of a place, and the one before the newest of all.
async fn older(
    scope: &Scope,
    snapshot: &Snapshot,
    slice: SliceId,
    newest: &Period,
    found: &Found,
    rows: &[ComparisonRow],
) -> Result<HashMap<(AreaId, i64), StoredFigure>, Refusal> {
    let newest_of = rows.iter().filter_map(|row| found.older(&row.place)).map(|figure| figure.period);
    let keys: BTreeSet<i64> =
        newest_of.chain(before(newest)).map(|period| period.key()).filter(|key| *key < newest.key()).collect();
    let areas: BTreeSet<AreaId> = rows.iter().flat_map(|row| &row.place.ids).copied().collect();
    if keys.is_empty() || areas.is_empty() {
        return Ok(HashMap::new());
    }
    let query = FigureQuery {
        limit: keys.len() * areas.len(),
        slices: vec![slice],
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: PeriodSelection::Keys(keys.into_iter().collect()),
        at: snapshot.at(),
        after: None,
    };
    let figures = scope.figures(&query).await?;
    Ok(figures.into_iter().map(|figure| ((figure.area, figure.period.key()), figure)).collect())
}

/// The period before: a year earlier for whole years, else the stretch that ends where this one begins.
fn before(period: &Period) -> Option<Period> {
    let start = match period.length() {
        Length::Years(_) => period.start().checked_sub_months(Months::new(12))?,
        Length::Months(months) => period.start().checked_sub_months(Months::new(months))?,
        Length::Days(days) => period.start().checked_sub_days(chrono::Days::new(days.into()))?,
    };
    Period::new(start, period.length()).ok()
}
