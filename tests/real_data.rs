//! Publishers' real files: what is published is what they say, read here by other code than the hub's, and whichever
//! engine keeps it.

use crate::raw::{Row, rows_of};
use crate::support::{Engine, Figures, Hub, Key, Published, adds_up, on_both_engines, shared_data};
use outcomes_hub::outcomes::{Figure, MissingKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

on_both_engines!(
    children_in_need,
    children_looked_after,
    adult_social_care_from_text_and_workbook,
    healthy_life_expectancy,
    hospital_admissions_of_fingertips,
    a_partners_tidy_files,
    statistical_neighbours,
    the_same_bytes_publish_nothing_and_a_changed_file_its_changes,
    the_figures_through_graphql,
    limits_ranks_levels_and_age,
);

const BRADFORD: &str = "E08000032";
const CIN: &str = "dfe-children-in-need";
const CLA: &str = "dfe-children-looked-after";
const CIN_FILE: &str = "dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv";

/// A figure as the raw file has it.
#[derive(Clone, Debug, PartialEq)]
struct Raw {
    value: Figure,
    count: Option<Figure>,
    denominator: Option<Figure>,
    limits: Option<(f64, f64)>,
}

impl Raw {
    fn alone(value: Figure) -> Self {
        Self { value, count: None, denominator: None, limits: None }
    }

    fn share(value: Figure, count: Figure, denominator: Figure) -> Self {
        Self { value, count: Some(count), denominator: Some(denominator), limits: None }
    }
}

type Expected = BTreeMap<Key, Raw>;
/// A cell as a number or, by the symbols that the publisher explains, the kind of its absence.
#[track_caller]
fn figure(cell: &str) -> Figure {
    let missing = match cell.trim() {
        "c" | "[c]" => MissingKind::Suppressed,
        "z" | "[z]" => MissingKind::NotApplicable,
        "x" | "[x]" | "NA" => MissingKind::NotAvailable,
        "u" | "[u]" => MissingKind::Unreliable,
        "k" | "low" | "[low]" => MissingKind::RoundsToZero,
        number => return Figure::Number(number.parse().unwrap_or_else(|_| panic!("`{number}` is no figure"))),
    };
    Figure::Missing(missing)
}

/// The area of a row of the Department for Education.
fn dfe_area(row: &Row) -> &str {
    match row["geographic_level"].as_str() {
        "Local authority" => &row["new_la_code"],
        "Regional" => &row["region_code"],
        "National" => &row["country_code"],
        other => panic!("an unknown level {other}"),
    }
}

/// The year that ends on 31 March of `time_period`.
fn dfe_year(row: &Row) -> String {
    assert_eq!(row["time_identifier"], "Reporting year");
    format!("{}-04-01/P1Y", row["time_period"].parse::<i32>().expect("a year") - 1)
}

fn add(expected: &mut Expected, key: Key, raw: Raw) {
    assert!(!expected.contains_key(&key), "the raw file has {key:?} twice");
    expected.insert(key, raw);
}

/// Asserts that of these indicators exactly the expected figures are published, each with the same parts.
#[track_caller]
fn same(published: &Figures, expected: &Expected) {
    let indicators: BTreeSet<&str> = expected.keys().map(|key| key.indicator.as_str()).collect();
    let mut wrong = Vec::new();
    for (key, figure) in published.iter().filter(|(key, _)| indicators.contains(key.indicator.as_str())) {
        match expected.get(key) {
            None => wrong.push(format!("{key:?} is published and not in the file: {figure:?}")),
            Some(raw) if !agrees(figure, raw) => wrong.push(format!("{key:?} is {figure:?} and should be {raw:?}")),
            Some(_) => {}
        }
    }
    let lost = expected.keys().filter(|key| !published.contains_key(key));
    wrong.extend(lost.map(|key| format!("{key:?} is in the file and not published")));
    let shown = wrong.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {} figures are wrong:\n{shown}", wrong.len(), expected.len());
}

fn agrees(published: &Published, raw: &Raw) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let limits = match (published.lower_ci.zip(published.upper_ci), raw.limits) {
        (Some(published), Some(raw)) => near(published.0, raw.0) && near(published.1, raw.1),
        (None, None) => published.lower_ci.is_none() && published.upper_ci.is_none(),
        _ => false,
    };
    limits && published.value == raw.value && published.count == raw.count && published.denominator == raw.denominator
}

