//! The command line as a person and a script meet it.

use crate::support::{Hub, adds_up, files_of, library, shared_data, shipped, written};
use std::fmt::Write as _;
use std::path::Path;

const CIN: &str = "dfe-children-in-need";

fn typical(hub: &Hub, name: &str) -> Vec<String> {
    let (connector, case) = shipped(name, "typical");
    written(hub, "good", &files_of(&connector, &case))
}

/// Every command and subcommand, as its own help lists them.
fn commands(hub: &Hub, path: &[String]) -> Vec<Vec<String>> {
    let mut args = path.to_vec();
    args.push("--help".into());
    let help = hub.run(&args).ended_with(0).stdout;
    let Some(listed) = help.split("\nCommands:\n").nth(1) else { return vec![path.to_vec()] };
    let names = listed
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut all = vec![path.to_vec()];
    for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let deeper: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
        all.extend(commands(hub, &deeper));
    }
    all
}

#[test]
fn every_help_has_examples() {
    let hub = Hub::empty();
    let all = commands(&hub, &[]);
    assert!(all.len() >= 9, "{all:?}");
    for path in all {
        let help = hub.run(path.iter().map(String::as_str).chain(["--help"])).ended_with(0);
        assert!(help.stderr.is_empty(), "{help:?}");
        assert!(help.stdout.contains("Example"), "hub {} --help has no example:\n{}", path.join(" "), help.stdout);
        let own = format!("  hub {}", path.join(" "));
        assert!(help.stdout.contains(own.trim_end()), "hub {} --help shows no call of it", path.join(" "));
    }
    assert!(!hub.data_dir().exists(), "asking for help makes no folder");
}

#[test]
fn wrong_usage_is_status_2() {
    let hub = Hub::with_reference();
    let head = hub.head();
    let wrong = |args: &[&str], words: &[&str]| {
        let said = hub.run(args).ended_with(2);
        assert!(said.stdout.is_empty(), "an error is no answer: {said:?}");
        said.mentions(words);
    };
    wrong(&["sync", "dfe-children-in-ned"], &["did you mean `dfe-children-in-need`", "hub connector list"]);
    wrong(&["connector", "check", "asocf"], &["did you mean `ascof`"]);
    wrong(&["sync", CIN, "--no-such-flag"], &["--no-such-flag"]);
    wrong(&["snyc"], &["snyc", "sync"]);
    wrong(&["sync", CIN, "--input", "referals=a.csv"], &["referals", "did you mean `referrals`"]);
    wrong(&["sync", "ascof", "--set", "yaer=2020-21", "--input", "a.csv"], &["yaer", "year"]);
    wrong(&["sync", CIN, "--set", "year"], &["NAME=VALUE"]);
    wrong(&["sync", CIN, "ascof", "--input", "a.csv"], &["--input"]);
    wrong(&["query", "{ datasets { nodes { id } } }", "--variables", "nonsense"], &["JSON"]);
    wrong(&["query", ""], &["empty"]);
    wrong(&["connector", "new", "No Good", "--from", "a.csv"], &["No Good"]);
    assert_eq!(hub.head(), head);
}

#[test]
fn the_json_report_stands_alone_and_adds_up() {
    let hub = Hub::empty();
    let inputs = typical(&hub, CIN);
    // What is published first, because this one needs it, is told on stderr.
    let said = hub.sync(CIN, &inputs, &["--json"]).ended_with(0);
    assert!(said.stderr.contains("uk-geography") && said.stderr.contains("shared-indicators"), "{said:?}");
    let report = said.json();
    adds_up(&report);
    assert_eq!(report["outcome"], "published");
    assert!(report["figures"]["added"].as_u64() > Some(0) && report["reference"]["added"].as_u64() > Some(0));
    assert!(report["rows_read"]["referrals"].as_u64() > Some(0));
    assert_eq!(report["files"][0]["sha256"].as_str().map(str::len), Some(64));

    let again = hub.sync(CIN, &inputs, &["--json"]).ended_with(0);
    assert!(again.stderr.is_empty(), "nothing of progress in a pipe: {again:?}");
    let again = again.json();
    adds_up(&again);
    assert_eq!((&again["outcome"], &again["release"]), (&"unchanged".into(), &serde_json::Value::Null));
    assert_eq!(again["figures"]["unchanged"], report["figures"]["added"]);

    // A refusal is a report too, and lists the rows.
    let (connector, case) = shipped(CIN, "bad-cell");
    let bad = written(&hub, "bad", &files_of(&connector, &case));
    let refused = hub.sync(CIN, &bad, &["--json"]).ended_with(3).json();
    adds_up(&refused);
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["error"]["code"], "too-many-rejected");
    let row = &refused["rejected"][0];
    assert_eq!((&row["reason"], &row["text"]), (&"unreadable-figure".into(), &"12.3abc".into()));
    assert!(row["row"].as_u64() > Some(1) && row["file"].as_str().is_some() && row["column"].as_str().is_some());
    let all: u64 = refused["rejected_by_reason"]
        .as_object()
        .expect("reasons")
        .values()
        .filter_map(serde_json::Value::as_u64)
        .sum();
    let counted = |name: &str| refused[name]["rejected"].as_u64().unwrap_or(0);
    assert_eq!(all, counted("figures") + counted("reference"));
}

