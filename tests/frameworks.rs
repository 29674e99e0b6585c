//! Frameworks from outside: checked on the command line, published along the road, listed.

use crate::support::{Hub, files_of, shipped};

#[test]
fn mistakes_are_told_by_file_and_line() {
    let hub = Hub::empty();
    let (connector, case) = shipped("shared-frameworks", "several-mistakes");
    let files = files_of(&connector, &case);
    let paths: Vec<String> = files
        .iter()
        .map(|file| hub.write(&format!("theirs/{}", file.name), &file.bytes).display().to_string())
        .collect();
    let check = |paths: &[String]| hub.run([&["framework".to_owned(), "check".to_owned()], paths].concat());
    check(&paths).ended_with(1).mentions(&[
        "aire-and-mersey.toml:6: there is no place `E08000099`",
        "aire-and-mersey.toml:7: there is no framework `aire-better-live`; did you mean `aire-better-lives`?",
        "aire-better-lives.toml:24: ",
        "aire-better-lives.toml:76: ",
        "2 files, 4 mistakes",
        "from what the hub ships",
    ]);
    let (_, case) = shipped("shared-frameworks", "unknown-indicator");
    let file = &files_of(&connector, &case)[0];
    let path = hub.write("unknown/aire-better-lives.toml", &file.bytes).display().to_string();
    check(&[path]).ended_with(1).mentions(&[
        "aire-better-lives.toml:72: there is no indicator `permanent-admissions-65plus`",
        "the shared indicators are: ",
        "permanent-admissions-65-plus",
    ]);
    check(&["none.toml".to_owned()]).ended_with(1).mentions(&["none.toml cannot be read"]);
    assert!(!hub.data_dir().join("hub.sqlite").exists(), "checking makes no store");
}

#[test]
fn published_frameworks_are_listed_with_their_release() {
    let hub = Hub::with_reference();
    hub.run(["framework", "list"])
        .ended_with(0)
        .mentions(&["no frameworks are published", "hub sync shared-frameworks"]);
    let (connector, case) = shipped("shared-frameworks", "typical");
    let files = files_of(&connector, &case);
    let inputs = crate::support::written(&hub, "typical", &files);
    hub.sync("shared-frameworks", &inputs, &[]).ended_with(0).mentions(&["2 added"]);
    let release = hub.head();
    let listed = hub.run(["framework", "list"]).ended_with(0);
    let line =
        listed.stdout.lines().find(|line| line.starts_with("aire-better-lives")).expect("the framework").to_owned();
    let words: Vec<&str> = line.split_whitespace().take(4).collect();
    assert_eq!(words, ["aire-better-lives", "2", &release.to_string(), "shared-frameworks"]);
    assert!(line.ends_with("Better lives in Airedale"), "{line}");
    let path = inputs[1].split_once('=').expect("a path").1.to_owned();
    hub.run(["framework", "check", &path]).ended_with(0).mentions(&["ok, version 2", "from the store"]);
    hub.sync("shared-frameworks", &inputs, &[]).ended_with(0).mentions(&["unchanged"]);
    hub.is_whole();
}

#[test]
fn a_strategy_of_ones_own_is_published_and_takes_no_id_of_another() {
    let hub = Hub::with_reference();
    let (connector, case) = shipped("shared-frameworks", "typical");
    let files = files_of(&connector, &case);
    let inputs = crate::support::written(&hub, "typical", &files);
    hub.sync("shared-frameworks", &inputs, &[]).ended_with(0);

    // As the README has it: a manifest, one line of SQL, no golden case.
    let manifest = "title = \"Ours\"\npublisher = \"A council\"\nsector = \"reference\"\nlicence = \"OGL-UK-3.0\"\n\
                    access = \"open\"\nstanding = \"local\"\nneeds = [\"uk-geography\", \"shared-indicators\"]\n\
                    [resource.framework_files]\nkind = \"file\"\npath = \"frameworks\"\nformat = \"toml\"\n";
    hub.write("ours/our-strategy/connector.toml", manifest);
    hub.write("ours/our-strategy/frameworks.sql", "SELECT id, version, document FROM framework_files\n");
    let theirs = files.iter().find(|file| file.name == "aire-better-lives.toml").expect("a framework");
    let text = String::from_utf8(theirs.bytes.clone()).expect("text");
    let ours = text.replace("id = \"aire-better-lives\"", "id = \"our-better-lives\"");
    let path = hub.write("ours/our-strategy/frameworks/our-better-lives.toml", ours);
    let folder = hub.folder.path().join("files/ours").display().to_string();
    hub.sync("our-strategy", &[], &["--connectors", &folder]).ended_with(0).mentions(&["1 added"]);
    hub.run(["framework", "list"]).ended_with(0).mentions(&["our-better-lives", "our-strategy"]);

    std::fs::remove_file(path).expect("removed");
    hub.write("ours/our-strategy/frameworks/aire-better-lives.toml", text);
    hub.sync("our-strategy", &[], &["--connectors", &folder])
        .ended_with(3)
        .mentions(&["`shared-frameworks` publishes a framework of the id `aire-better-lives`", "another id"]);
    hub.is_whole();
}