/// The published total of Bradford, as value, count and denominator.
#[track_caller]
fn bradford(figures: &Figures, indicator: &str, period: &str) -> (Option<f64>, Option<f64>, Option<f64>) {
    let figure = &figures[&Key::total(indicator, BRADFORD, period)];
    let number = |figure: Option<Figure>| figure.and_then(Figure::number);
    (figure.value.number(), number(figure.count), number(figure.denominator))
}

fn input(data: &Path, file: &str) -> String {
    data.join(file).display().to_string()
}

/// Syncs real files into a hub and gives the run's report.
#[track_caller]
fn synced(hub: &Hub, connector: &str, inputs: &[String]) -> serde_json::Value {
    let report = hub.sync(connector, inputs, &["--json"]).ended_with(0).json();
    adds_up(&report);
    report
}

/// Every figure that the referrals file holds.
fn referrals(path: &Path) -> Expected {
    let mut expected = Expected::new();
    for row in rows_of(path) {
        assert_eq!(row["category"], "Referrals and Re-referrals");
        let (area, year) = (dfe_area(&row), dfe_year(&row));
        let of = |column: &str| figure(&row[column]);
        let all = [
            ("csc-re-referrals-within-12-months", "rereferral_percent", Some(("rereferral_count", "referral_count"))),
            ("dfe-children-in-need:referrals", "referral_count", None),
            (
                "dfe-children-in-need:no-further-action",
                "no_further_action_percent",
                Some(("no_further_action_count", "referral_count")),
            ),
            (
                "dfe-children-in-need:assessed-not-in-need",
                "not_in_need_percent",
                Some(("not_in_need_count", "referral_count")),
            ),
            ("dfe-children-in-need:children-referred", "referral_child_count", None),
            (
                "dfe-children-in-need:children-re-referred-within-12-months",
                "rereferral_child_percent",
                Some(("rereferral_child_count", "referral_child_count")),
            ),
        ];
        for (indicator, value, parts) in all {
            let raw = match parts {
                Some((count, denominator)) => Raw::share(of(value), of(count), of(denominator)),
                None => Raw::alone(of(value)),
            };
            add(&mut expected, Key::total(indicator, area, &year), raw);
        }
    }
    expected
}

fn children_in_need(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::empty_on(engine);
    let report = synced(&hub, CIN, &[input(&data, CIN_FILE)]);
    assert_eq!(report["rows_read"]["referrals"], 2132);
    assert_eq!(report["figures"]["added"], 12_792);
    assert_eq!(report["figures"]["rejected"], 0);
    let figures = hub.figures(CIN);
    assert_eq!(figures.len(), 12_792);
    let found = bradford(&figures, "csc-re-referrals-within-12-months", "2024-04-01/P1Y");
    assert_eq!(found, (Some(22.9), Some(1709.0), Some(7450.0)));
    same(&figures, &referrals(&data.join(CIN_FILE)));
}

fn children_looked_after(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::empty_on(engine);
    let (stability, health) = ("dfe/la_cla_placement_stability.csv", "dfe/la_conviction_health_outcome_cla.csv");
    let inputs = [("placement_stability", stability), ("health_outcomes", health)]
        .map(|(name, file)| format!("{name}={}", input(&data, file)));
    let report = synced(&hub, CLA, &inputs);
    assert_eq!(report["figures"]["added"], 19_205);
    assert_eq!(report["figures"]["rejected"], 0);
    let figures = hub.figures(CLA);
    let year = "2024-04-01/P1Y";
    let of = |indicator| bradford(&figures, indicator, year);
    assert_eq!(of("cla-three-or-more-placements"), (Some(8.0), Some(103.0), Some(1366.0)));
    assert_eq!(of("cla-sdq-cause-for-concern"), (Some(31.0), Some(206.0), Some(657.0)));
    assert_eq!(of("cla-sdq-mean-score").0, Some(13.4));

    // (area, year, group, measure) -> the row
    let by_measure = |file: &str, group: &str, measure: &str| -> BTreeMap<(String, String), Row> {
        let rows = rows_of(&data.join(file)).into_iter();
        let group_column = if file == stability { "cla_group" } else { "characteristic" };
        let measure_column = if file == stability { "placement_stability" } else { "breakdown" };
        rows.filter(|row| row[group_column] == group && row[measure_column] == measure)
            .map(|row| ((dfe_area(&row).to_owned(), dfe_year(&row)), row))
            .collect()
    };
    let mut expected = Expected::new();
    let mut share = |indicator: &str, file: &str, group: &str, measure: &str, base: &str| {
        let bases = by_measure(file, group, base);
        for ((area, year), row) in by_measure(file, group, measure) {
            let denominator = figure(&bases[&(area.clone(), year.clone())]["children_count"]);
            let raw = Raw::share(figure(&row["children_percent"]), figure(&row["children_count"]), denominator);
            add(&mut expected, Key::total(indicator, &area, &year), raw);
        }
    };
    let sdq = "Ages 5 to 16 years with SDQ score";
    let placements = "With 3 or more placements during the year";
    share("cla-three-or-more-placements", stability, "CLA on 31 March", placements, "Total children");
    let received = "SDQ score was received";
    share("cla-sdq-cause-for-concern", health, sdq, "SDQ score is a cause for concern", received);
    let bases = by_measure(health, sdq, received);
    for ((area, year), row) in by_measure(health, sdq, "SDQ average score") {
        // The mean stands in the count column.
        let denominator = figure(&bases[&(area.clone(), year.clone())]["children_count"]);
        let raw = Raw { denominator: Some(denominator), ..Raw::alone(figure(&row["children_count"])) };
        add(&mut expected, Key::total("cla-sdq-mean-score", &area, &year), raw);
    }
    // Nought of nobody has no value.
    let of_nobody = |raw: &&mut Raw| raw.denominator == Some(Figure::Number(0.0)) && raw.value.number().is_some();
    for raw in expected.values_mut().filter(of_nobody) {
        raw.value = Figure::Missing(MissingKind::NotApplicable);
    }
    assert!(expected.len() > 2_000, "{} figures", expected.len());
    same(&figures, &expected);
}

