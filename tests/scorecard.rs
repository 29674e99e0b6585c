//! Bradford's nine measures on publishers' real files: every status is worked out here once more, by plain arithmetic on
//! the raw files and none of the hub's code.

use crate::support::{Engine, Hub, on_both_engines, shared_data};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

on_both_engines!(
    the_nine_measures_are_what_the_raw_files_come_to,
    a_past_scorecard_is_the_same_whatever_was_published_since,
);

const FRAMEWORK: &str = "bradford-better-health-better-lives";
const ENGLAND: &str = "E92000001";
/// Bradford, Liverpool, Halton, St Helens: GSS code beside the old code of the Department for Education.
const PLACES: [(&str, &str); 4] =
    [("E08000032", "380"), ("E08000012", "341"), ("E06000006", "876"), ("E08000013", "342")];

type Row = BTreeMap<String, String>;

fn rows_of(path: &Path) -> Vec<Row> {
    let bytes = std::fs::read(path).expect("a file");
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let names = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| -> Row {
        names.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.expect("a record"))).collect()
}

/// A hub with the real files that Bradford's measures need.
fn hub_with_everything(engine: Engine, data: &Path) -> Hub {
    let hub = Hub::with_reference_on(engine);
    let file = |name: &str| data.join(name).display().to_string();
    let named = |resource: &str, name: &str| format!("{resource}={}", file(name));
    let runs: [(&str, Vec<String>); 6] = [
        (
            "dfe-children-in-need",
            vec![named("referrals", "dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv")],
        ),
        (
            "dfe-children-looked-after",
            vec![
                named("placement_stability", "dfe/la_cla_placement_stability.csv"),
                named("health_outcomes", "dfe/la_conviction_health_outcome_cla.csv"),
            ],
        ),
        ("ascof", vec![file("ascof/ascof_2020-21_open_data.csv")]),
        ("ons-local-statistics", vec![file("ons_els/healthy-life-expectancy.csv")]),
        (
            "trafford-data-lab",
            vec![
                named("active_adults", "trafford/active_adults.csv"),
                named("obese_year6", "trafford/obese_year6.csv"),
            ],
        ),
        ("dfe-statistical-neighbours", vec![file("dfe/sn_model_2025_wide.csv")]),
    ];
    for (connector, inputs) in runs {
        hub.sync(connector, &inputs, &["--json"]).ended_with(0);
    }
    hub.sync("shared-frameworks", &[], &["--json"]).ended_with(0);
    hub
}

fn scorecard(hub: &Hub, as_of: Option<&str>) -> Value {
    let areas = PLACES.map(|(code, _)| format!("\"{code}\"")).join(",");
    let as_of = as_of.map(|time| format!(", asOf: \"{time}\"")).unwrap_or_default();
    let query = format!(
        "{{ scorecard(framework: \"{FRAMEWORK}\", areas: [{areas}]{as_of}) {{ releaseNumber framework {{ version release \
         {{ number }} }} rows {{ measure {{ key title standing }} cells {{ area {{ code name }} status parts {{ label \
         latest {{ value period {{ iso }} dataset {{ key }} release {{ number }} }} missing reason judgements {{ target \
         {{ kind standing }} status reason method methodVersion figures {{ role value missing area {{ code name }} period \
         {{ iso }} dataset {{ key }} release {{ number }} }} }} }} }} }} }} }}"
    );
    let answer = hub.run(["query", &query]).ended_with(0).json();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["scorecard"].clone()
}

/// `(measure, place, label, kind)` → the judgement.
fn judgements(card: &Value) -> BTreeMap<(String, String, String, String), Value> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut found = BTreeMap::new();
    for row in card["rows"].as_array().expect("rows") {
        for cell in row["cells"].as_array().expect("cells") {
            for part in cell["parts"].as_array().expect("parts") {
                for judgement in part["judgements"].as_array().expect("judgements") {
                    let key = (
                        text(&row["measure"]["key"]),
                        text(&cell["area"]["code"]),
                        text(&part["label"]),
                        text(&judgement["target"]["kind"]),
                    );
                    assert!(found.insert(key, judgement.clone()).is_none());
                }
            }
        }
    }
    found
}

