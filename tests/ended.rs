//! The end of a dataset, and what must not be kept: as a person does it, on both engines.

use crate::support::{Engine, Hub, Said, on_both_engines};

on_both_engines!(
    a_withdrawn_dataset_says_so_and_comes_back_only_when_asked,
    what_is_forgotten_is_gone_from_store_and_landing,
    a_release_of_which_figures_stand_is_forgotten_but_for_them,
    a_value_that_is_not_its_row_is_told_in_preview_report_and_answer,
);

const MANIFEST: &str = "title = \"Meals\"\npublisher = \"A council\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\n\
    access = \"open\"\nstanding = \"local\"\nneeds = []\n[resource.data]\nkind = \"file\"\npath = \"data.csv\"\nformat = \"csv\"\n\
    [checks]\nmax_shrink = \"100%\"\n";
const AREAS: &str = "SELECT DISTINCT area AS code, area AS name, 'utla' AS type, min(_row) AS _row, min(_file) AS _file FROM data GROUP BY area";
const INDICATORS: &str = "SELECT 'meals:eaten' AS id, 'Meals eaten' AS name, 'percent' AS unit, 'proportion' AS value_type, \
    100.0 AS multiplier, CAST(0 AS BIGINT) AS _row, 'i' AS _file";
const OBSERVATIONS: &str = "SELECT 'meals:eaten' AS indicator, area, period(year, 'financial') AS period, figure(value) AS value, \
    number(n) AS count, number(d) AS denominator, note, _row, _file FROM data";

const FIRST: &str = "area,year,value,n,d,note\nE08000032,2024/25,30.3,1221,4031,Jane Example\nE08000033,2024/25,80,80,100,\n\
    E08000034,2024/25,50,50,100,\n";

/// A connector of one's own, and what syncs it.
struct Town {
    hub: Hub,
    connectors: String,
}

impl Town {
    fn on(engine: Engine) -> Self {
        let hub = Hub::empty_on(engine);
        for (name, text) in [
            ("connector.toml", MANIFEST),
            ("areas.sql", AREAS),
            ("indicators.sql", INDICATORS),
            ("observations.sql", OBSERVATIONS),
            ("cases/typical/in/data.csv", FIRST),
            ("cases/typical/expect/observations.csv", "indicator\nmeals:eaten\nmeals:eaten\nmeals:eaten\n"),
        ] {
            hub.write(&format!("connectors/meals/{name}"), text);
        }
        let connectors = hub.folder.path().join("files/connectors").display().to_string();
        Self { hub, connectors }
    }

    fn run(&self, args: &[&str]) -> Said {
        let mut all = vec!["--connectors", &self.connectors];
        all.extend(args);
        self.hub.run(all)
    }

    fn sync(&self, csv: &str, more: &[&str]) -> Said {
        let path = self.hub.write("data.csv", csv).display().to_string();
        let mut args = vec!["sync", "meals", "--input", &path];
        args.extend(more);
        self.run(&args)
    }

    fn query(&self, query: &str) -> serde_json::Value {
        self.run(&["query", query]).json()
    }
}

fn a_withdrawn_dataset_says_so_and_comes_back_only_when_asked(engine: Engine) {
    let town = Town::on(engine);
    town.sync(FIRST, &[]).ended_with(0);
    let withdraw = ["dataset", "withdraw", "meals", "--reason", "the kitchen has closed"];
    town.run(&withdraw).ended_with(2).mentions(&["3 figures", "--yes"]);
    town.run(&["dataset", "withdraw", "meal", "--reason", "x", "--yes"])
        .ended_with(2)
        .mentions(&["did you mean `meals`?"]);
    town.run(&[&withdraw[..], &["--dry-run"]].concat()).ended_with(0).mentions(&["would close 3 figures"]);
    assert_eq!(town.hub.head(), 1, "nothing was changed");
    town.run(&[&withdraw[..], &["--yes"]].concat()).ended_with(0).mentions(&[
        "release 2",
        "closed 3 figures",
        "--reinstate",
    ]);
    assert_eq!((town.hub.figures("meals").len(), town.hub.figures_at("meals", 1).len()), (0, 3));

    let said = town.query(
        "{ dataset(id: \"meals\") { withdrawn { reason } warnings freshness }
           series(area: \"E08000032\", indicator: \"meals:eaten\") { values reason } }",
    );
    assert_eq!(said["data"]["dataset"]["withdrawn"]["reason"], "the kitchen has closed");
    assert_eq!(said["data"]["dataset"]["warnings"][0], "the dataset was withdrawn: the kitchen has closed");
    let reason = said["data"]["series"]["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("`meals` published it, and was withdrawn on") && reason.contains("the kitchen"),
        "{reason}"
    );
    let listed =
        town.run(&["query", "{ observations(where: { indicators: [\"meals:eaten\"] }) { nodes { value } } }"]).text();
    assert!(listed.contains("is published any more") && listed.contains("the kitchen has closed"), "{listed}");

    town.sync(FIRST, &[]).ended_with(3).mentions(&["withdrawn", "--reinstate"]);
    town.run(&["sync", "--due", "meals"]).mentions(&["its dataset was withdrawn"]);
    town.run(&["dataset", "list"]).ended_with(0).mentions(&["the kitchen has closed"]);
    town.run(&[&withdraw[..], &["--yes"]].concat()).ended_with(1).mentions(&["withdrawn on"]);
    town.sync(FIRST, &["--reinstate"]).ended_with(0).mentions(&["3 added"]);
    assert_eq!(town.hub.figures("meals").len(), 3);
    let said = town.query("{ dataset(id: \"meals\") { withdrawn { on } } }");
    assert!(said["data"]["dataset"]["withdrawn"].is_null(), "{said}");
    // Without the folder of its connector, nobody keeps it up.
    town.hub.run(["connector", "list"]).ended_with(0).mentions(&["without a connector: meals"]);
}

fn landed(town: &Town) -> usize {
    let mut folders = vec![town.hub.data_dir().join("landing")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files += 1 }
        }
    }
    files
}

