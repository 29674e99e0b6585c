//! Scorecards of ten measures in ten places.

use super::State;
use super::fake::{Fake, answered, area, council, dataset, indicator, link, now, refused};
use crate::access::Viewer;
use crate::outcomes::{
    Access, AreaLink, AreaType, Figure, FrameworkDocument, LinkKind, MissingKind, Polarity, ReferenceRow, Standing,
};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const ENGLAND: &str = "E92000001";
const BRADFORD: &str = "E08000032";

/// What is wanted of each measure; the tenth is monthly.
const TARGETS: [&str; 10] = [
    "kind = \"reduce\"\nbaseline = { period = \"2021-04-01/P1Y\", standing = \"stated\" }",
    "kind = \"close-gap\"\ncomparator = \"E92000001\"\nbaseline = { period = \"2021-04-01/P1Y\", standing = \"stated\" }",
    "kind = \"in-line-with\"\nmodel = \"neighbours-2025\"",
    "kind = \"move-up-quartile\"\nbaseline = { period = \"2021-04-01/P1Y\", standing = \"stated\" }",
    "kind = \"at-or-below\"\nvalue = 33.0",
    "kind = \"maintain\"\nbaseline = { period = \"2021-04-01/P1Y\", standing = \"stated\" }",
    "kind = \"at-or-below\"\nvalue = 10.0",
    "kind = \"reduce\"\nbaseline = { period = \"2019-04-01/P1Y\", standing = \"proposed\", why = \"the year before\" }",
    "kind = \"in-line-with\"\nmodel = \"neighbours-2025\"",
    "kind = \"at-or-below\"\nvalue = 60.0",
];

fn strategy() -> String {
    let mut text = String::from(
        "id = \"a-strategy\"\ntitle = \"A strategy\"\norganisation = \"A council\"\nsummary = \"Less of it\"\n\
         version = \"1\"\nplaces = [\"E08000032\"]\n[source]\ntitle = \"The strategy\"\npublisher = \"A council\"\n\
         [[theme]]\nid = \"health\"\ntitle = \"Health\"\nstanding = \"stated\"\nwhere = \"page 1\"\n\
         [[outcome]]\nid = \"less\"\ntheme = \"health\"\ntitle = \"Less\"\nstanding = \"stated\"\nwhere = \"page 1\"\n",
    );
    for (at, target) in TARGETS.into_iter().enumerate() {
        let _ = write!(
            text,
            "[[measure]]\nid = \"{at}\"\noutcome = \"less\"\ntitle = \"Measure {at}\"\nstanding = \"stated\"\n\
             where = \"page 2\"\nseries = [{{ indicator = \"m{at}\" }}]\n\
             [[measure.target]]\n{target}\nstanding = \"stated\"\nwhere = \"page 2\"\n"
        );
    }
    text
}

/// Ten places: Bradford first, then nine councils.
fn places() -> Vec<String> {
    std::iter::once(BRADFORD.to_owned()).chain((1..10).map(council)).collect()
}

/// The sample, ten indicators with six years each (the tenth fourteen months) in ten councils and England, and the
/// strategy, published on 10 May 2025. A place's figures are 50, 45, 40, 35, 30 and 25 and its position besides.
pub(super) fn hub() -> Fake {
    let mut fake = Fake::sample();
    let release = fake.release("measures", "2025-05-02T00:00:00Z", Standing::Official);
    let mut rows = vec![dataset("measures", Access::Open)];
    rows.extend((0..10).map(|at| indicator(&format!("m{at}"), Polarity::LowIsGood, None, &[])));
    fake.refer(release, "measures", rows);
    let mut with_england = places();
    with_england.push(ENGLAND.to_owned());
    for measure in 0..10 {
        let slice = fake.slice("measures", &format!("m{measure}"), "persons", None);
        for (more, code) in (0_u8..).zip(&with_england) {
            if measure == 9 {
                for month in 0..14_u8 {
                    let period = format!("{}-{:02}-01/P1M", 2023 + u32::from(month / 12), month % 12 + 1);
                    fake.figure(slice, code, &period, Figure::Number(20.0 + f64::from(more + month % 2)), release);
                }
                continue;
            }
            for year in 0..6_u8 {
                let period = format!("{}-04-01/P1Y", 2019 + u32::from(year));
                let value = 50.0 - 5.0 * f64::from(year) + f64::from(more);
                fake.figure(slice, code, &period, Figure::Number(value), release);
            }
        }
    }
    publish(&mut fake, "a-strategy", strategy(), "2025-05-10T00:00:00Z");
    fake
}

