//! The hub of the corpus: every shipped connector, in one order and at times of the corpus's own, so that releases,
//! cursors and `asOf` come out the same each time.

use super::made_up;
use crate::support::{Hub, files_of, outcome, shipped, travel, written};
use chrono::{DateTime, TimeDelta, Utc};
use outcomes_hub::clock::Clock;
use outcomes_hub::connector::{Connector, Folder};
use outcomes_hub::outcomes::Outcome;
use outcomes_hub::source::Limits;
use outcomes_hub::store::Store;
use outcomes_hub::sync::Road;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that stands still until it is moved on: however often it is asked, a run has one time.
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> DateTime<Utc> {
        hour(self.0.load(Ordering::SeqCst))
    }
}

/// So many hours after the corpus begins: run number n is at hour n.
pub fn hour(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).expect("a time") + TimeDelta::hours(hours)
}

/// The time of the questions: weeks later, so that some datasets are due and some are late.
pub fn today() -> DateTime<Utc> {
    hour(24 * 50)
}

const CIN: &str = "dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv";

/// Each connector with its real files, as `RESOURCE=FILE`; with none, it ships its own.
const RUNS: [(&str, &[&str]); 12] = [
    ("uk-geography", &[]),
    ("shared-indicators", &[]),
    (
        "dfe-children-in-need",
        &[
            "referrals=dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
            "children_in_need=dfe/b1_children_in_need_2013_to_2025.csv",
            "populations=dfe/ons_mid-year_population_estimates_2012_to_2024.csv",
        ],
    ),
    (
        "dfe-children-looked-after",
        &[
            "placement_stability=dfe/la_cla_placement_stability.csv",
            "health_outcomes=dfe/la_conviction_health_outcome_cla.csv",
            "rates=dfe/cla_number_and_rate_per_10k_children.csv",
            "care_leavers=dfe/la_care_leavers_accommodation_suitability.csv",
        ],
    ),
    ("ascof", &["measures=ascof/ascof_2020-21_open_data.csv"]),
    (
        "ons-local-statistics",
        &[
            "figures=ons_els/healthy-life-expectancy.csv",
            "figures=ons_els/adult-obesity-prevalence.csv",
            "figures=ons_els/cigarette-smokers.csv",
            "figures=ons_els/children-in-relative-poverty.csv",
            "figures=ons_els/persistent-absences-for-pupils-looked-after-by-local-authorities.csv",
        ],
    ),
    ("fingertips", &["data=fingertips/la_hospital_admissions_2324.csv"]),
    (
        "trafford-data-lab",
        &[
            "obese_year6=trafford/obese_year6.csv",
            "active_adults=trafford/active_adults.csv",
            "life_expectancy=trafford/life_expectancy.csv",
            "healthy_life_expectancy=trafford/healthy_life_expectancy.csv",
            "inequality_life_expectancy=trafford/inequality_life_expectancy.csv",
            "admissions_care_homes_65p=trafford/admissions_care_homes_65p.csv",
        ],
    ),
    ("dfe-statistical-neighbours", &["dfe/sn_model_2025_wide.csv"]),
    (
        "imd",
        &[
            "neighbourhoods=imd/imd2025_england_lsoa21.csv",
            "places=geography/lookup_lsoa21_ward24_ltla24.csv",
            "councils=imd/imd2025_england_ltla24.csv",
        ],
    ),
    ("shared-frameworks", &[]),
    ("cost-avoidance", &[]),
];

/// What a mapping's figures are sorted by before they are published, for the connectors that read several tables at
/// once. The parts of such a mapping end in any order; the store numbers each series as it comes, and cursors and the
/// order of lists follow the number. Sorted, they are the same each time.
const SORTED: [(&str, &str); 6] = [
    ("ascof", "indicator, sex, age, category_type, category, _file, _row"),
    ("dfe-children-in-need", "indicator, _file, _row"),
    ("dfe-children-looked-after", "indicator, _file, _row"),
    ("imd", "indicator, _file, _row"),
    ("ons-local-statistics", "indicator, sex, age, _file, _row"),
    ("trafford-data-lab", "indicator, sex, age, category_type, category, _file, _row"),
];

/// A shipped connector, as a sorted copy where it has to be.
fn connector(hub: &Hub, name: &str) -> Connector {
    let Some((_, order)) = SORTED.iter().find(|(sorted, _)| *sorted == name) else {
        return crate::support::library().get(name).expect("shipped");
    };
    let folder = hub.folder.path().join("files/connectors").join(name);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors").join(name), &folder);
    let sql = folder.join("observations.sql");
    let text = std::fs::read_to_string(&sql).expect("a mapping");
    std::fs::write(&sql, format!("{text}\nORDER BY {order}\n")).expect("written");
    Connector::read(Folder::Disk(folder)).expect("a connector")
}

/// Its cases too: they say which columns a file has.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("copied");
        }
    }
}

/// Publishes it all and gives the store.
pub async fn published(hub: &Hub, data: &Path) -> Arc<dyn Store> {
    let clock = Arc::new(Moved(AtomicI64::new(0)));
    let (road, store) = hub.road(Arc::clone(&clock) as Arc<dyn Clock>, Limits::default()).await;
    for (name, files) in RUNS {
        let inputs: Vec<String> = files.iter().map(|file| located(data, file)).collect();
        run(&road, &connector(hub, name), &inputs, Outcome::Published).await;
        clock.0.fetch_add(1, Ordering::SeqCst);
    }
    // A refused file, a revised one, and the same once more.
    let (shipped, case) = shipped("dfe-children-in-need", "renamed-column");
    let refused = written(hub, "refused", &files_of(&shipped, &case));
    let children = connector(hub, "dfe-children-in-need");
    run(&road, &children, &refused, Outcome::Refused).await;
    clock.0.fetch_add(1, Ordering::SeqCst);
    let mut inputs: Vec<String> = RUNS[2].1.iter().map(|file| located(data, file)).collect();
    let revised = hub.write("revised.csv", made_up::revised(&data.join(CIN)));
    inputs[0] = format!("referrals={}", revised.display());
    run(&road, &children, &inputs, Outcome::Published).await;
    clock.0.fetch_add(1, Ordering::SeqCst);
    run(&road, &children, &inputs, Outcome::Unchanged).await;
    clock.0.fetch_add(1, Ordering::SeqCst);
    // No shipped connector has monthly figures, which control charts are of.
    let (monthly, inputs) = made_up::monthly(hub);
    run(&road, &monthly, &inputs, Outcome::Published).await;
    clock.0.fetch_add(1, Ordering::SeqCst);
    // Nor has a shipped framework a day, an age or a measure of months.
    run(&road, &connector(hub, "shared-frameworks"), &made_up::frameworks(hub), Outcome::Published).await;
    store
}

fn located(data: &Path, input: &str) -> String {
    match input.split_once('=') {
        Some((resource, file)) => format!("{resource}={}", data.join(file).display()),
        None => data.join(input).display().to_string(),
    }
}

async fn run(road: &Road, connector: &Connector, inputs: &[String], expected: Outcome) {
    let report = travel(road, connector, inputs, &BTreeMap::new()).await;
    assert_eq!(report.outcome, expected, "{}: {}", connector.name, outcome(&report));
}
