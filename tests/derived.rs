//! Measures that are derived from the hub's own figures.

use crate::support::{Engine, Hub, Key, block_on, on_both_engines, travel};
use outcomes_hub::connector::{Connector, Folder};
use outcomes_hub::outcomes::{Figure, MissingKind, Outcome, Standing};
use outcomes_hub::source::Limits;
use outcomes_hub::sync::{Input, Report, Request, Road, Silent};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

on_both_engines!(figures_are_made_from_figures);

const ABOUT: &str =
    "publisher = \"A council\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\nstanding = \"official\"\n";

/// The places of the test, the last code first, so that ids and codes are ordered otherwise.
const PLACES: &str = "code,name\nE08000033,Calderdale\nE08000032,Bradford\n";

const MEALS: &str = "area,year,meals\nE08000033,2022-04-01/P1Y,40\nE08000032,2023-04-01/P1Y,c\nE08000032,2021-04-01/P1Y,10.5\n\
                     E08000032,2022-04-01/P1Y,u\nE08000032,2024-04-01/P1Y,30\n";

/// What the hub says of those, in the order of codes and periods.
const OWN: &str = "\
indicator,area,period,sex,age,category_type,category,value,lower_ci,upper_ci,lower_ci_99_8,upper_ci_99_8,count,denominator,note,combined_with,dataset,release
meals:taken,E08000032,2021-04-01/P1Y,persons,all,,,10.5,,,,,,,,,meals,1
meals:taken,E08000032,2022-04-01/P1Y,persons,all,,,unreliable,,,,,,,,,meals,1
meals:taken,E08000032,2023-04-01/P1Y,persons,all,,,suppressed,,,,,,,,,meals,1
meals:taken,E08000032,2024-04-01/P1Y,persons,all,,,30,,,,,,,,,meals,1
meals:taken,E08000033,2022-04-01/P1Y,persons,all,,,40,,,,,,,,,meals,1
";

struct Town {
    hub: Hub,
}

impl Town {
    fn new(engine: Engine) -> Self {
        let town = Self { hub: Hub::empty_on(engine) };
        town.source("open");
        town.derived("open", "dataset = \"meals\"");
        town
    }

    fn write(&self, connector: &str, file: &str, text: &str) {
        self.hub.write(&format!("connectors/{connector}/{file}"), text);
    }

    fn source(&self, access: &str) {
        let manifest = format!(
            "title = \"Meals\"\naccess = \"{access}\"\nneeds = []\n{ABOUT}\
             [resource.meals]\nkind = \"file\"\nformat = \"csv\"\n\
             [resource.places]\nkind = \"file\"\npath = \"places.csv\"\nformat = \"csv\"\n\
             [markers]\nc = \"suppressed\"\nu = \"unreliable\"\n"
        );
        self.write("meals", "connector.toml", &manifest);
        self.write("meals", "places.csv", PLACES);
        self.write("meals", "areas.sql", "SELECT code, name, 'utla' AS type FROM places");
        self.write(
            "meals",
            "indicators.sql",
            "SELECT 'meals:taken' AS id, 'Meals' AS name, 'count' AS unit, 'count' AS value_type, \
             CAST(0 AS BIGINT) AS _row, 'indicators.sql' AS _file",
        );
        self.write(
            "meals",
            "observations.sql",
            "SELECT 'meals:taken' AS indicator, area, year AS period, figure(meals) AS value FROM meals",
        );
        self.write("meals", "cases/typical/in/meals.csv", MEALS);
        self.write("meals", "cases/typical/in/places.csv", PLACES);
        self.write("meals", "cases/typical/expect/observations.csv", "indicator,area,period,value\n");
    }

    fn derived(&self, access: &str, more: &str) {
        let manifest = format!(
            "title = \"What meals cost\"\naccess = \"{access}\"\nneeds = [\"meals\"]\n{ABOUT}\
             [resource.taken]\nkind = \"hub\"\nindicators = [\"meals:taken\"]\nformat = \"csv\"\n{more}\n\
             [schedule]\ncron = \"30 9 * * *\"\n"
        );
        self.write("meals-cost", "connector.toml", &manifest);
        self.write(
            "meals-cost",
            "indicators.sql",
            "SELECT 'meals-cost:cost' AS id, 'Cost' AS name, 'gbp' AS unit, 'count' AS value_type, \
             CAST(0 AS BIGINT) AS _row, 'indicators.sql' AS _file",
        );
        self.write(
            "meals-cost",
            "observations.sql",
            "SELECT 'meals-cost:cost' AS indicator, area, period,\n\
             figure(coalesce(CAST(TRY_CAST(value AS DOUBLE) * 2.5 AS VARCHAR), value)) AS value\nFROM taken",
        );
        self.write("meals-cost", "cases/typical/in/taken.csv", OWN);
        let expected = "area,period,value,file,row\nE08000032,2021-04-01/P1Y,26.25,taken.csv,2\n\
                        E08000032,2022-04-01/P1Y,unreliable,taken.csv,3\nE08000032,2023-04-01/P1Y,suppressed,taken.csv,4\n\
                        E08000032,2024-04-01/P1Y,75,taken.csv,5\nE08000033,2022-04-01/P1Y,100,taken.csv,6\n";
        self.write("meals-cost", "cases/typical/expect/observations.csv", expected);
    }