fn publish(fake: &mut Fake, id: &str, document: String, at: &str) {
    let release = fake.release("strategies", at, Standing::Official);
    let document = FrameworkDocument { id: id.into(), version: "1".into(), document };
    let rows = vec![dataset("strategies", Access::Open), ReferenceRow::Framework(document)];
    fake.refer(release, "strategies", rows);
    fake.set_head(release);
}

const FIELDS: &str =
    "releaseNumber areas { name } rows { measure { id } cells { promise stated proposed area { code } parts {
    latest { value } missing reason judgements { status reason }
    beside { change { since { label } difference differenceLabel significance significanceReason } changeReason
        trend { direction label outlier } trendReason rank { among rank quartile n } rankReason
        neighbours { mean median lowest highest n of } neighboursReason
        spc { variation assurance target trialLimits points { period { iso } lowerLimit } } spcReason } } } }";

fn question(framework: &str, areas: &[String], more: &str) -> String {
    let areas = areas.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(", ");
    format!("{{ scorecard(framework: \"{framework}\", areas: [{areas}]{more}) {{ {FIELDS} }} }}")
}

#[tokio::test]
async fn ten_measures_in_ten_places_are_two_statements() {
    let fake = Arc::new(hub());
    let (json, statements) = answered(&fake, &question("a-strategy", &places(), "")).await;
    assert_eq!((statements, fake.figure_reads.load(Ordering::SeqCst)), (2, 2));
    let rows = json["scorecard"]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 10);
    let cells: Vec<&Value> = rows.iter().flat_map(|row| row["cells"].as_array().expect("cells")).collect();
    assert_eq!(cells.len(), 100);
    let statuses = |measure: usize| -> Vec<&str> {
        let cells = rows[measure]["cells"].as_array().expect("cells");
        cells.iter().map(|cell| cell["parts"][0]["judgements"][0]["status"].as_str().expect("a status")).collect()
    };
    assert_eq!(statuses(0), ["IMPROVING"; 10], "every place has come down");
    assert_eq!(statuses(1), ["NOT_APPLICABLE"; 10], "there was no gap: England is the highest of all");
    let most_33 = [["MET"; 3].as_slice(), &["TOO_CLOSE_TO_TELL"; 7]].concat();
    assert_eq!(statuses(4), most_33, "25 and the position, give or take 5, to be at most 33");
    assert_eq!(statuses(6), ["NOT_MET"; 10]);
    assert_eq!(statuses(2)[1], "NOT_ASSESSABLE", "council 1 has no neighbours");
    assert_eq!(json["scorecard"]["releaseNumber"], 6);
}

/// The strategy is Bradford's: what it states is no promise of any other place, and what the hub proposes is a status of its
/// own.
#[tokio::test]
async fn what_is_stated_and_what_is_proposed_have_a_status_each() {
    let mut fake = hub();
    let target = |standing: &str, id: &str, value: u32| {
        format!(
            "[[measure.target]]\nid = \"{id}\"\nkind = \"at-or-below\"\nvalue = {value}\nstanding = \"{standing}\"\n\
             where = \"page 2\"\n"
        )
    };
    let head = strategy().split_once("[[measure]]").expect("measures").0.replace("a-strategy", "two-voices");
    let measure = format!(
        "[[measure]]\nid = \"m\"\noutcome = \"less\"\ntitle = \"M\"\nstanding = \"stated\"\nwhere = \"page 2\"\n\
         series = [{{ indicator = \"m0\" }}]\n{}{}",
        target("stated", "promise", 60),
        target("proposed", "wish", 10)
    );
    publish(&mut fake, "two-voices", format!("{head}{measure}"), "2025-05-11T00:00:00Z");
    let places = [BRADFORD.to_owned(), council(1)];
    let (json, _) = answered(&Arc::new(fake), &question("two-voices", &places, "")).await;
    let cells = &json["scorecard"]["rows"][0]["cells"];
    let said = |place: usize| {
        let cell = &cells[place];
        (cell["promise"].clone(), cell["stated"].clone(), cell["proposed"].clone())
    };
    let worst = |at: usize| cells[0]["parts"][0]["judgements"][at]["status"].clone();
    assert_ne!(worst(0), worst(1), "the test is about two statuses");
    assert_eq!(said(0), (json!(true), worst(0), worst(1)));
    assert_eq!(said(1), (json!(false), Value::Null, cells[1]["parts"][0]["judgements"][1]["status"].clone()));
}