/// The figures of the adult social care file: one for each area, measure and level, from the rows of its parts.
fn social_care(path: &Path) -> Expected {
    let shared = BTreeMap::from([
        ("1B", "asc-control-over-daily-life"),
        ("1C2A", "asc-direct-payments"),
        ("1E", "ld-paid-employment"),
        ("1G", "ld-settled-accommodation"),
        ("1I1", "asc-social-contact"),
        ("2A1", "permanent-admissions-18-64"),
        ("2A2", "permanent-admissions-65-plus"),
        ("2B1", "asc-at-home-91-days-after-reablement"),
        ("3A", "asc-overall-satisfaction"),
        ("3D1", "asc-information-easy-to-find"),
    ]);
    let mut parts: BTreeMap<Key, BTreeMap<String, String>> = BTreeMap::new();
    for mut row in rows_of(path) {
        if row["Geographical Level"] == "Council Type" {
            continue;
        }
        let measure = row["Measure Group"].clone();
        let indicator = shared.get(measure.as_str()).map_or_else(|| format!("ascof:{measure}"), |&id| id.to_owned());
        let (sex, age) = match row["Disaggregation Level"].as_str() {
            "Total" => ("persons", "all"),
            "Male" => ("male", "all"),
            "Female" => ("female", "all"),
            "18-64" => ("persons", "18-64"),
            "64 and under" => ("persons", "<65"),
            "65 and over" => ("persons", "65+"),
            "65-74" => ("persons", "65-74"),
            "65-84" => ("persons", "65-84"),
            "75-84" => ("persons", "75-84"),
            "85 and over" => ("persons", "85+"),
            other => panic!("an unknown level {other}"),
        };
        let key = Key::of(&indicator, row["ONS Code"].trim(), "2020-04-01/P1Y", sex, age);
        let value = row.remove("Measure Value").expect("a value");
        let twice = parts.entry(key).or_default().insert(row["Measure Type"].clone(), value);
        assert!(twice.is_none(), "a part stands twice: {row:?}");
    }
    let rates = ["1A", "1D", "1J", "2A1", "2A2", "2C1", "2C2", "2C3"];
    let not_shares: BTreeSet<String> =
        rates.iter().map(|it| shared.get(it).map_or_else(|| format!("ascof:{it}"), |&id| id.to_owned())).collect();
    let raw = |key: &Key, parts: &BTreeMap<String, String>| {
        let value = figure(&parts["Outcome"]);
        let margin = parts.get("Margin Of Error").map(|cell| figure(cell)).and_then(Figure::number);
        let within = |limit: f64| if not_shares.contains(&key.indicator) { limit } else { limit.clamp(0.0, 100.0) };
        Raw {
            value,
            count: parts.get("Numerator").map(|cell| figure(cell)),
            denominator: parts.get("Denominator").map(|cell| figure(cell)),
            limits: value.number().zip(margin).map(|(value, margin)| (within(value - margin), within(value + margin))),
        }
    };
    parts.iter().map(|(key, parts)| (key.clone(), raw(key, parts))).collect()
}