fn what_is_forgotten_is_gone_from_store_and_landing(engine: Engine) {
    let town = Town::on(engine);
    town.sync(FIRST, &[]).ended_with(0);
    let forget = |releases: &str, more: &[&str]| {
        town.run(
            &[&["dataset", "forget", "meals", "--releases", releases, "--reason", "a name in it"][..], more].concat(),
        )
    };
    forget("1", &["--yes"]).ended_with(1).mentions(&["3 figures of these releases still stand"]);
    town.sync(&FIRST.replace("Jane Example", "").replace(",80,80,", ",81,81,").replace(",50,50,", ",51,51,"), &[])
        .ended_with(0);
    assert_eq!(landed(&town), 2);
    forget("1", &["--dry-run"]).ended_with(0).mentions(&["would remove", "3 figures", "1 landed files"]);
    forget("9", &["--yes"]).ended_with(2).mentions(&["release 9 is none of `meals`"]);
    forget("1", &[]).ended_with(2).mentions(&["--yes"]);
    assert_eq!(landed(&town), 2, "nothing was changed");
    forget("1", &["--yes"]).ended_with(0).mentions(&["removed the numbers and notes of 3 figures"]);
    assert_eq!(landed(&town), 1, "only the corrected file is left");
    assert_eq!(town.hub.figures("meals").len(), 3, "what stands is untouched");
    let before = town.hub.figures_at("meals", 1);
    assert!(before.values().all(|figure| figure.value.number().is_none() && figure.count.is_none()), "{before:?}");
    if engine == Engine::Sqlite {
        let bytes = std::fs::read(town.hub.data_dir().join("hub.sqlite")).expect("the store");
        let holds = bytes.windows(12).any(|window| window == b"Jane Example");
        assert!(!holds, "it is overwritten in the file");
    }
    town.run(&["doctor", "--deep"]).mentions(&[
        "release 1 were removed on",
        "a name in it",
        "1 releases are what was published",
    ]);
    // A backup of what is left is whole, and can be restored.
    let backup = town.hub.folder.path().join("backup").display().to_string();
    town.run(&["backup", &backup]).ended_with(0).mentions(&["were removed with `hub dataset forget`"]);
    let other = Hub::empty();
    other.run(["restore", &backup]).ended_with(0);
    assert_eq!(other.figures_at("meals", 1), before);
}

fn a_release_of_which_figures_stand_is_forgotten_but_for_them(engine: Engine) {
    let town = Town::on(engine);
    town.sync(FIRST, &[]).ended_with(0);
    town.sync(&FIRST.replace("Jane Example", ""), &[]).ended_with(0);
    let now = town.hub.figures("meals");
    let forget = |more: &[&str]| {
        let told = ["dataset", "forget", "meals", "--releases", "1", "--reason", "a name in it", "--yes"];
        town.run(&[&told[..], more].concat())
    };
    forget(&[]).ended_with(0).mentions(&[
        "removed the numbers and notes of 1 figures",
        "0 landed files",
        "2 figures of these releases, which still stand",
        "--files",
    ]);
    assert_eq!(landed(&town), 2, "figures that stand were read from it");
    forget(&["--files"]).ended_with(0).mentions(&["0 figures", "1 landed files"]);
    assert_eq!(landed(&town), 1);
    assert_eq!(town.hub.figures("meals"), now, "what stands is untouched");
    let before = town.hub.figures_at("meals", 1);
    assert_eq!(before.values().filter(|figure| figure.value.number().is_some()).count(), 2, "{before:?}");
    town.run(&["doctor", "--deep"]).mentions(&["the numbers of 1 figures of release 1 were removed on"]);
}

fn a_value_that_is_not_its_row_is_told_in_preview_report_and_answer(engine: Engine) {
    let town = Town::on(engine);
    let wrong = FIRST.replace(",30.3,1221,4031,Jane Example", ",99.9,1221,4031,");
    let file = town.hub.write("data.csv", &wrong).display().to_string();
    let warning =
        ["`meals:eaten`: 1 of 3 values is not the count over the denominator", "99.9 beside 1221 of 4031", "row 2"];
    town.run(&["connector", "preview", "meals", "--input", &file]).ended_with(0).mentions(&warning);
    town.sync(&wrong, &[]).ended_with(0).mentions(&warning);
    let said = town.query("{ dataset(id: \"meals\") { warnings } }");
    let told = said["data"]["dataset"]["warnings"][0].as_str().expect("a warning").to_owned();
    assert!(warning.iter().all(|words| told.contains(words)), "{told}");
    // The whole column as shares of 1: refused, and the published release stays.
    let shares = "area,year,value,n,d,note\nE08000032,2024/25,0.303,1221,4031,\nE08000033,2024/25,0.8,80,100,\n\
        E08000034,2024/25,0.5,50,100,\n";
    town.sync(shares, &[]).ended_with(3).mentions(&["3 of 3 values are 100 times too small", "wrong_scale"]);
    assert_eq!(town.hub.head(), 1);
    // A negative count is refused whichever the column.
    town.sync(&FIRST.replace(",80,80,100,", ",80,-80,100,"), &[])
        .ended_with(3)
        .mentions(&["a count cannot be negative"]);
}
