//! Targets that can never be judged, each with its line.

use super::*;
use crate::frameworks::read;
use std::collections::BTreeMap;

/// A dataset with its first and its last period.
type Supplier = (&'static str, Option<&'static str>, Option<&'static str>);

/// Datasets by indicator.
struct Known(BTreeMap<&'static str, Vec<Supplier>>);

impl Supply for Known {
    fn suppliers(&self, series: &Series) -> Vec<(String, Option<Coverage>)> {
        let period = |iso: &str| Period::parse(iso).expect("a period");
        let suppliers = self.0.get(series.indicator.as_str()).cloned().unwrap_or_default();
        let covers = |first: Option<&str>, last: Option<&str>| {
            (first.is_some() || last.is_some()).then(|| Coverage { first: first.map(period), last: last.map(period) })
        };
        suppliers.into_iter().map(|(id, first, last)| (id.to_owned(), covers(first, last))).collect()
    }
}

fn known() -> Known {
    let ended = ("ascof", Some("2015-04-01/P1Y"), Some("2022-04-01/P1Y"));
    Known(BTreeMap::from([("ended", vec![ended]), ("both", vec![ended, ("fingertips", None, None)]), ("open", vec![])]))
}

fn text(indicator: &str, target: &str, more: &str) -> String {
    format!(
        "id = \"a\"\ntitle = \"A\"\norganisation = \"A\"\nsummary = \"A\"\nversion = \"1\"\nplaces = [\"E1\", \"E2\"]\n{more}\n\
         [source]\ntitle = \"A\"\npublisher = \"A\"\n[[theme]]\nid = \"t\"\ntitle = \"T\"\nstanding = \"stated\"\n\
         where = \"1\"\n[[outcome]]\nid = \"o\"\ntheme = \"t\"\ntitle = \"O\"\nstanding = \"stated\"\nwhere = \"1\"\n\
         [[measure]]\nid = \"m\"\noutcome = \"o\"\ntitle = \"M\"\nstanding = \"stated\"\nwhere = \"1\"\n\
         series = [{{ indicator = \"{indicator}\" }}]\n[[measure.target]]\nstanding = \"stated\"\nwhere = \"1\"\n{target}\n"
    )
}

/// The doubts of a framework with one target; line 32 is the first of `target`.
fn doubts(indicator: &str, target: &str, more: &str) -> Vec<Mistake> {
    let text = text(indicator, target, more);
    let framework = read("a", &text).expect("no mistake");
    outlook(&framework, &text, &known())
}

const FROM_2019: &str = "baseline = { period = \"2019-04-01/P1Y\", standing = \"stated\" }";

fn one(found: &[Mistake]) -> (usize, &str) {
    let [doubt] = found else { panic!("{found:?}") };
    (doubt.line, &doubt.reason)
}

#[test]
fn a_baseline_at_the_end_of_a_series_is_never_judged() {
    let last = "kind = \"increase\"\nbaseline = { period = \"2022-04-01/P1Y\", standing = \"stated\" }";
    let found = doubts("ended", last, "");
    let (line, reason) = one(&found);
    assert_eq!(line, 33, "{reason}");
    assert!(
        reason.contains("ended with 2022/23 (`ascof`)") && reason.contains("choose an earlier baseline"),
        "{reason}"
    );
    // Another dataset goes on, or nothing is known of the supply.
    assert_eq!(doubts("both", last, ""), []);
    assert_eq!(doubts("open", last, ""), []);
    assert_eq!(doubts("ended", &format!("kind = \"increase\"\n{FROM_2019}"), ""), []);
}

#[test]
fn a_baseline_before_the_beginning_of_a_series_is_never_judged() {
    let early = "kind = \"increase\"\nbaseline = { period = \"2014-04-01/P1Y\", standing = \"stated\" }";
    let found = doubts("ended", early, "");
    assert!(one(&found).1.contains("begins with 2015/16 (`ascof`)"), "{found:?}");
    assert_eq!(one(&found).0, 33);
}

#[test]
fn a_series_that_ended_before_the_strategy_or_its_day_is_doubted() {
    let target = format!("kind = \"increase\"\n{FROM_2019}");
    let found = doubts("ended", &target, "valid_from = 2024-01-01");
    assert!(one(&found).1.contains("the framework begins on 2024-01-01"), "{found:?}");
    assert_eq!(doubts("ended", &target, "valid_from = 2021-01-01"), []);
    let found = doubts("ended", &format!("{target}\nby = 2025-03-31"), "");
    assert_eq!(one(&found).0, 34);
    assert!(one(&found).1.contains("is to be reached by 2025-03-31"), "{found:?}");
}

#[test]
fn a_place_that_is_compared_with_itself_is_doubted() {
    let gap = |of: &str| format!("kind = \"close-gap\"\n{FROM_2019}\ncomparator = {of}");
    let found = doubts("ended", &gap("\"E2\""), "");
    assert_eq!(one(&found).0, 34);
    assert!(one(&found).1.starts_with("E2 is a place of the framework and its own comparator"), "{found:?}");
    assert_eq!(doubts("ended", &gap("[\"E2\", \"E9\"]"), ""), [], "there is another to compare with");
    assert_eq!(doubts("ended", &gap("\"E9\""), ""), []);
}

#[test]
fn a_part_that_is_larger_than_its_whole_is_doubted() {
    let context = |value: u32| {
        format!(
            "kind = \"increase\"\n{FROM_2019}\n[[context]]\nid = \"c\"\ntitle = \"C\"\nvalue = {value}\nunit = \"people\"\n\
             where = \"1\"\nwhole = {{ title = \"everybody\", value = 37320, source = \"ASCOF\" }}"
        )
    };
    let found = doubts("ended", &context(38_500), "");
    let (line, reason) = one(&found);
    assert_eq!(line, 34);
    assert!(reason.starts_with("`c` (38500) is larger than its whole, 37320 (everybody, ASCOF)"), "{reason}");
    assert_eq!(doubts("ended", &context(37_320), ""), []);
}