#[tokio::test]
async fn each_judgement_says_how_old_its_figure_is_whose_promise_it_is_and_what_hangs_on_the_baseline() {
    let fake = Arc::new(hub());
    let ask = |as_of: &str| {
        format!(
            "{{ scorecard(framework: \"a-strategy\", areas: [\"{BRADFORD}\", \"{}\"]{as_of}) {{ rows {{ measure {{ \
             maxAgeMonths }} cells {{ promise parts {{ judgements {{ promise ageMonths sensitivity methodVersion }} }} }} }} \
             }} }}",
            council(1)
        )
    };
    let (json, _) = answered(&fake, &ask("")).await;
    let judgement = |json: &Value, measure: usize, place: usize| {
        let cell = &json["scorecard"]["rows"][measure]["cells"][place];
        assert_eq!(cell["promise"], cell["parts"][0]["judgements"][0]["promise"]);
        cell["parts"][0]["judgements"][0].clone()
    };
    // The year 2024/25 ended two months before 1 June 2025. The baseline of the eighth measure is the hub's choice.
    assert_eq!(
        (judgement(&json, 7, 0), json["scorecard"]["rows"][0]["measure"]["maxAgeMonths"].clone()),
        (
            json!({
                "promise": true,
                "ageMonths": 2,
                "sensitivity": "with 2022/23 or 2023/24 as the baseline it would be no detectable change",
                "methodVersion": 2
            }),
            Value::Null
        )
    );
    assert_eq!(judgement(&json, 7, 1)["promise"], false, "the strategy is Bradford's");
    let (json, _) = answered(&fake, &ask(", asOf: \"2025-05-20T00:00:00Z\"")).await;
    assert_eq!(judgement(&json, 7, 0)["ageMonths"], 1, "counted to the day that is asked for");
}

#[tokio::test]
async fn what_stands_beside_is_in_every_part() {
    let (json, _) = answered(&Arc::new(hub()), &question("a-strategy", &places(), "")).await;
    let part = |measure: usize, place: usize| &json["scorecard"]["rows"][measure]["cells"][place]["parts"][0]["beside"];
    let bradford = part(0, 0);
    assert_eq!(
        bradford["change"],
        json!({"since": {"label": "2021/22"}, "difference": -15.0, "differenceLabel": "-15 percentage points",
               "significance": "DECREASING", "significanceReason": null})
    );
    let trend = json!({"direction": "DECREASING", "label": "DECREASING_AND_GETTING_BETTER", "outlier": false});
    assert_eq!(bradford["trend"], trend);
    let rank = json!({"among": "upper-tier councils of England", "rank": 1, "quartile": 1, "n": 10});
    assert_eq!(bradford["rank"], rank);
    // Of its two neighbours Barnsley has no figure; council 1 has 26.
    let neighbours = json!({"mean": 26.0, "median": 26.0, "lowest": 26.0, "highest": 26.0, "n": 1, "of": 2});
    assert_eq!(bradford["neighbours"], neighbours);
    assert_eq!(bradford["spcReason"], "a control chart takes monthly or quarterly figures");
    let last = part(0, 9);
    assert_eq!((&last["rank"]["rank"], &last["rank"]["quartile"]), (&json!(10), &json!(4)));
    assert_eq!(
        (&last["neighbours"], &last["neighboursReason"]),
        (&Value::Null, &json!("the place has no statistical neighbours"))
    );
    let (change, reason) = (&part(4, 0)["change"], &part(4, 0)["changeReason"]);
    assert_eq!((change, reason), (&Value::Null, &json!("the target has no baseline")));

    let monthly = part(9, 0);
    assert_eq!((&monthly["trend"], monthly["trendReason"].is_string()), (&Value::Null, true));
    let chart = &monthly["spc"];
    assert_eq!(
        (&chart["assurance"], &chart["target"], &chart["trialLimits"]),
        (&json!("PASS"), &json!(60.0), &json!(false))
    );
    assert_eq!(
        (&chart["points"][13]["period"]["iso"], &chart["variation"]),
        (&json!("2024-02-01/P1M"), &json!("COMMON_CAUSE"))
    );
    let lower = chart["points"][0]["lowerLimit"].as_f64().expect("a limit");
    assert!((lower - (20.5 - 2.66)).abs() < 1e-9, "{lower}");
}