fn adult_social_care_from_text_and_workbook(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let files = ["ascof/ascof_2020-21_open_data.csv", "ascof/meas-from-asc-of-eng-2021-open-data-csv_v2.xlsx"];
    let [text, workbook] = files.map(|file| {
        let hub = Hub::with_reference_on(engine);
        let report = synced(&hub, "ascof", &[input(&data, file)]);
        assert_eq!(report["rows_read"]["measures"], 48_970, "{file}");
        assert_eq!(report["figures"]["added"], 12_719, "{file}");
        assert_eq!(report["figures"]["rejected"], 0, "{file}");
        hub.figures("ascof")
    });
    for figures in [&text, &workbook] {
        let of = |indicator| bradford(figures, indicator, "2020-04-01/P1Y");
        assert_eq!(of("ld-settled-accommodation"), (Some(89.7), Some(1086.0), Some(1211.0)));
        assert_eq!(of("ld-paid-employment"), (Some(3.8), Some(46.0), Some(1211.0)));
        assert_eq!(of("permanent-admissions-65-plus"), (Some(557.4), Some(456.0), Some(81_814.0)));
    }
    assert_eq!(text.len(), 12_719);
    let expected = social_care(&data.join(files[0]));
    assert_eq!(expected.len(), 12_719);
    same(&text, &expected);
    assert_eq!(text.len(), workbook.len());
    for (key, figure) in &text {
        let other = Published { row: figure.row, opened: figure.opened, ..workbook[key].clone() };
        assert_eq!(*figure, other, "{key:?}");
    }
}

fn healthy_life_expectancy(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    let file = "ons_els/healthy-life-expectancy.csv";
    let report = synced(&hub, "ons-local-statistics", &[input(&data, file)]);
    assert_eq!(report["figures"]["added"], 5_814);
    assert_eq!(report["figures"]["rejected"], 0);
    let figures = hub.figures("ons-local-statistics");
    let mut expected = Expected::new();
    for row in rows_of(&data.join(file)) {
        let sex = match row["indicator"].as_str() {
            "Male healthy life expectancy" => "male",
            "Female healthy life expectancy" => "female",
            other => panic!("an unknown indicator {other}"),
        };
        let key = Key::of("healthy-life-expectancy-at-birth", &row["areacd"], &row["period"], sex, "all");
        let cell = if row["observation"].is_empty() { &row["status"] } else { &row["observation"] };
        let limit = |column: &str| row[column].parse::<f64>().ok();
        let limits = limit("lci_95").zip(limit("uci_95"));
        add(&mut expected, key, Raw { limits, ..Raw::alone(figure(cell)) });
    }
    assert_eq!(expected.len(), 5_814);
    same(&figures, &expected);
    for (sex, value, lower, upper) in [("male", 57.4, 53.5, 61.2), ("female", 58.2, 54.3, 62.0)] {
        let key = Key::of("healthy-life-expectancy-at-birth", BRADFORD, "2022-01-01/P3Y", sex, "all");
        let raw = Raw { limits: Some((lower, upper)), ..Raw::alone(Figure::Number(value)) };
        assert!(agrees(&figures[&key], &raw), "{sex}: {:?}", figures[&key]);
    }
}