    fn folder(&self) -> PathBuf {
        self.hub.folder.path().join("files/connectors")
    }

    fn connector(&self, name: &str) -> Connector {
        Connector::read(Folder::Disk(self.folder().join(name))).expect("a connector")
    }

    /// The source's figures, from this text.
    async fn publish(&self, road: &Road, meals: &str, standing: Option<Standing>) -> Report {
        let path = self.hub.write("given/meals.csv", meals);
        let places = self.folder().join("meals/places.csv");
        let input = |resource: &str, path: PathBuf| Input { resource: Some(resource.into()), path };
        let inputs = vec![input("meals", path), input("places", places)];
        let request = Request { inputs, standing, ..Request::new(self.connector("meals")) };
        let report = road.run(&request, &Silent, &CancellationToken::new()).await.expect("judged");
        assert_eq!(report.outcome, Outcome::Published, "{}", report.explanation());
        report
    }

    async fn derive(&self, road: &Road) -> Report {
        travel(road, &self.connector("meals-cost"), &[], &BTreeMap::new()).await
    }
}

fn code(report: &Report) -> &str {
    report.error.as_ref().map_or("no error", |problem| problem.code.as_str())
}

fn figures_are_made_from_figures(engine: Engine) {
    let town = Town::new(engine);
    block_on(async {
        let (road, store) = town.hub.road(crate::support::Stepping::new(), Limits::default()).await;
        // Without figures there is nothing to derive, and the run says which are missing and what to do.
        let report = town.derive(&road).await;
        assert_eq!((report.outcome, code(&report)), (Outcome::Refused, "no-figures"), "{}", report.explanation());
        for words in ["`meals:taken`", "from `meals`", "hub sync meals"] {
            assert!(report.explanation().contains(words), "{}", report.explanation());
        }

        town.publish(&road, MEALS, None).await;
        let report = town.derive(&road).await;
        assert_eq!((report.outcome, report.standing), (Outcome::Published, Standing::Official));
        let [file] = report.files.as_slice() else { panic!("{:?}", report.files) };
        assert_eq!((file.name.as_str(), file.source.as_str()), ("taken.csv", "the hub itself, as of release 1"));
        let landed = road.landing.find(&file.sha256).expect("the landed file");
        assert_eq!(std::fs::read_to_string(landed).expect("text"), OWN, "the same bytes, whichever engine");
        let figures = crate::support::figures_at(store.as_ref(), "meals-cost", None).await;
        let value =
            |area: &str, year: i32| figures[&Key::total("meals-cost:cost", area, &format!("{year}-04-01/P1Y"))].value;
        assert_eq!(value("E08000032", 2021), Figure::Number(26.25));
        assert_eq!(value("E08000032", 2022), Figure::Missing(MissingKind::Unreliable));
        assert_eq!(value("E08000032", 2023), Figure::Missing(MissingKind::Suppressed));
        assert_eq!(value("E08000033", 2022), Figure::Number(100.0));
        assert_eq!(figures.len(), 5);

        // From the same figures nothing is mapped again; from others, what changed is published.
        let again = town.derive(&road).await;
        assert_eq!((again.outcome, again.same_as), (Outcome::Unchanged, report.run));
        let report = town.publish(&road, &MEALS.replace(",40\n", ",44\n"), None).await;
        assert_eq!(report.figures.changed, 1);
        let report = town.derive(&road).await;
        assert_eq!((report.outcome, report.figures.changed, report.figures.unchanged), (Outcome::Published, 1, 4));

        // What is made from illustrative figures is illustrative.
        town.publish(&road, MEALS, Some(Standing::Illustrative)).await;
        assert_eq!(town.derive(&road).await.standing, Standing::Illustrative);

        // What not everybody may see is not for everybody under another name.
        town.source("partners");
        town.publish(&road, &MEALS.replace(",40\n", ",50\n"), None).await;
        let head = store.head().await.expect("a head");
        let report = town.derive(&road).await;
        assert_eq!((report.outcome, code(&report)), (Outcome::Refused, "opener-than-its-source"));
        for words in ["made from those of `meals`, which are partners", "access = \"partners\""] {
            assert!(report.explanation().contains(words), "{}", report.explanation());
        }
        assert_eq!(store.head().await.expect("a head"), head);
        town.derived("restricted", "");
        let report = town.derive(&road).await;
        assert_eq!(report.outcome, Outcome::Published, "{}", report.explanation());
        assert!(store.problems().await.expect("a check").is_empty());
        store.close().await;
    });
}