#[tokio::test]
async fn a_place_without_figures_has_nothing_beside_and_says_so() {
    let barnsley = vec!["E08000016".to_owned()];
    let (json, _) = answered(&Arc::new(hub()), &question("a-strategy", &barnsley, "")).await;
    let cell = &json["scorecard"]["rows"][0]["cells"][0];
    let part = &cell["parts"][0];
    assert_eq!((&part["latest"], &part["beside"]), (&Value::Null, &Value::Null));
    assert_eq!(part["reason"], "measures publishes the indicator, but not for this place");
    assert_eq!(
        (&part["missing"], &part["judgements"][0]["status"]),
        (&json!("NOT_AVAILABLE"), &json!("NOT_ASSESSABLE"))
    );
}

#[tokio::test]
async fn a_suppressed_newest_figure_is_named_and_judged_by_nothing() {
    let mut fake = hub();
    let slice = fake.slice("measures", "m0", "persons", None);
    fake.figure(slice, BRADFORD, "2024-04-01/P1Y", Figure::Missing(MissingKind::Suppressed), 6);
    let (json, _) = answered(&Arc::new(fake), &question("a-strategy", &[BRADFORD.to_owned()], "")).await;
    let cell = &json["scorecard"]["rows"][0]["cells"][0];
    assert_eq!((&cell["stated"], &cell["proposed"]), (&json!("NOT_ASSESSABLE"), &Value::Null));
    let judgement = cell["parts"][0]["judgements"][0]["reason"].as_str().expect("a reason");
    assert!(judgement.contains("suppressed"), "{judgement}");
    let beside = &cell["parts"][0]["beside"];
    for field in ["change", "trend", "rank", "neighbours", "spc"] {
        assert_eq!(beside[field], Value::Null, "{field}");
        assert!(beside[format!("{field}Reason")].is_string(), "{field}: {beside:#}");
    }
}

#[tokio::test]
async fn what_a_scorecard_does_not_know_is_an_error() {
    let fake = Arc::new(hub());
    let ask = async |framework: &str, areas: &[&str], more: &str| {
        let areas: Vec<String> = areas.iter().map(|code| (*code).to_owned()).collect();
        refused(&fake, &question(framework, &areas, more)).await
    };
    let (code, message) = ask("no-strategy", &[BRADFORD], "").await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("NOT_FOUND", "no framework has the id `no-strategy`; there are a-strategy")
    );
    let (code, message) = ask("a-strategy", &["Bradford"], "").await;
    assert_eq!(code, "NOT_FOUND");
    assert!(message.contains("`E08000032` (Bradford)"), "{message}");
    let (code, message) = ask("a-strategy", &[], "").await;
    assert_eq!(code, "BAD_INPUT", "{message}");
    // Between the figures and the strategy, and before everything.
    let (code, message) = ask("a-strategy", &[BRADFORD], ", asOf: \"2025-05-05T00:00:00Z\"").await;
    assert_eq!(code, "NOT_FOUND");
    assert!(message.starts_with("the hub holds no framework;"), "{message}");
    let (code, message) = ask("a-strategy", &[BRADFORD], ", asOf: \"2020-01-01T00:00:00Z\"").await;
    assert_eq!(code, "NOT_FOUND");
    assert!(message.contains("the hub held nothing then"), "{message}");
    let earlier = "{ framework(id: \"a-strategy\", asOf: \"2025-05-05T00:00:00Z\") { id }
        frameworks(asOf: \"2025-05-05T00:00:00Z\") { id } }";
    assert_eq!(answered(&fake, earlier).await.0, json!({"framework": null, "frameworks": []}));
}