#[test]
fn a_dry_run_publishes_nothing() {
    let hub = Hub::with_reference();
    let inputs = typical(&hub, CIN);
    let head = hub.head();
    let said = hub.sync(CIN, &inputs, &["--dry-run", "--json"]).ended_with(0).json();
    assert_eq!((&said["dry_run"], &said["outcome"]), (&true.into(), &"published".into()));
    assert_eq!((&said["run"], &said["release"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    adds_up(&said);
    hub.sync(CIN, &inputs, &["--dry-run"]).ended_with(0).mentions(&["would be published"]);
    assert_eq!(hub.head(), head);
    assert!(hub.figures(CIN).is_empty());
    hub.sync(CIN, &inputs, &[]).ended_with(0).mentions(&["published as release"]);
    assert_eq!(hub.head(), head + 1);
    hub.sync(CIN, &inputs, &["--dry-run"]).ended_with(0).mentions(&["unchanged"]);
    let (connector, case) = shipped(CIN, "renamed-column");
    let bad = written(&hub, "bad", &files_of(&connector, &case));
    hub.sync(CIN, &bad, &["--dry-run"]).ended_with(3).mentions(&["column-gone", "rereferral_percent"]);
    assert_eq!(hub.head(), head + 1);
}

#[test]
fn preview_shows_rows_and_publishes_nothing() {
    let hub = Hub::with_reference();
    let head = hub.head();
    let (connector, case) = shipped("ascof", "repeated");
    let files = files_of(&connector, &case);
    let inputs = written(&hub, "good", &files);
    let mut args = vec!["connector".to_owned(), "preview".into(), "ascof".into(), "--limit".into(), "40".into()];
    for input in &inputs {
        args.extend(["--input".to_owned(), input.clone()]);
    }
    let said = hub.run(&args).ended_with(0);
    assert_eq!(hub.head(), head);
    said.mentions(&["observations", "value=", "area=E0", "would be published", "repeated", &files[0].name]);
}

#[test]
fn preview_of_a_large_file_stops_early_and_says_so() {
    const ROWS: u32 = 100_000;
    let hub = Hub::with_reference();
    let folder = hub.folder.path().join("mine").display().to_string();
    std::fs::create_dir(&folder).expect("a folder");
    let written = |name: &str, rows: u32| {
        let mut text = "area_code,area_name,year,rate\n".to_owned();
        (0..rows).for_each(|row| writeln!(text, "E08000032,Bradford,2019/20,{}.5", row % 90).expect("text"));
        // A value that cannot be read: the first is met, the last is not.
        text = text.replacen(",0.5\n", ",many\n", 1) + "E08000032,Bradford,2019/20,last\n";
        hub.write(name, text).display().to_string()
    };
    let (small, large) = (written("small.csv", 3), written("large.csv", ROWS));
    let clean = hub.write("clean.csv", "area_code,area_name,year,rate\nE08000032,Bradford,2019/20,7.5\n");
    let clean = clean.display().to_string();
    hub.run(["connector", "new", "rates", "--from", &clean, "--connectors", &folder]).ended_with(0);
    let preview = |file: &str| {
        let said = hub.run(["connector", "preview", "rates", "--connectors", &folder, "--limit", "3", "--input", file]);
        let shown = said.stdout.lines().filter(|line| line.contains("value=")).count();
        let mapped =
            said.stdout.lines().find_map(|line| line.trim().strip_prefix("figures ")?.split_whitespace().next());
        let mapped: u32 = mapped.and_then(|mapped| mapped.parse().ok()).unwrap_or_default();
        (said, shown, mapped)
    };
    let (said, shown, mapped) = preview(&large);
    let told = ["a look at its first rows", "in part", "hub sync rates --dry-run", "not compared", "many"];
    // The draft's gaps would refuse a sync: the look says so, and has the status of it.
    let said = said.ended_with(3).mentions(&told).mentions(&["gap  ", "GAP: a title"]);
    assert!(!said.stdout.contains("would be published") && !said.stdout.contains("last"), "{}", said.stdout);
    assert_eq!(shown, 3);
    assert!((50_000..60_000).contains(&mapped), "{mapped} figures were mapped");
    // A small file is read whole, and judged.
    let (said, _, mapped) = preview(&small);
    let said = said.mentions(&["many", "last"]);
    assert!(!said.stdout.contains("in part"), "{}", said.stdout);
    assert_eq!(mapped, 4);
}

#[test]
fn list_check_and_test() {
    let hub = Hub::empty();
    let said = hub.run(["connector", "list"]).ended_with(0);
    assert!(!hub.data_dir().exists(), "listing makes no folder");
    for name in library().names() {
        let line = said.stdout.lines().find(|line| line.split_whitespace().next() == Some(name));
        let next = if library().get(name).expect("a connector").by_hand().is_some() { "by hand" } else { "now" };
        let ends_well = |line: &str| line.strip_suffix(next).is_some_and(|line| line.trim_end().ends_with("never"));
        assert!(line.is_some_and(ends_well), "{name}: {}", said.stdout);
    }
    let said = hub.run(["connector", "check"]).ended_with(0);
    assert_eq!(
        said.stdout.lines().filter(|line| line.ends_with(": ok")).count(),
        library().names().count(),
        "{said:?}"
    );
    hub.run(["connector", "test", "shared-indicators"])
        .ended_with(0)
        .mentions(&["shared-indicators/typical: ok", "0 failed"]);

    let hub = Hub::with_reference();
    hub.run(["connector", "list"]).ended_with(0).mentions(&["published, 20"]);
}

/// A mistake in a connector's own files is found without fetching, and told by file, line and nearest name.
#[test]
fn check_names_what_is_wrong() {
    let hub = Hub::empty();
    let folder = hub.folder.path().join("mine");
    let mine = copy_of("dfe-statistical-neighbours", &folder.join("neighbours-here"));
    let check = || hub.run(["connector", "check", "neighbours-here", "--connectors", folder.to_str().expect("a path")]);
    check().ended_with(0);

    let sql = std::fs::read_to_string(mine.join("neighbours.sql")).expect("sql");
    std::fs::write(mine.join("neighbours.sql"), sql.replace("\"SN_7\"", "\"SN_77\"")).expect("written");
    check().ended_with(3).mentions(&["neighbours.sql", "SN_77", "SN_7"]);
    std::fs::write(mine.join("neighbours.sql"), sql.replace("AS model", "AS modle")).expect("written");
    check().ended_with(3).mentions(&["neighbours.sql", "model"]);
    std::fs::write(mine.join("neighbours.sql"), sql.replace("FROM long", "FROM lnog")).expect("written");
    check().ended_with(3).mentions(&["neighbours.sql", "lnog"]);
    std::fs::write(mine.join("neighbours.sql"), &sql).expect("written");

    let toml = std::fs::read_to_string(mine.join("connector.toml")).expect("a manifest");
    std::fs::write(mine.join("connector.toml"), toml.replace("publisher ", "publihser ")).expect("written");
    let line = toml.lines().position(|line| line.starts_with("publisher")).expect("a line") + 1;
    let said = check();
    assert_ne!(said.status, 0);
    said.mentions(&["connector.toml", "publihser", "publisher", &format!("line {line}")]);
    std::fs::write(mine.join("connector.toml"), toml.replace("\"open\"", "\"opne\"")).expect("written");
    let said = check();
    assert_ne!(said.status, 0);
    said.mentions(&["opne", "open"]);
    std::fs::write(mine.join("connector.toml"), toml.replace("\"30 9 1 * *\"", "\"30 9 1\"")).expect("written");
    let line = toml.lines().position(|line| line.starts_with("cron")).expect("a line") + 1;
    let said = check();
    assert_ne!(said.status, 0);
    let line = format!("neighbours-here/connector.toml: line {line}: ");
    said.mentions(&[&line, "`30 9 1` has 3 fields; a cron has five", "30 9 * * MON-FRI"]);
}

/// A shipped connector's folder, written to disk.
fn copy_of(name: &str, to: &Path) -> std::path::PathBuf {
    fn copy(from: &outcomes_hub::connector::Folder, inside: &str, to: &Path) {
        std::fs::create_dir_all(to).expect("a folder");
        let path = |file: &str| if inside.is_empty() { file.to_owned() } else { format!("{inside}/{file}") };
        for file in from.files(inside).unwrap() {
            std::fs::write(to.join(&file), from.bytes(&path(&file)).expect("bytes")).expect("written");
        }
        for folder in from.folders(inside).unwrap() {
            copy(from, &path(&folder), &to.join(&folder));
        }
    }
    copy(&library().get(name).expect("a connector").folder, "", to);
    to.to_owned()
}

#[test]
fn a_new_connector_is_drafted_and_its_gaps_are_told() {
    let hub = Hub::with_reference();
    let mut text = "area_code,area_name,year,sex,rate,lower,upper\n".to_owned();
    for (code, name) in [("E08000032", "Bradford"), ("E08000012", "Liverpool"), ("E06000006", "Halton")] {
        for year in 2019..2024 {
            let next = (year + 1) % 100;
            writeln!(text, "{code},{name},{year}/{next},Persons,{}.5,1.0,99.5", year - 2000).expect("text");
        }
        writeln!(text, "{code},{name},2024/25,Persons,c,,").expect("text");
    }
    let file = hub.write("early help.csv", text);
    let folder = hub.folder.path().join("mine");
    std::fs::create_dir(&folder).expect("a folder");
    let (file, folder) = (file.to_str().expect("a path"), folder.to_str().expect("a path"));
    let new = ["connector", "new", "early-help", "--from", file, "--connectors", folder];
    hub.run(new).ended_with(0).mentions(&["holds a draft", "GAP", "hub connector check early-help"]);
    let again = hub.run(new);
    assert_ne!(again.status, 0, "a folder is never written over");
    again.mentions(&["already exists"]);

    let drafted = |name: &str| std::fs::read_to_string(Path::new(folder).join("early-help").join(name)).expect(name);
    assert!(drafted("connector.toml").contains("GAP") && drafted("README.md").contains("GAP"));
    assert!(drafted("connector.toml").contains("kind   = \"file\""), "a file is drafted as one");
    for column in ["area_code", "year", "rate", "lower", "upper", "sex"] {
        assert!(drafted("observations.sql").contains(column), "{column}");
    }
    // The draft can be planned at once. Its gaps are listed, and nothing is published while there are any.
    let check = hub.run(["connector", "check", "early-help", "--connectors", folder]).ended_with(3);
    check.mentions(&["the SQL is valid", "GAP", "connector.toml", "observations.sql"]);
    hub.run(["connector", "list", "--connectors", folder]).ended_with(0).mentions(&["early-help"]);
    let preview = ["connector", "preview", "early-help", "--connectors", folder, "--input", file];
    let head = hub.head();
    hub.run(preview).ended_with(3).mentions(&["E08000032", "early help.csv", "would be REFUSED", "gaps"]);
    let sync = ["sync", "early-help", "--connectors", folder, "--input", file];
    hub.run(sync).ended_with(3).mentions(&["gaps", "nothing was published"]);
    assert_eq!(hub.head(), head);
    let missing = ["connector", "new", "nothing-there", "--from", "no-such.csv", "--connectors", folder];
    let said = hub.run(missing);
    assert_ne!(said.status, 0);
    assert!(!Path::new(folder).join("nothing-there").exists(), "a failed draft leaves no folder");
    said.mentions(&["no-such.csv"]);
}

#[test]
fn a_real_file_is_drafted() {
    let Some(data) = shared_data() else { return };
    let hub = Hub::with_reference();
    let folder = hub.folder.path().join("mine");
    std::fs::create_dir(&folder).expect("a folder");
    let folder = folder.to_str().expect("a path");
    for (name, file) in [
        ("smokers-here", "ons_els/cigarette-smokers.csv"),
        ("active-here", "trafford/active_adults.csv"),
        ("measures-here", "ascof/meas-from-asc-of-eng-2021-open-data-csv_v2.xlsx"),
    ] {
        let file = data.join(file);
        let file = file.to_str().expect("a path");
        hub.run(["connector", "new", name, "--from", file, "--connectors", folder]).ended_with(0).mentions(&["GAP"]);
        let check = hub.run(["connector", "check", name, "--connectors", folder]).ended_with(3);
        // A large workbook is not copied into the folder, and what to do instead is a gap.
        let told = if file.ends_with(".xlsx") { "no golden case" } else { "the SQL is valid" };
        check.mentions(&[told, "GAP"]);
    }
}

#[test]
fn doctor_on_a_hub_that_is_not_there_yet() {
    let hub = Hub::empty();
    hub.run(["doctor"]).ended_with(1).mentions(&["there is no data folder", "hub sync NAME"]);
    assert!(!hub.data_dir().exists(), "a doctor changes nothing");
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    hub.run(["doctor"]).ended_with(1).mentions(&["there is no store yet"]);
    hub.run(["query", "{ datasets { nodes { id } } }"]).ended_with(1).mentions(&["there is no store at", "hub sync"]);

    let hub = Hub::with_reference();
    hub.run(["doctor"]).ended_with(0).mentions(&["the store is whole"]);
    // A store that is damaged is said to be, and what to do.
    let path = hub.data_dir().join("hub.sqlite");
    let mut bytes = std::fs::read(&path).expect("a store");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xAA);
    std::fs::write(&path, &bytes).expect("written");
    let said = hub.run(["doctor"]);
    assert_eq!(said.status, 1, "{said:?}");
    std::fs::write(&path, b"this is no database, whatever its name says").expect("written");
    hub.run(["doctor"]).ended_with(1).mentions(&["WRONG", "backup"]);
}