#[test]
fn a_slice_of_more_than_a_page_is_in_order_and_whole() {
    let town = Town::new(Engine::Sqlite);
    let mut places = "code,name\n".to_owned();
    let mut meals = "area,year,meals\n".to_owned();
    for place in (0..1_500).rev() {
        writeln!(places, "E05{place:06},Ward {place}").expect("text");
        for year in (2015..2021).rev() {
            writeln!(meals, "E05{place:06},{year}-04-01/P1Y,{place}").expect("text");
        }
    }
    town.write("meals", "places.csv", &places);
    block_on(async {
        let (road, store) = town.hub.road(crate::support::Stepping::new(), Limits::default()).await;
        town.publish(&road, &meals, None).await;
        let report = town.derive(&road).await;
        assert_eq!((report.outcome, report.figures.added), (Outcome::Published, 9_000), "{}", report.explanation());
        let landed = road.landing.find(&report.files[0].sha256).expect("the landed file");
        let text = std::fs::read_to_string(landed).expect("text");
        let keys: Vec<&str> = text.lines().skip(1).map(|line| &line[.."meals:taken,E05000000,2015".len()]).collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((keys.len(), keys == sorted), (9_000, true));
        store.close().await;
    });
}

#[test]
fn the_command_line_derives_and_tests() {
    let town = Town::new(Engine::Sqlite);
    let folder = town.folder().display().to_string();
    let run = |args: &[&str]| town.hub.run([args, &["--connectors", &folder]].concat());
    run(&["connector", "check", "meals-cost"]).ended_with(0);
    run(&["connector", "test", "meals-cost"]).ended_with(0).mentions(&["meals-cost/typical: ok"]);
    // What it needs is published first, or the person is told how.
    run(&["sync", "meals-cost"]).ended_with(1).mentions(&[
        "`meals-cost` needs `meals`",
        "downloaded by hand",
        "--input",
    ]);
    // Figures given by hand stand for the hub's own, where the places and indicators are known.
    let meals = town.hub.write("given/meals.csv", MEALS).display().to_string();
    let places = format!("places={folder}/meals/places.csv");
    run(&["sync", "meals", "--input", &meals, "--input", &places]).ended_with(0);
    run(&["sync", "meals-cost"]).ended_with(0).mentions(&["taken.csv", "5 added"]);
    let own = town.hub.write("given/own.csv", OWN.replace(",30,", ",32,")).display().to_string();
    run(&["sync", "meals-cost", "--input", &own]).ended_with(0).mentions(&["own.csv", "1 changed"]);
    town.hub.is_whole();
}

#[test]
fn a_manifest_that_derives_from_nowhere_is_refused() {
    let town = Town::new(Engine::Sqlite);
    let refused = |from: &str, to: &str| {
        town.derived("open", "dataset = \"meals\"");
        let path = town.folder().join("meals-cost/connector.toml");
        let manifest = std::fs::read_to_string(&path).expect("text").replacen(from, to, 1);
        std::fs::write(&path, manifest).expect("written");
        Connector::read(Folder::Disk(town.folder().join("meals-cost"))).expect_err("refused").to_string()
    };
    assert!(refused("indicators = [\"meals:taken\"]", "").contains("needs `indicators`"));
    assert!(refused("format = \"csv\"", "format = \"json\"").contains("format = \"csv\""));
    assert!(refused("needs = [\"meals\"]", "needs = []").contains("add it to `needs`"));
    assert!(refused("kind = \"hub\"", "kind = \"file\"").contains("`dataset` goes with kind \"hub\""));
    let own = refused("needs = [\"meals\"]", "needs = [\"meals-cost\"]");
    assert!(own.contains("add it to `needs`"), "{own}");
}
