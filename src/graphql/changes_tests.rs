//! The query `changes`, against a scorecard on two days.

use super::fake::{Fake, answered, refused};
use crate::outcomes::{Figure, FrameworkDocument, ReferenceRow, Standing};
use serde_json::{Value, json};
use std::sync::Arc;

/// A framework with one measure, whose target counts from this year.
fn framework(edition: &str, baseline: &str) -> ReferenceRow {
    let document = format!(
        r#"
id = "board"
title = "The board's measures"
organisation = "A board"
summary = "One measure."
version = "{edition}"
places = ["E08000032"]

[source]
title = "The board's paper"
publisher = "A board"

[[theme]]
id = "children"
title = "Children"
standing = "stated"
where = "page 1"

[[outcome]]
id = "safe"
theme = "children"
title = "Children are safe"
standing = "stated"
where = "page 1"

[[measure]]
id = "re-referrals"
outcome = "safe"
title = "Re-referrals"
standing = "stated"
where = "page 1"
series = [{{ indicator = "re-referrals", sex = "persons" }}]

[[measure.target]]
kind = "reduce"
standing = "stated"
baseline = {{ period = "{baseline}", standing = "stated" }}
where = "page 1"
"#
    );
    ReferenceRow::Framework(FrameworkDocument { id: "board".into(), version: edition.into(), document })
}

const QUESTION: &str = "changes(framework: \"board\", areas: [\"E08000032\", \"E06000001\"]";

async fn moved(fake: Fake, from: &str, to: &str) -> (Vec<Value>, Value) {
    let query = format!(
        "{{ {QUESTION}, from: \"{from}\", to: \"{to}\") {{ unmoved moved {{ measure series target area {{ name }} was now \
            wasFigure {{ value period {{ label }} }} nowFigure {{ value period {{ label }} }} causes reason }} }} }}"
    );
    let (mut json, _) = answered(&Arc::new(fake), &query).await;
    let unmoved = json["changes"]["unmoved"].take();
    (json["changes"]["moved"].as_array().expect("a list").clone(), unmoved)
}

/// The sample's re-referrals, with a framework from March and what `later` publishes in June.
fn hub(later: impl FnOnce(&mut Fake, i64)) -> Fake {
    let mut fake = Fake::sample();
    let release = fake.release("cin", "2025-05-10T00:00:00Z", Standing::Official);
    fake.refer(release, "cin", vec![framework("1", "2022-04-01/P1Y")]);
    let release = fake.release("cin", "2025-05-20T00:00:00Z", Standing::Official);
    later(&mut fake, release);
    fake.set_head(release);
    fake
}

const BEFORE: &str = "2025-05-15T00:00:00Z";
const AFTER: &str = "2025-05-25T00:00:00Z";

#[tokio::test]
async fn a_new_period_is_named() {
    let fake = hub(|fake, release| {
        let slice = fake.slice("cin", "re-referrals", "persons", None);
        fake.figure(slice, "E08000032", "2025-04-01/P1Y", Figure::Number(30.0), release);
    });
    let (moved, unmoved) = moved(fake, BEFORE, AFTER).await;
    assert_eq!((moved.len(), &unmoved), (1, &json!(1)), "{moved:#?}");
    let one = &moved[0];
    assert_eq!((&one["area"]["name"], &one["target"]), (&json!("Bradford"), &json!("reduce")));
    assert_eq!(one["causes"], json!(["NEW_PERIOD"]), "{one:#}");
    assert_eq!(one["wasFigure"]["period"]["label"], "2024/25");
    assert_eq!((&one["nowFigure"]["value"], &one["nowFigure"]["period"]["label"]), (&json!(30.0), &json!("2025/26")));
    assert_eq!(one["reason"], "2025/26 (30) after 2024/25 (23.1)");
}

#[tokio::test]
async fn a_revision_of_the_same_period_is_named() {
    let fake = hub(|fake, release| {
        let slice = fake.slice("cin", "re-referrals", "persons", None);
        fake.figure(slice, "E08000032", "2024-04-01/P1Y", Figure::Number(12.0), release);
    });
    let (moved, _) = moved(fake, BEFORE, AFTER).await;
    assert_eq!(moved.len(), 1, "{moved:#?}");
    assert_eq!(moved[0]["causes"], json!(["REVISION"]));
    assert_eq!(moved[0]["reason"], "2024/25 is 12 after 23.1");
}

#[tokio::test]
async fn another_edition_of_the_framework_is_named() {
    let fake = hub(|fake, release| fake.refer(release, "cin", vec![framework("2", "2023-04-01/P1Y")]));
    let (changed, _) = moved(fake, BEFORE, AFTER).await;
    // A status need not differ because the target does; where it does, the edition is named.
    for one in &changed {
        assert_eq!(one["causes"], json!(["FRAMEWORK"]), "{one:#}");
    }
    // Before its first edition the framework was not there at all: everything is new, and says so.
    let (all, unmoved) = moved(hub(|_, _| ()), "2025-05-05T00:00:00Z", AFTER).await;
    assert_eq!((all.len(), unmoved), (2, json!(0)), "{all:#?}");
    for one in &all {
        assert!(one["causes"].as_array().is_some_and(|causes| causes.contains(&json!("FRAMEWORK"))), "{one:#}");
        assert!(one["reason"].as_str().is_some_and(|why| why.contains("was not there yet")), "{one:#}");
    }
}

#[tokio::test]
async fn nothing_moves_between_two_days_without_a_release() {
    let (moved, unmoved) = moved(hub(|_, _| ()), BEFORE, AFTER).await;
    assert_eq!((moved.len(), unmoved), (0, json!(2)));
    let fake = Arc::new(hub(|_, _| ()));
    let (code, message) =
        refused(&fake, &format!("{{ {QUESTION}, from: \"{AFTER}\", to: \"{BEFORE}\") {{ unmoved }} }}")).await;
    assert_eq!((code.as_str(), message.as_str()), ("BAD_INPUT", "`from` is not before `to`"));
    let (code, _) = refused(
        &fake,
        &format!("{{ changes(framework: \"board\", areas: [\"E99999999\"], from: \"{BEFORE}\") {{ unmoved }} }}"),
    )
    .await;
    assert_eq!(code, "NOT_FOUND");
}