/// A figure as the raw file has it: its value, and its 95% limits where they are published or follow from its counts.
#[derive(Clone, Copy, Debug)]
struct Raw {
    value: f64,
    limits: Option<(f64, f64)>,
}

/// Wilson's interval of a count among so many, in percent, as the textbook has it: centre and half width.
fn wilson(count: f64, of: f64) -> (f64, f64) {
    let z = 1.959_963_984_540_054_f64;
    let p = count / of;
    let centre = (p + z * z / (2.0 * of)) / (1.0 + z * z / of);
    let half = z / (1.0 + z * z / of) * (p * (1.0 - p) / of + z * z / (4.0 * of * of)).sqrt();
    (100.0 * (centre - half), 100.0 * (centre + half))
}

/// What is expected of "lower than at the baseline" (`sign` −1) and "higher" (+1), where no day is set.
fn moved(now: Raw, then: Raw, sign: f64) -> &'static str {
    let apart = match (now.limits, then.limits) {
        (Some(now), Some(then)) => now.1 < then.0 || then.1 < now.0,
        _ => false,
    };
    match (sign * (now.value - then.value) > 0.0, apart) {
        (true, true) => "MET",
        (true, false) => "ON_TRACK",
        (false, true) => "NOT_MET",
        (false, false) => "OFF_TRACK",
    }
}

/// What is expected of a gap to England where high is good and no day is set.
fn gap(now: f64, then: f64, england_now: f64, england_then: f64) -> &'static str {
    let (gap_now, gap_then) = (england_now - now, england_then - then);
    if gap_now <= 0.0 {
        "MET"
    } else if gap_now < gap_then - 1e-9 {
        "ON_TRACK"
    } else {
        "OFF_TRACK"
    }
}