#[tokio::test]
async fn a_framework_that_cannot_be_read_is_a_failure_that_tells_nothing_of_it() {
    let mut fake = hub();
    publish(&mut fake, "broken", "id = \"broken\"\nsecret = [".into(), "2025-05-11T00:00:00Z");
    let fake = Arc::new(fake);
    for query in [question("broken", &places(), ""), "{ framework(id: \"broken\") { id } }".into()] {
        let (code, message) = refused(&fake, &query).await;
        assert_eq!(code, "INTERNAL");
        assert!(message.contains("request id") && !message.contains("secret"), "{message}");
    }
    // The other strategy stands.
    let (json, _) = answered(&fake, "{ framework(id: \"a-strategy\") { id measures { id } } }").await;
    assert_eq!(json["framework"]["measures"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn a_measure_and_its_targets_have_one_id_whichever_way_leads_to_them() {
    let measure = "id key title outcomeId standing targets { id key standing kind }";
    let (json, _) = answered(
        &Arc::new(hub()),
        &format!(
            "{{ framework(id: \"a-strategy\") {{ id key measures {{ {measure} }} outcomes {{ id measures {{ {measure} }} }} }}
               scorecard(framework: \"a-strategy\", areas: [\"E08000032\"]) {{ rows {{ measure {{ {measure} }}
                    cells {{ parts {{ judgements {{ target {{ id key standing kind }} }} }} }} }} }} }}"
        ),
    )
    .await;
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let measures = list(&json["framework"]["measures"]);
    let outcomes = list(&json["framework"]["outcomes"]);
    let of_outcomes: Vec<Value> = outcomes.iter().flat_map(|outcome| list(&outcome["measures"])).collect();
    let rows = list(&json["scorecard"]["rows"]);
    assert_eq!(measures, of_outcomes);
    assert_eq!(measures, rows.iter().map(|row| row["measure"].clone()).collect::<Vec<_>>());
    let key = |value: &Value| value["key"].as_str().expect("a key").to_owned();
    for (measure, row) in measures.iter().zip(&rows) {
        let path = format!("a-strategy/measure/{}", key(measure));
        assert_eq!(measure["id"], path);
        assert!(outcomes.iter().any(|outcome| outcome["id"] == measure["outcomeId"]), "{measure}");
        let judged = list(&row["cells"][0]["parts"][0]["judgements"]);
        assert_eq!(list(&measure["targets"]), judged.iter().map(|one| one["target"].clone()).collect::<Vec<_>>());
        for target in list(&measure["targets"]) {
            assert_eq!(target["id"], format!("{path}/target/{}", key(&target)));
        }
    }
}

#[tokio::test]
async fn a_framework_that_is_named_often_costs_as_often() {
    let state = State::new(Arc::new(hub()), Arc::new(now()));
    let ids = ["\"a-strategy\""; 40].join(", ");
    let query = format!("{{ frameworks(ids: [{ids}]) {{ key measures {{ id targets {{ id }} }} }} }}");
    let answer = state.answer(Viewer::public(), &query, None, None).await;
    let cost = answer.cost.expect("a cost");
    assert!(answer.ok && cost.actual > 400 && cost.actual <= cost.estimated, "{cost}");
}

