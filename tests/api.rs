//! An API along the whole road: pages of every place become figures, and a collection that is not whole publishes nothing.

use crate::http_source::{Answer, NAME, Server, connector_folder, quick};
use crate::support::{Hub, Stepping, block_on, figures_at, travel};
use outcomes_hub::connector::{Connector, Folder};
use outcomes_hub::outcomes::{Figure, Outcome};
use outcomes_hub::sync::Report;
use std::collections::BTreeMap;

/// Makes the connector of a local server one of an API: two places, pages of two rows.
fn api(hub: &Hub, server: &Server) -> Connector {
    let folder = connector_folder(hub, "https://example.org/").join(NAME);
    let manifest = std::fs::read_to_string(folder.join("connector.toml")).expect("a manifest");
    let own = format!(
        "url = \"{}/v1/{{each}}/meals\"\nrecords = \"$.data.rows\"\nparams = {{ kind = \"all\" }}\n\
         each = {{ list = [\"E08000032\", \"E08000033\"] }}\npages = {{ by = \"page\", param = \"page\", size = 2 }}\n\
         complete = {{ rows = \"$.total\" }}",
        server.address
    );
    let manifest =
        manifest.replace("url = \"https://example.org/\"", &own).replace("format = \"csv\"", "format = \"json\"");
    std::fs::write(folder.join("connector.toml"), manifest).expect("written");
    let areas = "SELECT code, name, 'utla' AS type, CAST(0 AS BIGINT) AS _row, 'areas.sql' AS _file FROM (VALUES \
                 ('E08000032', 'Bradford'), ('E08000033', 'Calderdale')) AS own(code, name)";
    std::fs::write(folder.join("areas.sql"), areas).expect("written");
    let sql = "SELECT 'school-meals:taken' AS indicator, _each AS area, period(\"year.label\", 'financial') AS period, \
               figure(meals) AS value, note AS note, _row, _file FROM meals";
    std::fs::write(folder.join("observations.sql"), sql).expect("written");
    std::fs::remove_file(folder.join("cases/typical/in/meals.csv")).expect("removed");
    std::fs::create_dir_all(folder.join("cases/typical/in/meals")).expect("a folder");
    let page =
        "{\"total\": 1, \"data\": {\"rows\": [{\"year\": {\"label\": \"2023/24\"}, \"meals\": 1, \"note\": null}]}}";
    std::fs::write(folder.join("cases/typical/in/meals/E08000032.json"), page).expect("written");
    Connector::read(Folder::Disk(folder)).expect("a connector")
}

/// A page of rows: year and meals.
fn page(total: usize, rows: &[(&str, &str)]) -> Answer {
    let row = |(year, meals): &(&str, &str)| format!("{{\"year\": {{\"label\": \"{year}\"}}, \"meals\": {meals}}}");
    let rows: Vec<String> = rows.iter().map(row).collect();
    Answer::with("200 OK", format!("{{\"data\": {{\"rows\": [{}]}}, \"total\": {total}}}", rows.join(",")))
}

fn run(hub: &Hub, connector: &Connector) -> (Report, Vec<(String, Figure)>) {
    block_on(async {
        let (road, store) = hub.road(Stepping::new(), quick()).await;
        let report = travel(&road, connector, &[], &BTreeMap::new()).await;
        let figures = figures_at(store.as_ref(), NAME, None).await;
        store.close().await;
        let mut shown: Vec<(String, Figure)> =
            figures.iter().map(|(key, figure)| (format!("{key:?}"), figure.value)).collect();
        shown.sort_by(|a, b| a.0.cmp(&b.0));
        (report, shown)
    })
}

#[test]
fn pages_of_every_place_become_figures_or_nothing_does() {
    let (hub, server) = (Hub::empty(), Server::start());
    let connector = api(&hub, &server);
    let whole = || {
        [
            page(3, &[("2021/22", "1"), ("2022/23", "\"c\"")]),
            page(3, &[("2023/24", "3")]),
            // The second place has one page; a row has a key that no other has.
            Answer::with(
                "200 OK",
                "{\"total\": 1, \"data\": {\"rows\": [{\"year\": {\"label\": \"2023/24\"}, \"meals\": 9, \"note\": \"as told\"}]}}",
            ),
        ]
    };
    server.will_say(whole());
    let (report, published) = run(&hub, &connector);
    assert_eq!(report.outcome, Outcome::Published, "{}", report.explanation());
    assert_eq!(published.len(), 4, "{published:?}");
    let names: Vec<&str> = report.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["meals E08000032 1.json", "meals E08000032 2.json", "meals E08000033 1.json"]);
    assert!(
        published.iter().any(|(key, value)| key.contains("E08000033") && *value == Figure::Number(9.0)),
        "{published:?}"
    );

    server.will_say(whole());
    let (report, _) = run(&hub, &connector);
    assert_eq!(report.outcome, Outcome::Unchanged, "the same pages are the same inputs: {}", report.explanation());
    assert!(report.same_as.is_some());

    // The second place's only page lacks a row of two.
    let [first, second, third] = whole();
    let short = Answer::with(
        "200 OK",
        "{\"total\": 2, \"data\": {\"rows\": [{\"year\": {\"label\": \"2023/24\"}, \"meals\": 8}]}}",
    );
    drop(third);
    server.will_say([first, second, short, page(2, &[])]);
    let (report, after) = run(&hub, &connector);
    assert_eq!(report.outcome, Outcome::Unreadable, "{}", report.explanation());
    let said = report.explanation();
    assert!(said.contains("page 2 of `E08000033`") && said.contains("states 2"), "{said}");
    assert_eq!(after, published, "what was published stays");
}