struct Files {
    /// (sex, area, ISO period) → healthy life expectancy.
    healthy_life: BTreeMap<(String, String, String), Raw>,
    /// (area, label) → share.
    year_six: BTreeMap<(String, String), f64>,
    active: BTreeMap<(String, String), f64>,
    /// (old code, year of end) → share.
    referrals: BTreeMap<(String, String), Raw>,
    placements: BTreeMap<(String, String), Raw>,
    concern: BTreeMap<(String, String), Raw>,
    score: BTreeMap<(String, String), Raw>,
    /// area → admissions per 100,000.
    admissions: BTreeMap<String, f64>,
    /// Old code → the old codes of its ten neighbours.
    neighbours: BTreeMap<String, Vec<String>>,
    /// Old code → name.
    names: BTreeMap<String, String>,
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// The share of a row of the Department for Education, with limits from its counts.
fn share(value: &str, count: &str, of: Option<f64>) -> Option<Raw> {
    let limits = number(count).zip(of).map(|(count, of)| wilson(count, of));
    Some(Raw { value: number(value)?, limits })
}

impl Files {
    fn read(data: &Path) -> Self {
        let council = |row: &Row| row["geographic_level"] == "Local authority";
        let at = |row: &Row| (row["old_la_code"].clone(), row["time_period"].clone());
        let referrals = rows_of(&data.join("dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"));
        let names =
            referrals.iter().filter(|row| council(row)).map(|row| (row["old_la_code"].clone(), row["la_name"].clone()));
        let names = names.collect();
        let referrals = referrals.iter().filter(|row| council(row)).filter_map(|row| {
            let raw = share(&row["rereferral_percent"], &row["rereferral_count"], number(&row["referral_count"]))?;
            Some((at(row), raw))
        });
        let of = |rows: &[Row], group: (&str, &str), measure: (&str, &str), base: &str| {
            let of_group: Vec<&Row> = rows.iter().filter(|row| council(row) && row[group.0] == group.1).collect();
            let bases: BTreeMap<_, _> = of_group
                .iter()
                .filter(|row| row[measure.0] == base)
                .map(|row| (at(row), number(&row["children_count"])))
                .collect();
            let shares = of_group.iter().filter(|row| row[measure.0] == measure.1).filter_map(|row| {
                let base = bases.get(&at(row)).copied().flatten();
                Some((at(row), share(&row["children_percent"], &row["children_count"], base)?))
            });
            shares.collect::<BTreeMap<_, _>>()
        };
        let stability = rows_of(&data.join("dfe/la_cla_placement_stability.csv"));
        let health = rows_of(&data.join("dfe/la_conviction_health_outcome_cla.csv"));
        let questionnaire = ("characteristic", "Ages 5 to 16 years with SDQ score");
        let score = health
            .iter()
            .filter(|row| council(row) && row["characteristic"] == questionnaire.1)
            .filter(|row| row["breakdown"] == "SDQ average score")
            .filter_map(|row| Some((at(row), Raw { value: number(&row["children_count"])?, limits: None })));
        let of_trafford = |file: &str| -> BTreeMap<(String, String), f64> {
            rows_of(&data.join(file))
                .iter()
                .filter(|row| row["inequality"] == "NA")
                .filter_map(|row| Some(((row["area_code"].clone(), row["period"].clone()), number(&row["value"])?)))
                .collect()
        };
        let healthy_life = rows_of(&data.join("ons_els/healthy-life-expectancy.csv"));
        let healthy_life = healthy_life.iter().filter_map(|row| {
            let sex = if row["indicator"].starts_with("Male") { "males" } else { "females" };
            let limits = number(&row["lci_95"]).zip(number(&row["uci_95"]));
            let key = (sex.to_owned(), row["areacd"].clone(), row["period"].clone());
            Some((key, Raw { value: number(&row["observation"])?, limits }))
        });
        let admissions = rows_of(&data.join("ascof/ascof_2020-21_open_data.csv"));
        let admissions = admissions
            .iter()
            .filter(|row| row["ASCOF Measure Code"] == "2A2" && row["Disaggregation Level"] == "Total")
            .filter(|row| row["Measure Type"] == "Outcome")
            .filter_map(|row| Some((row["ONS Code"].trim().to_owned(), number(&row["Measure Value"])?)));
        let neighbours = rows_of(&data.join("dfe/sn_model_2025_wide.csv"));
        let neighbours = neighbours.iter().map(|row| {
            let ten = (1..=10).map(|rank| row[&format!("SN_{rank}")].trim().to_owned()).collect();
            (row["old_la_code"].trim().to_owned(), ten)
        });
        Self {
            healthy_life: healthy_life.collect(),
            year_six: of_trafford("trafford/obese_year6.csv"),
            active: of_trafford("trafford/active_adults.csv"),
            referrals: referrals.collect(),
            placements: of(
                &stability,
                ("cla_group", "CLA on 31 March"),
                ("placement_stability", "With 3 or more placements during the year"),
                "Total children",
            ),
            concern: of(
                &health,
                questionnaire,
                ("breakdown", "SDQ score is a cause for concern"),
                "SDQ score was received",
            ),
            score: score.collect(),
            admissions: admissions.collect(),
            neighbours: neighbours.collect(),
            names,
        }
    }