#[tokio::test]
async fn the_indicators_of_a_framework_are_those_of_its_measures() {
    let fake = Arc::new(hub());
    let (json, _) = answered(&fake, "{ indicators(framework: \"a-strategy\") { nodes { id } } }").await;
    let nodes = json["indicators"]["nodes"].as_array().expect("nodes");
    let ids: Vec<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    assert_eq!(ids, ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"]);
    let (code, message) = refused(&fake, "{ indicators(framework: \"no-such\") { nodes { id } } }").await;
    assert_eq!(code, "NOT_FOUND");
    assert!(message.contains("a-strategy"), "{message}");
}

/// The same, with a board of three councils: the second lies in two locations of it. Of measure 0 the newest figure of
/// council 1 is withheld; of measure 2 only Bradford has one for 2025/26; measure 6 is a mean.
fn hub_with_a_board() -> Fake {
    let mut fake = hub();
    let release = fake.release("measures", "2025-05-12T00:00:00Z", Standing::Local);
    let part = |location: &str, weight: f64| {
        let (area, related, kind) = (council(2), location.into(), LinkKind::Within);
        ReferenceRow::AreaLink(AreaLink { area, related, kind, weight: Some(weight), valid_from: None, valid_to: None })
    };
    let mut mean = crate::outcomes::Indicator::clone(match &indicator("m6", Polarity::LowIsGood, None, &[]) {
        ReferenceRow::Indicator(indicator) => indicator,
        other => panic!("no indicator: {other:?}"),
    });
    mean.value_type = crate::outcomes::ValueType::Mean;
    let rows = vec![
        ReferenceRow::Indicator(mean),
        area("QZZ", "The board", AreaType::Icb, None, None),
        area("QYY", "Another board", AreaType::Icb, None, None),
        area("QAA", "First location", AreaType::SubIcb, None, None),
        area("QBB", "Second location", AreaType::SubIcb, None, None),
        link("QAA", "QZZ", LinkKind::Within),
        link("QBB", "QZZ", LinkKind::Within),
        link(&council(1), "QAA", LinkKind::Within),
        part("QAA", 0.25),
        part("QBB", 0.75),
        link(BRADFORD, "QBB", LinkKind::Within),
        link(&council(5), "QYY", LinkKind::Within),
    ];
    fake.refer(release, "measures", rows);
    let slice = |fake: &mut Fake, measure: usize| fake.slice("measures", &format!("m{measure}"), "persons", None);
    let newest = "2024-04-01/P1Y";
    let (first, third) = (slice(&mut fake, 0), slice(&mut fake, 2));
    fake.figure(first, &council(1), newest, Figure::Missing(MissingKind::Suppressed), release);
    fake.figure(third, BRADFORD, "2025-04-01/P1Y", Figure::Number(20.0), release);
    let fifth = slice(&mut fake, 4);
    // A partner's release: what rests on it may be relied on no further.
    fake.figure(fifth, &council(2), newest, Figure::Number(33.0), release);
    fake.set_head(release);
    fake
}

#[tokio::test]
async fn a_board_is_judged_by_the_figures_of_its_councils() {
    let query = "{ scorecard(framework: \"a-strategy\", areas: [\"QZZ\", \"E08000032\"]) { rows { cells { parts {
        latest { value lowerCi missing standing note period { iso } putTogether { how apportioned reason parts { area { code } weight } } }
        missing reason judgements { status reason figures { role value area { code } } }
        beside { change { difference } rank { among rank n } trend { direction } } } } } } }";
    let (json, statements) = answered(&Arc::new(hub_with_a_board()), query).await;
    assert_eq!(statements, 2);
    let rows = json["scorecard"]["rows"].as_array().expect("rows").clone();
    let part = |measure: usize| &rows[measure]["cells"][0]["parts"][0];
    let reason = |measure: usize| part(measure)["judgements"][0]["reason"].as_str().expect("a reason");

    // 25, 26 and 27 of 100 in 2024/25; 40, 41 and 42 in 2021/22.
    let sound = part(5);
    assert!((sound["latest"]["value"].as_f64().expect("a value") - 26.0).abs() < 1e-9, "{sound:#}");
    assert!((sound["beside"]["change"]["difference"].as_f64().expect("a change") + 15.0).abs() < 1e-9, "{sound:#}");
    assert_eq!(sound["latest"]["putTogether"]["how"], "combined from 3 councils");
    assert_eq!(sound["latest"]["note"], "combined from 3 councils");
    assert!(sound["judgements"][0]["status"] != "NOT_ASSESSABLE" && sound["missing"].is_null(), "{sound:#}");
    assert_eq!(sound["beside"]["rank"], json!({"among": "integrated care boards of England", "rank": 1, "n": 2}));
    assert!(sound["beside"]["trend"].is_object(), "a series of six years: {sound:#}");
    // The gap to the country as it is published.
    let gap = &part(1)["judgements"][0];
    assert!(gap["status"] != "NOT_ASSESSABLE", "{gap:#}");
    // A part of the sum is a partner's.
    assert_eq!((&part(4)["latest"]["standing"], &sound["latest"]["standing"]), (&json!("LOCAL"), &json!("OFFICIAL")));

    // A council withholds its newest figure: so does the sum, and no older one stands in for it.
    let hidden = part(0);
    assert_eq!((&hidden["latest"]["value"], &hidden["latest"]["missing"]), (&Value::Null, &json!("SUPPRESSED")));
    assert_eq!(
        (&hidden["latest"]["lowerCi"], &hidden["judgements"][0]["status"]),
        (&Value::Null, &json!("NOT_ASSESSABLE"))
    );
    assert!(reason(0).contains("Council 1 is suppressed"), "{}", reason(0));
    // A newer period that only one has is named.
    assert_eq!(part(2)["latest"]["period"]["iso"], "2024-04-01/P1Y");
    assert!(reason(2).contains("for 2025/26 there is no figure of Council 1, Council 2"), "{}", reason(2));
    // A mean is not put together, and the reason is short.
    let mean = part(6);
    assert!(mean["latest"].is_null() && mean["missing"] == "NOT_AVAILABLE", "{mean:#}");
    let why = mean["reason"].as_str().expect("a reason");
    assert!(why.contains("not for this place; a mean cannot be put together from means"), "{why}");
    // A council beside it is answered as it is published.
    assert!(rows[5]["cells"][1]["parts"][0]["latest"]["putTogether"].is_null());
}