fn hospital_admissions_of_fingertips(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    let file = "fingertips/la_hospital_admissions_2324.csv";
    let report = synced(&hub, "fingertips", &[input(&data, file)]);
    assert_eq!(report["rows_read"]["data"], 7_208);
    assert_eq!(report["figures"]["added"], 6_505);
    assert_eq!(report["figures"]["rejected"], 703);
    assert_eq!(report["rejected_by_reason"], serde_json::json!({"repeated": 703}));
    let figures = hub.figures("fingertips");
    let blanks = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut seen = BTreeSet::new();
    for row in rows_of(&data.join(file)) {
        let kind = blanks(&row["Category Type"]);
        let (year, _) = row["Time period"].split_once('/').expect("a split year");
        let key = Key {
            indicator: "hospital-admissions-injuries-0-14".to_owned(),
            area: row["Area Code"].clone(),
            period: format!("{year}-04-01/P1Y"),
            sex: row["Sex"].to_lowercase(),
            age: row["Age"].trim_end_matches(" yrs").to_owned(),
            category: (!kind.is_empty()).then(|| (kind, blanks(&row["Category"]))),
        };
        let figure = figures.get(&key).unwrap_or_else(|| panic!("{key:?} is in the file and not published"));
        let number = |column: &str| row[column].parse::<f64>().ok();
        let published = |figure: Option<Figure>| figure.and_then(Figure::number);
        assert_eq!(figure.value.number(), number("Value"), "{key:?}");
        // The limits of a value that is not there are printed as -1.
        let limit = |column: &str| number(column).filter(|_| row[column] != "-1" || !row["Value"].is_empty());
        assert_eq!(figure.lower_ci, limit("Lower CI 95.0 limit"), "{key:?}");
        assert_eq!(figure.upper_ci, limit("Upper CI 95.0 limit"), "{key:?}");
        assert_eq!(published(figure.count), number("Count"), "{key:?}");
        assert_eq!(published(figure.denominator), number("Denominator"), "{key:?}");
        // What the publisher says of a value that is there: "Should be treated with caution, as …".
        let cautioned = row["Value note"].to_lowercase().contains("caution");
        let warned = matches!(figure.value, Figure::Unreliable(_));
        assert_eq!(warned, cautioned && !row["Value"].is_empty(), "{key:?}");
        seen.insert(key);
    }
    assert_eq!(seen.len(), figures.len());
}

fn a_partners_tidy_files(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    let names = ["active_adults", "life_expectancy", "healthy_life_expectancy", "admissions_care_homes_65p"];
    let inputs = names.map(|name| format!("{name}={}", input(&data, &format!("trafford/{name}.csv"))));
    let report = synced(&hub, "trafford-data-lab", &inputs);
    assert_eq!(report["figures"]["rejected"], 0, "{report}");
    let figures = hub.figures("trafford-data-lab");
    let mut expected = Expected::new();
    for name in names {
        for row in rows_of(&data.join(format!("trafford/{name}.csv"))) {
            let year = &row["period"][..4];
            let sex = row.get("inequality").map(|text| text.to_lowercase()).unwrap_or_default();
            let (indicator, period, sex, age) = match name {
                "active_adults" if sex != "na" => continue,
                "active_adults" => ("physically-active-adults", format!("{year}-11-16/P1Y"), "persons", "19+"),
                "life_expectancy" => ("life-expectancy-at-birth", format!("{year}-01-01/P3Y"), sex.as_str(), "all"),
                "healthy_life_expectancy" => {
                    ("healthy-life-expectancy-at-birth", format!("{year}-01-01/P3Y"), sex.as_str(), "all")
                }
                _ => ("permanent-admissions-65-plus", format!("{year}-04-01/P1Y"), "persons", "all"),
            };
            let key = Key::of(indicator, &row["area_code"], &period, sex, age);
            add(&mut expected, key, Raw::alone(figure(&row["value"])));
        }
    }
    // Of a breakdown the raw text does not say enough here: totals are compared.
    let totals = figures.into_iter().filter(|(key, _)| key.category.is_none()).collect();
    same(&totals, &expected);
}

fn statistical_neighbours(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    let report = synced(&hub, "dfe-statistical-neighbours", &[input(&data, "dfe/sn_model_2025_wide.csv")]);
    assert_eq!(report["reference"]["added"], 1_530);
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows_of(&data.join("geography/dfe_la_codes.csv")) {
        codes.entry(row["old_la_code"].clone()).or_default().insert(row["new_la_code"].clone());
    }
    let raw = rows_of(&data.join("dfe/sn_model_2025_wide.csv"));
    hub.read(|store| async move {
        let head = store.head().await.expect("a head");
        let catalogue = store.catalogue(head).await.expect("a catalogue");
        let all: usize = catalogue.areas().map(|area| catalogue.neighbours(&area.code).len()).sum();
        assert_eq!(all, 1_530);
        // The file's codes are the old ones; the place behind one may have been given a newer code since.
        let today = |old: &str| -> BTreeSet<String> {
            let listed = codes.get(old).unwrap_or_else(|| panic!("{old} is not in the list of codes"));
            listed
                .iter()
                .flat_map(|code| outcomes_hub::answers::places::codes_over_time(&catalogue, code))
                .map(|code| code.to_string())
                .collect()
        };
        for row in raw {
            let name = &row["la_name"];
            let here = today(row["old_la_code"].trim());
            let area = here.iter().find(|code| !catalogue.neighbours(code).is_empty());
            let neighbours = catalogue.neighbours(area.unwrap_or_else(|| panic!("{name} has no neighbours")));
            assert_eq!(neighbours.len(), 10, "{name}");
            for (rank, found) in (1..).zip(neighbours) {
                let expected = today(row[&format!("SN_{rank}")].trim());
                assert!(expected.contains(&found.neighbour), "{name}, {rank}: {found:?}, should be of {expected:?}");
                assert_eq!((found.rank, found.model.as_str()), (rank, "dfe-statistical-neighbours-2025"));
            }
        }
        let names: Vec<&str> = catalogue
            .neighbours(BRADFORD)
            .iter()
            .map(|neighbour| catalogue.area(&neighbour.neighbour).expect("a place").name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "Blackburn with Darwen",
                "Birmingham",
                "Oldham",
                "Sheffield",
                "Derby",
                "Rochdale",
                "Bolton",
                "Walsall",
                "Sandwell",
                "Kirklees"
            ]
        );
    });
}