    /// The status of "in line with neighbours" in 2025, and the mean of the ten.
    fn in_line(&self, of: &BTreeMap<(String, String), Raw>, old: &str) -> (&'static str, f64) {
        let year = "2025".to_owned();
        let own = of[&(old.to_owned(), year.clone())];
        let (lower, _) = own.limits.expect("counts");
        let values: Vec<f64> = self.neighbours[old]
            .iter()
            .filter_map(|near| of.get(&(near.clone(), year.clone())))
            .map(|raw| raw.value)
            .collect();
        assert_eq!(values.len(), 10, "{old}");
        let mean = values.iter().sum::<f64>() / 10.0;
        // Low is good for both measures, so only the lower limit can tell: above it, or around it, is not worse.
        (if mean < lower { "NOT_MET" } else { "MET" }, mean)
    }
}

fn the_nine_measures_are_what_the_raw_files_come_to(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = hub_with_everything(engine, &data);
    let card = scorecard(&hub, None);
    let judged = judgements(&card);
    let files = Files::read(&data);
    let mut expected: BTreeMap<(String, String, String, String), &str> = BTreeMap::new();
    for (code, old) in PLACES {
        let mut expect = |measure: &str, label: &str, kind: &str, status: &'static str| {
            expected.insert((measure.into(), code.into(), label.into(), kind.into()), status);
        };
        for sex in ["males", "females"] {
            let of =
                |area: &str, period: &str| files.healthy_life[&(sex.to_owned(), area.to_owned(), period.to_owned())];
            let (first, last) = ("2017-01-01/P3Y", "2022-01-01/P3Y");
            expect("1", sex, "INCREASE", moved(of(code, last), of(code, first), 1.0));
            let (england_now, england_then) = (of(ENGLAND, last).value, of(ENGLAND, first).value);
            let status = gap(of(code, last).value, of(code, first).value, england_now, england_then);
            expect("1", sex, "CLOSE_GAP", status);
        }
        let plain = |of: &BTreeMap<(String, String), f64>, area: &str, label: &str| -> Raw {
            Raw { value: of[&(area.to_owned(), label.to_owned())], limits: None }
        };
        // No file gives Reception; Year 6 has no limits.
        expect("2", "Reception", "REDUCE", "NOT_ASSESSABLE");
        let (now, then) = (plain(&files.year_six, code, "2024/25"), plain(&files.year_six, code, "2019/20"));
        expect("2", "Year 6", "REDUCE", moved(now, then, -1.0));
        let (now, then) = (plain(&files.active, code, "2024/25"), plain(&files.active, code, "2019/20"));
        expect("3", "", "INCREASE", moved(now, then, 1.0));
        let england = |label| plain(&files.active, ENGLAND, label).value;
        expect("3", "", "CLOSE_GAP", gap(now.value, then.value, england("2024/25"), england("2019/20")));
        for (measure, of) in [("4", &files.referrals), ("5", &files.placements)] {
            let (status, mean) = files.in_line(of, old);
            expect(measure, "", "IN_LINE_WITH", status);
            let key = (measure.to_owned(), code.to_owned(), String::new(), "IN_LINE_WITH".to_owned());
            let reason = judged[&key]["reason"].as_str().expect("a reason");
            let said =
                format!("{mean:.1}").trim_end_matches(".0").to_owned() + "%, the mean of its 10 statistical neighbours";
            assert!(reason.contains(&said), "{said} is not in: {reason}");
            // The very places: by name, whatever code they are published under.
            let used: Vec<&str> = judged[&key]["figures"]
                .as_array()
                .expect("figures")
                .iter()
                .filter(|figure| figure["role"] == "NEIGHBOUR")
                .map(|figure| figure["area"]["name"].as_str().expect("a name"))
                .collect();
            let mut names: Vec<&str> = files.neighbours[old].iter().map(|near| files.names[near].as_str()).collect();
            let mut found = used.clone();
            names.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, names, "{code}");
        }
        let year = |of: &BTreeMap<(String, String), Raw>, year: &str| of[&(old.to_owned(), year.to_owned())];
        for (measure, label, of) in [
            ("5", "", &files.placements),
            ("6", "cause for concern", &files.concern),
            ("6", "mean score", &files.score),
        ] {
            expect(measure, label, "REDUCE", moved(year(of, "2025"), year(of, "2021"), -1.0));
        }
        for measure in ["7", "8"] {
            expect(measure, "", "MOVE_UP_QUARTILE", "NOT_ASSESSABLE");
            let key = (measure.to_owned(), code.to_owned(), String::new(), "MOVE_UP_QUARTILE".to_owned());
            let reason = judged[&key]["reason"].as_str().expect("a reason");
            assert!(reason.contains("for 2018/19, the baseline"), "{reason}");
        }
        let rate = files.admissions[code];
        expect("9", "", "AT_OR_BELOW", if rate <= 555.0 { "MET" } else { "NOT_MET" });
    }
    let found: BTreeMap<_, _> =
        judged.iter().map(|(key, judgement)| (key.clone(), judgement["status"].as_str().expect("a status"))).collect();
    assert_eq!(found, expected);
    // Each of the outcomes stands somewhere, so that none of this can agree by being all alike.
    for status in ["MET", "ON_TRACK", "OFF_TRACK", "NOT_MET", "NOT_ASSESSABLE"] {
        assert!(found.values().any(|found| *found == status), "{status}");
    }
    let bradford = |measure: &str, kind: &str| {
        &judged[&(measure.to_owned(), "E08000032".to_owned(), String::new(), kind.to_owned())]
    };
    let ninth = bradford("9", "AT_OR_BELOW");
    assert_eq!(ninth["status"], "NOT_MET");
    let reason = ninth["reason"].as_str().expect("a reason");
    assert!(reason.contains("557.4") && reason.contains("555"), "{reason}");
    assert_eq!(ninth["figures"][0]["dataset"]["key"], "ascof");
    // Sheffield is a neighbour of Bradford's; the neighbours' file and the figures' know it by different codes.
    let near: Vec<&str> = bradford("4", "IN_LINE_WITH")["figures"]
        .as_array()
        .expect("figures")
        .iter()
        .filter_map(|figure| figure["area"]["code"].as_str())
        .collect();
    assert!(near.contains(&"E08000039"), "{near:?}");
}