/// A framework of one measure, published by a connector of one's own; gives the folder of that connector.
fn publish_ours(hub: &Hub, id: &str, document: &str) -> String {
    let manifest = "title = \"Ours\"\npublisher = \"A council\"\nsector = \"reference\"\nlicence = \"OGL-UK-3.0\"\n\
                    access = \"open\"\nstanding = \"local\"\nneeds = [\"uk-geography\", \"shared-indicators\"]\n\
                    [resource.framework_files]\nkind = \"file\"\npath = \"frameworks\"\nformat = \"toml\"\n";
    hub.write("ours/our-strategy/connector.toml", manifest);
    hub.write("ours/our-strategy/frameworks.sql", "SELECT id, version, document FROM framework_files\n");
    hub.write(&format!("ours/our-strategy/frameworks/{id}.toml"), document);
    hub.folder.path().join("files/ours").display().to_string()
}

fn document(id: &str, place: &str, measure: &str) -> String {
    format!(
        "id = \"{id}\"\ntitle = \"Ours\"\norganisation = \"A council\"\nsummary = \"Ours\"\nversion = \"1\"\n\
         places = [\"{place}\"]\n[source]\ntitle = \"Ours\"\npublisher = \"A council\"\n[[theme]]\nid = \"t\"\ntitle = \"T\"\n\
         standing = \"stated\"\nwhere = \"1\"\n[[outcome]]\nid = \"o\"\ntheme = \"t\"\ntitle = \"O\"\nstanding = \"stated\"\n\
         where = \"1\"\n[[measure]]\nid = \"m\"\noutcome = \"o\"\ntitle = \"M\"\nstanding = \"stated\"\nwhere = \"1\"\n{measure}"
    )
}

#[test]
fn targets_that_cannot_be_judged_are_told_with_what_to_do() {
    let hub = Hub::with_reference();
    let never = document(
        "ours",
        "E08000032",
        "series = [{ indicator = \"asc-overall-satisfaction\" }]\n[[measure.target]]\nkind = \"increase\"\n\
         standing = \"stated\"\nwhere = \"1\"\nbaseline = { period = \"2022-04-01/P1Y\", standing = \"stated\" }\n",
    );
    let path = hub.write("check/ours.toml", &never).display().to_string();
    // Without figures: by the reach of the dataset that the vocabulary prefers.
    hub.run(["framework", "check", &path]).ended_with(0).mentions(&[
        "ours.toml:32: warning: `increase` of measure `m` counts from 2022/23, and `asc-overall-satisfaction` ended with \
         2022/23 (`ascof`): no newer figure will ever come; choose an earlier baseline",
        "1 files, 0 mistakes, 1 warnings",
        "there were no figures to look at",
    ]);
    let (connector, case) = shipped("ascof", "typical");
    let inputs = crate::support::written(&hub, "ascof", &files_of(&connector, &case));
    hub.sync("ascof", &inputs, &[]).ended_with(0);
    // With figures up to 2022/23: the same, and what a scorecard would say.
    hub.run(["framework", "check", &path]).ended_with(0).mentions(&[
        "ours.toml:28: warning: `increase` of measure `m` cannot be judged by `asc-overall-satisfaction` for Bradford",
        "`ascof` ended with 2022/23, so that none will come: an earlier baseline is needed",
        "1 files, 0 mistakes, 2 warnings",
        "figures of the store were looked at",
    ]);
    let loadable = never.replace("2022-04-01/P1Y", "2019-04-01/P1Y");
    let path = hub.write("check/ours.toml", loadable).display().to_string();
    let checked = hub.run(["framework", "check", &path]).ended_with(0).mentions(&[
        "cannot be judged by `asc-overall-satisfaction` for Bradford",
        "load 2019/20: `hub sync ascof` (with `--input FILE` where its files are downloaded by hand)",
        "1 warnings",
    ]);
    assert!(!checked.text().contains("ended with"), "{}", checked.text());
    let judged = never.replace("2022-04-01/P1Y", "2021-04-01/P1Y");
    let path = hub.write("check/ours.toml", &judged).display().to_string();
    let checked = hub.run(["framework", "check", &path]).ended_with(0);
    assert!(!checked.text().contains("load "), "both years are there: {}", checked.text());
    let percent = "kind = \"at-or-above\"\nvalue = 110";
    let path = hub.write("check/ours.toml", judged.replace("kind = \"increase\"", percent)).display().to_string();
    hub.run(["framework", "check", &path])
        .ended_with(1)
        .mentions(&["`value` is 110, and a figure of `asc-overall-satisfaction` is 0 to 100"]);
    // Publishing tells the same.
    let folder = publish_ours(&hub, "ours", &never);
    let report = hub.sync("our-strategy", &[], &["--connectors", &folder, "--json"]).ended_with(0).json();
    let warnings = report["warnings"].as_array().expect("warnings");
    assert!(
        warnings.iter().any(|text| text.as_str().expect("text").starts_with("ours.toml:32: `increase` of measure `m`")),
        "{warnings:?}"
    );
}