fn the_same_bytes_publish_nothing_and_a_changed_file_its_changes(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    let before_all = hub.head();
    let file = data.join(CIN_FILE);
    let report = synced(&hub, CIN, &[file.display().to_string()]);
    let first = report["release"].as_i64().expect("a release");
    let old = hub.figures(CIN);
    let opened = hub.revisions(CIN).len();
    assert_eq!(opened, old.len());
    let at_first = hub.newest_run(CIN).started_at;

    let again = synced(&hub, CIN, &[file.display().to_string()]);
    assert_eq!((&again["outcome"], &again["release"]), (&"unchanged".into(), &serde_json::Value::Null));
    assert_eq!(again["figures"]["unchanged"], 12_792);
    assert_eq!(hub.head(), first);
    assert_eq!(hub.revisions(CIN).len(), opened);

    // One cell changed, one row gone, one row more.
    let text = std::fs::read_to_string(&file).expect("text");
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let named = |lines: &[String], year: &str, code: &str| {
        let found: Vec<usize> = (0..lines.len())
            .filter(|at| lines[*at].starts_with(&format!("{year},Reporting year,Local")) && lines[*at].contains(code))
            .collect();
        assert_eq!(found.len(), 1, "{year} {code}");
        found[0]
    };
    let changed = named(&lines, "2025", BRADFORD);
    assert!(lines[changed].contains(",22.9,"));
    lines[changed] = lines[changed].replacen(",22.9,", ",23.1,", 1);
    let gone = named(&lines, "2014", "E08000012");
    lines.remove(gone);
    let more = lines[named(&lines, "2015", "E06000006")].replacen("2015,", "2012,", 1);
    lines.push(more);
    let edited = hub.write("edited.csv", lines.join("\n") + "\n");

    let between = hub.newest_run(CIN).finished_at.expect("an end");
    let report = synced(&hub, CIN, &[edited.display().to_string()]);
    let second = report["release"].as_i64().expect("a release");
    assert_eq!(second, first + 1);
    let counts =
        ["added", "changed", "withdrawn", "unchanged", "rejected"].map(|name| report["figures"][name].as_u64());
    assert_eq!(counts, [Some(6), Some(1), Some(6), Some(12_792 - 7), Some(0)]);

    let new = hub.figures(CIN);
    same(&new, &referrals(&edited));
    assert_eq!(hub.figures_at(CIN, first), old);
    assert!(hub.figures_at(CIN, before_all).is_empty());
    assert_eq!(hub.read(|store| async move { store.head_at(between).await.expect("a head") }), first);
    let key = Key::total("csc-re-referrals-within-12-months", BRADFORD, "2024-04-01/P1Y");
    assert_eq!((old[&key].value, new[&key].value), (Figure::Number(22.9), Figure::Number(23.1)));

    let made: Vec<_> = hub.revisions(CIN).into_iter().filter(|revision| revision.release == second).collect();
    let kinds = |old: bool, new: bool| {
        made.iter().filter(|revision| (revision.old.is_some(), revision.new.is_some()) == (old, new)).count()
    };
    assert_eq!((kinds(false, true), kinds(true, true), kinds(true, false)), (6, 1, 6));
    let change = made.iter().find(|revision| revision.old.is_some() && revision.new.is_some()).expect("a change");
    let value = |figure: &Option<outcomes_hub::store::StoredFigure>| figure.as_ref().map(|figure| figure.value);
    assert_eq!((value(&change.old), value(&change.new)), (Some(Figure::Number(22.9)), Some(Figure::Number(23.1))));

    // The same through GraphQL, before and after.
    let ask = |as_of: &str| {
        let query = format!(
            r#"{{ observations(where: {{ indicators: ["csc-re-referrals-within-12-months"], areas: ["{BRADFORD}"], periods: {{ iso: ["2024-04-01/P1Y"] }} }}{as_of}) {{ nodes {{ value count denominator }} }} }}"#
        );
        hub.run(["query", query.as_str()]).ended_with(0).json()["data"]["observations"]["nodes"].clone()
    };
    let node = |value: f64| serde_json::json!([{"value": value, "count": 1709.0, "denominator": 7450.0}]);
    assert_eq!(ask(""), node(23.1));
    assert_eq!(ask(&format!(", asOf: \"{}\"", between.to_rfc3339())), node(22.9));
    assert_eq!(ask(&format!(", asOf: \"{}\"", at_first.to_rfc3339())), serde_json::json!([]));
}

