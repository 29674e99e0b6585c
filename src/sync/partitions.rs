//! What a resource is asked for one after the other: the values of its `each`, from the manifest, the calendar, the hub's places or
//! the rows of another resource.

use super::halt::Halt;
use super::report::Problem;
use crate::connector::{Areas, Connector, Each, Months, Rows};
use crate::decode::{Layout, RawFile, Table};
use crate::source::{Fetched, Partition};
use crate::store::Catalogue;
use chrono::{Datelike, Months as Span, NaiveDate};
use datafusion::arrow::array::{Array, AsArray};
use std::collections::HashSet;

/// Values of one `each`.
const MOST: usize = 5_000;

/// The values that a resource is asked for, in order. `fetched` are the files of the resources before it.
pub(super) async fn partitions(
    each: &Each,
    connector: &Connector,
    catalogue: &Catalogue,
    day: NaiveDate,
    fetched: &[(String, Vec<Fetched>)],
) -> Result<Vec<Partition>, Halt> {
    let values = match each {
        Each::List(values) => values.iter().map(|value| Partition::of(value, &[])).collect(),
        Each::Months(wanted) => months(wanted, day),
        Each::Areas(wanted) => areas(wanted, catalogue, day)?,
        Each::Rows(wanted) => rows(wanted, connector, fetched).await?,
    };
    if values.is_empty() {
        return Err(none("`each` gives no value, so that nothing could be asked for".into()));
    }
    if values.len() > MOST {
        return Err(none(format!("`each` gives {} values, and at most {MOST} are asked for", values.len())));
    }
    Ok(values)
}

fn none(message: String) -> Halt {
    Halt::Unreadable(Problem { code: "no-each".into(), message })
}

fn months(wanted: &Months, day: NaiveDate) -> Vec<Partition> {
    let first = |month: &str| NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok();
    let present = day.with_day(1).unwrap_or(day);
    let last = wanted.to.as_deref().and_then(first).or_else(|| present.checked_sub_months(Span::new(1)));
    let Some((mut month, last)) = first(&wanted.from).zip(last) else { return Vec::new() };
    let mut out = Vec::new();
    while month <= last && out.len() <= MOST {
        let Some(next) = month.checked_add_months(Span::new(1)) else { break };
        let ends = next.pred_opt().unwrap_or(next).to_string();
        out.push(Partition::of(&month.format("%Y-%m").to_string(), &[("first", &month.to_string()), ("last", &ends)]));
        month = next;
    }
    out
}

fn areas(wanted: &Areas, catalogue: &Catalogue, day: NaiveDate) -> Result<Vec<Partition>, Halt> {
    if let Some(code) = wanted.codes.iter().find(|code| catalogue.area(code).is_none()) {
        return Err(none(format!("`each` names `{code}`, which is no place that the hub knows")));
    }
    let named = wanted.codes.iter().filter_map(|code| Some((code.as_str(), catalogue.area(code)?)));
    let exists = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
        from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
    };
    let of_type = wanted.types.iter().flat_map(|kind| catalogue.areas_of(*kind));
    let of_type = of_type.filter(|area| exists(area.valid_from, area.valid_to)).map(|area| (area.code.as_str(), area));
    let mut seen = HashSet::new();
    let all = named.chain(of_type).filter(|(code, _)| seen.insert((*code).to_owned()));
    Ok(all.map(|(code, area)| Partition::of(code, &[("name", &area.name)])).collect())
}

/// The values of a column, each once, in the order of the rows. A blank cell is no value.
async fn rows(
    wanted: &Rows,
    connector: &Connector,
    fetched: &[(String, Vec<Fetched>)],
) -> Result<Vec<Partition>, Halt> {
    let (mut seen, mut out) = (HashSet::new(), Vec::new());
    let Some(resource) = connector.manifest.resource(&wanted.of) else { return Ok(out) };
    for file in fetched.iter().filter(|(name, _)| *name == wanted.of).flat_map(|(_, files)| files) {
        let path = file.landed.path.clone();
        let raw = RawFile { resource: wanted.of.clone(), name: file.name.clone(), path, each: file.each.clone() };
        let table = Table::open(raw, Layout::of(&resource.form, &file.name)).await?;
        let Ok(column) = table.schema().index_of(&wanted.column) else {
            let columns = table.schema();
            let known: Vec<&str> = columns.fields().iter().map(|field| field.name().as_str()).collect();
            let hint = crate::hint::did_you_mean(&wanted.column, known.iter().copied());
            return Err(none(format!("`each`: `{}` has no column `{}`{hint}", wanted.of, wanted.column)));
        };
        let values = tokio::task::spawn_blocking(move || {
            let mut values = Vec::new();
            for batch in table.batches(Some(&[column]))? {
                let batch = batch?;
                let texts = batch.column(0).as_string::<i32>();
                values.extend((0..texts.len()).filter(|at| texts.is_valid(*at)).map(|at| texts.value(at).to_owned()));
            }
            Ok::<_, crate::decode::DecodeError>(values)
        });
        let values = values.await.map_err(|error| none(format!("`each`: {} cannot be read: {error}", file.name)))??;
        out.extend(
            values.into_iter().filter(|value| seen.insert(value.clone())).map(|value| Partition::of(&value, &[])),
        );
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_run_to_the_last_whole_one() {
        let day = NaiveDate::from_ymd_opt(2025, 3, 31).expect("a day");
        let wanted = Months { from: "2024-12".into(), to: None };
        let values: Vec<Option<String>> = months(&wanted, day).into_iter().map(|month| month.value).collect();
        assert_eq!(values, ["2024-12", "2025-01", "2025-02"].map(|month| Some(month.to_owned())));
        let to = Months { from: "2024-02".into(), to: Some("2024-02".into()) };
        let words = months(&to, day).remove(0).words;
        assert!(words.contains(&("each.last".into(), "2024-02-29".into())), "{words:?}");
        assert!(months(&Months { from: "2025-03".into(), to: None }, day).is_empty());
    }
}