/// England's children in the second most and the least deprived tenth of councils: Fingertips gives no figure without caution
/// for the most deprived.
#[test]
fn a_gap_between_two_groups_is_judged_by_the_publishers_figures() {
    let Some(data) = crate::support::shared_data() else { return };
    let hub = Hub::with_reference();
    let file = data.join("fingertips/la_hospital_admissions_2324.csv");
    hub.sync("fingertips", &[format!("data={}", file.display())], &["--json"]).ended_with(0);
    let kind = "County & UA deprivation deciles in England (IMD2019, 4/23 geography)";
    let (from, to) = ("Second most deprived decile (IMD2019)", "Least deprived decile (IMD2019)");
    let measure = format!(
        "series = [{{ indicator = \"hospital-admissions-injuries-0-14\", age = \"<15\", category = {{ type = \"{kind}\", name = \
         \"{from}\" }} }}]\n[[measure.target]]\nkind = \"close-gap-between\"\nstanding = \"stated\"\nwhere = \"1\"\n\
         to = {{ age = \"<15\", category = {{ type = \"{kind}\", name = \"{to}\" }}, label = \"the least deprived tenth\" }}\n\
         baseline = {{ period = \"2016-04-01/P1Y\", standing = \"stated\" }}\n"
    );
    let folder = publish_ours(&hub, "groups", &document("groups", "E92000001", &measure));
    hub.sync("our-strategy", &[], &["--connectors", &folder]).ended_with(0).mentions(&["1 added"]);
    let query = "{ scorecard(framework: \"groups\", areas: [\"E92000001\"]) { rows { measure { series { category { type name } } \
                 targets { kind group { label category { name } } } } cells { parts { latest { value } judgements { status reason \
                 figures { role value period { label } } } } } } } }";
    let answer = hub.run(["query", query]).ended_with(0).json();
    assert!(answer["errors"].is_null(), "{answer}");
    let row = &answer["data"]["scorecard"]["rows"][0];
    assert_eq!(row["measure"]["targets"][0]["kind"], "CLOSE_GAP_BETWEEN");
    assert_eq!(row["measure"]["targets"][0]["group"]["category"]["name"], to);
    assert_eq!(row["measure"]["series"][0]["category"]["name"], from);
    let judgement = &row["cells"][0]["parts"][0]["judgements"][0];

    // As the file itself has them.
    let mut reader = csv::Reader::from_path(&file).expect("the file");
    let names = reader.headers().expect("a header").clone();
    let at = |name: &str| names.iter().position(|own| own.trim_start_matches('\u{feff}') == name).expect("a column");
    let columns = ["Area Code", "Sex", "Category Type", "Category", "Time period", "Value"].map(at);
    let mut raw = std::collections::BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a record");
        let [area, sex, by, group, year, value] = columns.map(|column| record[column].to_owned());
        if (area.as_str(), sex.as_str(), by.as_str()) == ("E92000001", "Persons", kind) {
            raw.insert((group, year), value.parse::<f64>().ok());
        }
    }
    for (role, group, year) in [
        ("CURRENT", from, "2023/24"),
        ("BASELINE", from, "2016/17"),
        ("COMPARATOR", to, "2023/24"),
        ("COMPARATOR_BASELINE", to, "2016/17"),
    ] {
        let figures = judgement["figures"].as_array().expect("figures");
        let used = figures.iter().find(|used| used["role"] == role).unwrap_or_else(|| panic!("{role}: {judgement:#}"));
        assert_eq!(used["value"].as_f64(), raw[&(group.to_owned(), year.to_owned())], "{role}");
        assert_eq!(used["period"]["label"], year, "{role}");
    }
    assert_ne!(judgement["status"], "NOT_ASSESSABLE", "{judgement:#}");
    let reason = judgement["reason"].as_str().expect("a reason");
    assert!(reason.contains("the least deprived tenth in England"), "{reason}");
}