fn the_figures_through_graphql(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    synced(&hub, CIN, &[input(&data, CIN_FILE)]);
    synced(&hub, "ons-local-statistics", &[input(&data, "ons_els/healthy-life-expectancy.csv")]);
    let inputs = [
        ("placement_stability", "dfe/la_cla_placement_stability.csv"),
        ("health_outcomes", "dfe/la_conviction_health_outcome_cla.csv"),
    ]
    .map(|(name, file)| format!("{name}={}", input(&data, file)));
    synced(&hub, CLA, &inputs);
    let one = |indicator: &str, period: &str, sex: &str| {
        let query = format!(
            r#"{{ observations(where: {{ indicators: ["{indicator}"], areas: ["{BRADFORD}"], sex: ["{sex}"], age: ["all"], periods: {{ iso: ["{period}"] }} }}) {{ nodes {{ value count denominator lowerCi upperCi standing }} }} }}"#
        );
        let answer = hub.run(["query", query.as_str()]).ended_with(0).json();
        let nodes = answer["data"]["observations"]["nodes"].as_array().expect("nodes").clone();
        assert_eq!(nodes.len(), 1, "{indicator}: {answer}");
        nodes[0].clone()
    };
    let share = |indicator, value: f64, count: f64, denominator: f64| {
        let node = one(indicator, "2024-04-01/P1Y", "persons");
        let found = ["value", "count", "denominator"].map(|name| node[name].as_f64());
        assert_eq!(found, [Some(value), Some(count), Some(denominator)], "{indicator}");
        assert_eq!(node["standing"], "OFFICIAL");
    };
    share("csc-re-referrals-within-12-months", 22.9, 1709.0, 7450.0);
    share("cla-three-or-more-placements", 8.0, 103.0, 1366.0);
    share("cla-sdq-cause-for-concern", 31.0, 206.0, 657.0);
    assert_eq!(one("cla-sdq-mean-score", "2024-04-01/P1Y", "persons")["value"], 13.4);
    for (sex, value, lower, upper) in [("male", 57.4, 53.5, 61.2), ("female", 58.2, 54.3, 62.0)] {
        let node = one("healthy-life-expectancy-at-birth", "2022-01-01/P3Y", sex);
        let found = ["value", "lowerCi", "upperCi"].map(|name| node[name].as_f64());
        assert_eq!(found, [Some(value), Some(lower), Some(upper)], "{sex}");
    }
}