fn a_past_scorecard_is_the_same_whatever_was_published_since(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let hub = hub_with_everything(engine, &data);
    let before = scorecard(&hub, None);
    let then = hub.newest_run("shared-frameworks").finished_at.expect("an end").to_rfc3339();
    assert_eq!(scorecard(&hub, Some(&then)), before);

    // The framework gets an easier target, and a figure is revised.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/frameworks");
    let files = std::fs::read_dir(folder).expect("frameworks").map(|entry| entry.expect("an entry").path());
    let inputs: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let mut text = std::fs::read_to_string(&path).expect("a framework");
            if path.file_stem().is_some_and(|stem| stem == FRAMEWORK) {
                text = text.replace("version = \"1\"", "version = \"2\"").replace("value = 555", "value = 600");
            }
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            hub.write(&name, text).display().to_string()
        })
        .collect();
    hub.sync("shared-frameworks", &inputs, &["--json"]).ended_with(0);
    let file = "dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv";
    let text = std::fs::read_to_string(data.join(file)).expect("text");
    let revised: Vec<String> = text
        .lines()
        .map(|line| {
            let ours = line.starts_with("2025,Reporting year,Local") && line.contains("E08000032");
            if ours { line.replacen(",22.9,", ",19.9,", 1) } else { line.to_owned() }
        })
        .collect();
    let revised = hub.write("revised.csv", revised.join("\n") + "\n");
    hub.sync("dfe-children-in-need", &[format!("referrals={}", revised.display())], &["--json"]).ended_with(0);

    let now = scorecard(&hub, None);
    let status = |card: &Value, measure: &str, kind: &str| {
        let key = (measure.to_owned(), "E08000032".to_owned(), String::new(), kind.to_owned());
        judgements(card)[&key]["status"].as_str().expect("a status").to_owned()
    };
    assert_eq!(
        (status(&before, "9", "AT_OR_BELOW"), status(&now, "9", "AT_OR_BELOW")),
        ("NOT_MET".into(), "MET".into())
    );
    assert_eq!(
        (status(&before, "4", "IN_LINE_WITH"), status(&now, "4", "IN_LINE_WITH")),
        ("NOT_MET".into(), "MET".into())
    );
    assert_eq!(now["framework"]["version"], "2");
    assert_eq!(scorecard(&hub, Some(&then)), before);
}
