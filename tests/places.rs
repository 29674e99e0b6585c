//! Places that overlap, figures of several places, years that are missing: what questions over sets of places answer.

use crate::support::{Engine, Hub, on_both_engines, shared_data};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

on_both_engines!(figures_of_two_councils);

#[track_caller]
fn ask(hub: &Hub, query: &str) -> Value {
    let answer = hub.run(["query", query]).ended_with(0).json();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

fn codes(list: &Value, of: &str) -> Vec<String> {
    let items = list.as_array().expect("a list").iter();
    items.map(|item| item.pointer(of).and_then(Value::as_str).expect("a code").to_owned()).collect()
}

/// A partner's tidy file: one row a figure, `with` the other places of a figure of several.
fn partner(hub: &Hub) {
    let about = "publisher = \"A council\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\nstanding = \"local\"\n\
                 title = \"A partner's figures\"\naccess = \"open\"\nneeds = [\"uk-geography\"]\n\
                 [resource.data]\nkind = \"file\"\nformat = \"csv\"\n[markers]\nc = \"suppressed\"\nx = \"not-available\"\n\
                 [checks]\nmax_shrink = \"100%\"\n";
    let write = |file: &str, text: &str| hub.write(&format!("connectors/partner/{file}"), text);
    write("connector.toml", about);
    write(
        "indicators.sql",
        "SELECT * FROM (VALUES \
         ('partner:n', 'People', 'count', 'count', 'low-is-good', CAST(NULL AS DOUBLE)), \
         ('partner:p', 'Share', 'percent', 'proportion', 'high-is-good', 100.0)) \
         AS t(id, name, unit, value_type, polarity, multiplier)",
    );
    write(
        "observations.sql",
        "SELECT concat('partner:', kind) AS indicator, area, period(p, pk) AS period, figure(value) AS value, \
         number(n) AS count, number(d) AS denominator, note, \"with\" AS combined_with, _row, _file FROM data",
    );
    write("cases/typical/in/data.csv", &format!("{HEAD}E08000032,p,2024-25,financial,10,1,10,,\n"));
    write("cases/typical/expect/observations.csv", "area,value\nE08000032,10\n");
}

const HEAD: &str = "area,kind,p,pk,value,n,d,note,with\n";

#[track_caller]
fn publish(hub: &Hub, rows: &str) {
    let path = hub.write("data.csv", format!("{HEAD}{rows}"));
    let folder = hub.folder.path().join("files/connectors").display().to_string();
    hub.sync("partner", &[format!("data={}", path.display())], &["--connectors", &folder]).ended_with(0);
}

fn combined(hub: &Hub, kind: &str, areas: &str) -> Value {
    let query = format!(
        "{{ combined(indicator: \"partner:{kind}\", areas: [{areas}]) {{ value count denominator reason \
         parts {{ area {{ code }} countedIn {{ code }} }} }} }}"
    );
    ask(hub, &query)["combined"].clone()
}

const CORNWALL: &str = "E06000052";
const SCILLY: &str = "E06000053";

fn figures_of_two_councils(engine: Engine) {
    let hub = Hub::with_reference_on(engine);
    partner(&hub);
    let together = "Cornwall and Isles of Scilly are combined";
    let rows = [(CORNWALL, SCILLY), (SCILLY, CORNWALL)]
        .map(|(own, other)| {
            format!(
                "{own},n,2024-25,financial,120,,,{together},{other}\n\
                 {own},p,2024-25,financial,12,120,1000,{together},{CORNWALL} {SCILLY}\n"
            )
        })
        .concat();
    let others = "E08000032,p,2024-25,financial,10,100,1000,,\nE08000033,p,2024-25,financial,20,200,1000,,\n\
                  E08000032,n,2024-25,financial,7,,,,\n";
    publish(&hub, &format!("{rows}{others}"));

    let both = format!("\"{CORNWALL}\", \"{SCILLY}\"");
    let found = combined(&hub, "p", &both);
    assert_eq!((&found["count"], &found["denominator"]), (&json!(120.0), &json!(1000.0)), "{found}");
    assert_eq!(found["parts"][1]["countedIn"]["code"], CORNWALL);
    assert_eq!(combined(&hub, "n", &both)["value"], 120.0);
    // The council that is counted for both, in an area that holds both.
    assert_eq!(combined(&hub, "p", "\"E54000036\"")["count"], 120.0);
    // A set that holds one of them alone.
    let alone = combined(&hub, "p", &format!("\"{CORNWALL}\", \"E08000032\""));
    let reason = alone["reason"].as_str().expect("a reason");
    assert!(alone["value"].is_null() && reason.contains("is of Cornwall and Isles of Scilly together"), "{reason}");

    let compared = ask(
        &hub,
        &format!(
            "{{ comparison(indicator: \"partner:p\", across: {{areas: [{both}, \"E08000032\", \"E08000033\"]}}) {{ \
             ranked groupAverageOf groupAverage rows {{ area {{ code }} value rank reason \
             observation {{ note combinedWith {{ code name }} }} }} }} }}"
        ),
    );
    let compared = &compared["comparison"];
    assert_eq!((&compared["ranked"], &compared["groupAverageOf"]), (&json!(3), &json!(3)), "{compared}");
    let ranks: Vec<&Value> = compared["rows"].as_array().expect("rows").iter().map(|row| &row["rank"]).collect();
    assert_eq!(ranks, [&json!(2), &Value::Null, &json!(3), &json!(1)]);
    let second = &compared["rows"][1];
    assert!(second["reason"].as_str().is_some_and(|why| why.contains("ranked once, under E06000052")), "{second}");
    assert_eq!(second["observation"]["note"], together);
    assert_eq!(second["observation"]["combinedWith"], json!([{"code": CORNWALL, "name": "Cornwall"}]));

    // A place joins or leaves a figure: that is a change, and what stood before is still answered.
    let before = hub.head();
    publish(&hub, &format!("{}{others}", rows.replace(&format!(",{SCILLY}\n"), ",\n")));
    assert_eq!(combined(&hub, "p", &both)["count"], 120.0);
    let changed = hub.newest_run("partner").figures;
    assert_eq!((changed.changed, changed.withdrawn, hub.head()), (1, 0, before + 1));
    // Two numbers for the same two places.
    publish(&hub, &rows.replacen(",12,120,1000,", ",13,130,1000,", 1));
    let reason = combined(&hub, "p", &both)["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("two different figures are published for Cornwall and Isles of Scilly"), "{reason}");
}

fn compare(hub: &Hub, indicator: &str, period: &str, across: &str) -> Value {
    let period = if period.is_empty() { String::new() } else { format!("period: {{iso: \"{period}\"}}, ") };
    let query = format!(
        "{{ comparison(indicator: \"{indicator}\", {period}across: {across}) {{ ranked notes period {{ label }} \
         leftOut {{ area {{ code }} reason }} rows {{ area {{ code }} value rank reason missing }} }} }}"
    );
    ask(hub, &query)["comparison"].clone()
}

#[test]
fn years_that_are_missing_and_values_of_nobody() {
    let hub = Hub::with_reference();
    partner(&hub);
    // Years with gaps: there is a trend over five years in a row alone.
    let rows: String = ["2006-07", "2009-10", "2013-14", "2017-18", "2024-25"]
        .iter()
        .zip([10, 13, 16, 20, 25])
        .map(|(year, value)| format!("E08000032,p,{year},financial,{value},{},10000,,\n", value * 100))
        .collect::<Vec<_>>()
        .concat();
    publish(&hub, &rows);
    let trend = "{ series(indicator: \"partner:p\", area: \"E08000032\") { trend { direction } trendReason } }";
    let found = ask(&hub, trend)["series"].clone();
    let why = found["trendReason"].as_str().expect("a reason");
    assert!(found["trend"].is_null(), "{found}");
    assert!(why.contains("there is no figure between 2006/07 and 2009/10"), "{why}");

    // 0 of 0 is no rank; the newest period is one council's.
    publish(
        &hub,
        "E08000032,p,2023-24,financial,0,0,0,,\nE08000033,p,2023-24,financial,100,5,5,,\nE08000034,p,2023-24,financial,50,2.5,5,,\n",
    );
    let areas = "{areas: [\"E08000032\", \"E08000033\", \"E08000034\"]}";
    let found = compare(&hub, "partner:p", "", areas);
    assert_eq!(found["ranked"], 2, "{found}");
    assert_eq!(found["rows"][0]["rank"], Value::Null);

    publish(
        &hub,
        "E08000032,p,2023-24,financial,10,100,1000,,\nE08000033,p,2023-24,financial,20,200,1000,,\n\
         E08000034,p,2023-24,financial,30,300,1000,,\nE08000035,p,2023-24,financial,40,400,1000,,\n\
         E08000036,p,2023-24,financial,45,450,1000,,\nE08000032,p,2024-25,financial,12,120,1000,,\n\
         E08000033,p,2024-25,financial,c,,,,\nE08000034,p,2024-25,financial,x,,,,\n",
    );
    let across = "{areas: [\"E08000032\", \"E08000033\", \"E08000034\", \"E08000035\", \"E08000036\"]}";
    let found = compare(&hub, "partner:p", "", across);
    assert_eq!((&found["ranked"], &found["period"]["label"]), (&json!(1), &json!("2024/25")));
    let note = found["notes"][0].as_str().expect("a note");
    assert!(
        note.contains("1 of the 5 places has a value for 2024/25") && note.contains("5 have one for 2023/24"),
        "{note}"
    );
    for row in &found["rows"].as_array().expect("rows")[1..] {
        assert!(row["reason"].as_str().is_some_and(|why| why.contains("2023/24")), "{row}");
    }
    assert_eq!(compare(&hub, "partner:p", "2023-04-01/P1Y", across)["notes"], json!([]));

    // A day stands for its end, in every argument that is a moment.
    let today = chrono_today(&hub);
    let of_day = |as_of: &str| {
        let query = format!(
            "{{ observations(asOf: \"{as_of}\", where: {{indicators: [\"partner:p\"]}}) {{ releaseNumber nodes {{ value }} }} }}"
        );
        ask(&hub, &query)["observations"]["releaseNumber"].clone()
    };
    assert_eq!(of_day(&today), json!(hub.head()));
    let revised = format!(
        "{{ revisions(dataset: \"partner\", from: \"{today}\", to: \"{today}\", first: 1) {{ nodes {{ release {{ number }} }} }} }}"
    );
    assert_eq!(ask(&hub, &revised)["revisions"]["nodes"].as_array().map(Vec::len), Some(1));
    let wrong = hub.run(["query", "{ area(code: \"E08000032\", asOf: \"26/11/2026\") { name } }"]);
    wrong.mentions(&["a day such as 2025-03-31", "2025-03-31T09:00:00Z"]);
}

/// The day of the newest run.
fn chrono_today(hub: &Hub) -> String {
    hub.newest_run("partner").started_at.date_naive().to_string()
}

/// The places of each succession, from the code before to the code after, at any remove.
fn successions(hub: &Hub) -> BTreeSet<(String, String)> {
    let mut after: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut recoded: BTreeSet<(String, String)> = BTreeSet::new();
    let rows = hub.read(|store| async move {
        let at = store.head().await.expect("a head");
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        let areas: Vec<String> = catalogue.areas().map(|area| area.code.clone()).collect();
        areas.iter().flat_map(|code| catalogue.links(code).to_vec()).collect::<Vec<_>>()
    });
    for link in rows.iter().filter(|link| link.kind == outcomes_hub::outcomes::LinkKind::SucceededBy) {
        after.entry(link.area.clone()).or_default().push(link.related.clone());
        if link.weight == Some(1.0) {
            recoded.insert((link.area.clone(), link.related.clone()));
        }
    }
    let mut pairs = BTreeSet::new();
    for first in after.keys() {
        let mut open = after[first].clone();
        while let Some(code) = open.pop() {
            if pairs.insert((first.clone(), code.clone())) {
                open.extend(after.get(&code).into_iter().flatten().cloned());
            }
        }
    }
    &pairs - &recoded
}

/// Every figure of places of a type: by what makes it one of a set, the codes of the set.
fn sets(hub: &Hub, indicator: &str, kind: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut sets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let query = format!(
            "{{ observations(first: 1000{after}, where: {{indicators: [\"{indicator}\"], areaType: {kind}, category: {{any: true}}}}) {{ \
             pageInfo {{ hasNextPage endCursor }} nodes {{ dataset {{ id }} area {{ code }} period {{ iso }} sex age category {{ type name }} }} }} }}"
        );
        let page = ask(hub, &query)["observations"].clone();
        for node in page["nodes"].as_array().expect("nodes") {
            let set = format!("{} {} {} {}", node["dataset"], node["period"], node["sex"], node["age"]);
            let code = node["area"]["code"].as_str().expect("a code").to_owned();
            sets.entry(format!("{set} {}", node["category"])).or_default().insert(code);
        }
        if page["pageInfo"]["hasNextPage"] != true {
            return sets;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
}

#[test]
fn real_places_that_overlap() {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference();
    let file = |path: &str| Path::new(&data).join(path).display().to_string();
    let local = ["adult-obesity-prevalence", "cigarette-smokers"].map(|name| file(&format!("ons_els/{name}.csv")));
    hub.sync("ons-local-statistics", &local, &[]).ended_with(0);
    hub.sync("fingertips", &[file("fingertips/la_hospital_admissions_2324.csv")], &[]).ended_with(0);
    let year_6 = format!("obese_year6={}", file("trafford/obese_year6.csv"));
    hub.sync("trafford-data-lab", &[year_6], &[]);

    // A county and the councils that took over from it.
    let england = "{ofType: {type: UTLA, within: \"E92000001\"}}";
    // For the older year the publisher has West and North Northamptonshire only, not the county that stood then.
    for (period, out) in [("2021-11-16/P1Y", &[][..]), ("2019-11-16/P1Y", &["E10000021"])] {
        let found = compare(&hub, "adult-obesity-prevalence", period, england);
        assert_eq!(found["ranked"], 152, "{period}: {}", found["leftOut"]);
        let left = codes(&found["leftOut"], "/area/code");
        assert_eq!(left, [&["E06000063", "E06000064"], out].concat(), "{period}");
        let reason = found["leftOut"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains("Cumbria (E10000006) stood on 15 November"), "{reason}");
        assert!(codes(&found["rows"], "/area/code").iter().all(|code| !left.contains(code)));
    }
    // Named one by one they stand in the list, and one side is ranked.
    let named = "{areas: [\"E10000006\", \"E06000063\", \"E06000064\", \"E08000032\"]}";
    let found = compare(&hub, "adult-obesity-prevalence", "2021-11-16/P1Y", named);
    assert_eq!((&found["ranked"], found["rows"].as_array().map(Vec::len)), (&json!(2), Some(4)), "{found}");

    // Nowhere a place and what took over from it for one period.
    let pairs = successions(&hub);
    assert!(pairs.len() > 40, "{pairs:?}");
    let indicators = ask(&hub, "{ indicators(first: 1000) { nodes { id datasets { id } } } }");
    let mut looked_at = 0;
    let mut both = Vec::new();
    for indicator in indicators["indicators"]["nodes"].as_array().expect("indicators") {
        if indicator["datasets"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let id = indicator["id"].as_str().expect("an id");
        for kind in ["UTLA", "LTLA"] {
            for (set, codes) in sets(&hub, id, kind) {
                looked_at += codes.len();
                let overlap = |(one, other): &&(String, String)| codes.contains(one) && codes.contains(other);
                both.extend(pairs.iter().filter(overlap).map(|pair| format!("{id} {kind} {set}: {pair:?}")));
            }
        }
    }
    assert!(looked_at > 5_000, "{looked_at}");
    assert!(both.is_empty(), "{} pairs: {:#?}", both.len(), &both[..both.len().min(20)]);

    // Lower-tier councils are districts and every single-tier council.
    let lower = ask(&hub, "{ areas(type: LTLA, within: \"E92000001\", first: 1000) { nodes { code validTo } } }");
    let nodes = lower["areas"]["nodes"].as_array().expect("places");
    let standing = nodes.iter().filter(|node| node["validTo"].is_null()).count();
    assert_eq!(standing, 296);

    // One figure of two councils, published under one of them.
    for (board, count, denominator) in [("E54000036", Some(450.0), Some(87_281.0)), ("E54000029", None, None)] {
        let query = format!(
            "{{ combined(indicator: \"hospital-admissions-injuries-0-14\", areas: [\"{board}\"]) {{ value count denominator \
             reason period {{ label }} parts {{ area {{ code }} countedIn {{ name }} }} }} }}"
        );
        let found = ask(&hub, &query)["combined"].clone();
        assert!(found["value"].is_number(), "{found}");
        if let Some((count, denominator)) = count.zip(denominator) {
            assert_eq!((&found["count"], &found["denominator"]), (&json!(count), &json!(denominator)), "{found}");
        }
        let counted = found["parts"].as_array().expect("parts").iter().filter(|part| !part["countedIn"].is_null());
        assert_eq!(counted.count(), 1, "{found}");
    }
}