/// What the hub works out beside the publishers' figures, on their own files: limits from counts, ranks with their
/// uncertainty, what deprivation's levels group, and how old the figures are.
fn limits_ranks_levels_and_age(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference_on(engine);
    synced(&hub, CIN, &[input(&data, CIN_FILE)]);
    let stability = format!("placement_stability={}", input(&data, "dfe/la_cla_placement_stability.csv"));
    synced(&hub, CLA, &[stability]);
    let admissions = format!("data={}", input(&data, "fingertips/la_hospital_admissions_2324.csv"));
    synced(&hub, "fingertips", &[admissions]);
    let obesity = format!("obese_year6={}", input(&data, "trafford/obese_year6.csv"));
    synced(&hub, "trafford-data-lab", &[obesity]);
    let ask = |query: &str| hub.run(["query", query]).ended_with(0).json()["data"].clone();

    // The department gives no limits: the counts do, and nearly every council is compared.
    for indicator in ["csc-re-referrals-within-12-months", "cla-three-or-more-placements"] {
        let query = format!(
            "{{ comparison(indicator: \"{indicator}\", across: {{ofType: {{type: UTLA, within: \"E92000001\"}}}}, \
                benchmark: \"E92000001\", period: {{iso: \"2024-04-01/P1Y\"}}) {{ caveats {{ kind }} rows {{ value rank tied ciDerived \
                ciMethod judgement rankInterval {{ best worst }} }} }} }}"
        );
        let answer = ask(&query);
        let rows = answer["comparison"]["rows"].as_array().expect("rows");
        let valued: Vec<_> = rows.iter().filter(|row| !row["value"].is_null()).collect();
        let compared = valued.iter().filter(|row| row["judgement"] != "NOT_COMPARED").count();
        assert!(valued.len() > 140 && compared * 100 >= valued.len() * 95, "{compared} of {}", valued.len());
        for row in valued.iter().filter(|row| row["judgement"] != "NOT_COMPARED") {
            assert_eq!((&row["ciDerived"], &row["ciMethod"]), (&true.into(), &"Wilson".into()), "{row}");
            let (rank, interval) = (row["rank"].as_u64(), &row["rankInterval"]);
            assert!(interval["best"].as_u64() <= rank && rank <= interval["worst"].as_u64(), "{row}");
        }
        // Whole percentages would have a handful of ranks for all councils; the counts tell most of them apart.
        let ranks: BTreeSet<_> = valued.iter().filter_map(|row| row["rank"].as_u64()).collect();
        assert!(ranks.len() * 100 >= valued.len() * 70, "{indicator}: {} ranks", ranks.len());
    }

    // Tenths of councils are said to be so, and a warned tenth leaves the slope standing beside its warning.
    let admissions = ask(
        "{ inequality(indicator: \"hospital-admissions-injuries-0-14\", area: \"E92000001\", categoryType: \
           \"County & UA deprivation deciles in England (IMD2019, 4/23 geography)\") { between groupedUnit sii range missing reason } }",
    );
    let found = &admissions["inequality"];
    assert_eq!(found["groupedUnit"], "UPPER_TIER_COUNCILS", "{found}");
    assert!(found["sii"].is_number() && found["range"].is_number(), "{found}");
    assert!(
        found["missing"] == "UNRELIABLE"
            && found["reason"].as_str().is_some_and(|why| why.contains("of the 10 groups")),
        "{found}"
    );
    // Trafford's own neighbourhoods: a range, and why there is no slope.
    let trafford = ask(
        "{ inequality(indicator: \"trafford-data-lab:obesity-year-6-5-years-combined\", area: \"E08000009\", categoryType: \
           \"LSOA11 deprivation quintiles within area (IMD trend)\") { groupedUnit withinArea range sii reason groups { value } } }",
    );
    let found = &trafford["inequality"];
    assert_eq!((&found["groupedUnit"], &found["withinArea"]), (&"NEIGHBOURHOODS".into(), &true.into()), "{found}");
    assert!(found["range"].is_number() && found["sii"].is_null(), "{found}");
    assert_eq!(found["groups"].as_array().map(Vec::len), Some(5));

    // Due by the year that the figures are of, whenever they were loaded.
    let dataset = ask(
        "{ dataset(id: \"dfe-children-in-need\") { newestPeriod { label } nextDueAt nextDueBasis caveats { kind url } } }",
    );
    let found = &dataset["dataset"];
    assert_eq!(
        (&found["newestPeriod"]["label"], &found["nextDueAt"]),
        (&"2024/25".into(), &"2026-10-31T00:00:00+00:00".into())
    );
    assert!(found["nextDueBasis"].as_str().is_some_and(|basis| basis.contains("newest period")), "{found}");
    let caveats = ask(&format!(
        "{{ observations(where: {{indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"{BRADFORD}\"]}}, first: 50) \
           {{ nodes {{ period {{ label }} caveats {{ kind }} }} }} }}"
    ));
    let nodes = caveats["observations"]["nodes"].as_array().expect("nodes").clone();
    for node in nodes {
        let kinds: Vec<_> =
            node["caveats"].as_array().expect("caveats").iter().map(|one| one["kind"].clone()).collect();
        let expected: &[&str] = match node["period"]["label"].as_str() {
            Some("2020/21") => &["PANDEMIC", "PARTIAL_COLLECTION"],
            Some("2021/22") => &["PARTIAL_COLLECTION"],
            _ => &[],
        };
        assert_eq!(kinds, expected, "{node}");
    }
}
