//! How the engine answers each kind of question, whatever its values: through an index, in order, and no further than a page.

use super::super::tests::throwaway;
use super::*;
use crate::store::{PostgresOptions, PostgresStore};

/// Three slices of 200 places and 60 years.
const FILL: &str = "
    INSERT INTO dataset (name, access_level) VALUES ('one', 0);
    INSERT INTO slice (dataset, indicator, sex, age, category_type, category)
    SELECT 1, 'i' || i, 'persons', 'all', '', '' FROM generate_series(1, 50) i;
    INSERT INTO figure (slice, area, period, opened, value, file, row)
    SELECT s, a, p, 1, 1, 1, 1
    FROM generate_series(1, 3) s CROSS JOIN generate_series(1, 60) p CROSS JOIN generate_series(1, 200) a;
    ANALYZE";

const BY_PERIOD: &str = "Index Scan using figure_by_period on figure f";

fn question(slices: i64, areas: AreaSelection, periods: PeriodSelection, after: bool) -> FigureQuery {
    let after = after.then_some(Position { slice: 1, area: 100, period: 30 });
    FigureQuery { slices: (1..=slices).collect(), areas, periods, at: 1, after, limit: 100 }
}

/// The steps that read the figures themselves. Pages of the table may be gathered first, and then read in their order.
fn reads(plan: &[String]) -> Vec<&str> {
    let steps = plan.iter().map(|step| step.trim_start_matches([' ', '-', '>']));
    let reads = steps.filter(|step| step.contains(" on figure f"));
    let gathered = plan.iter().any(|step| step.ends_with("Bitmap Index Scan on figure_by_period"));
    reads
        .map(|step| match step.strip_suffix("_1").unwrap_or(step) {
            "Bitmap Heap Scan on figure f" if gathered => BY_PERIOD,
            step => step,
        })
        .collect()
}

#[tokio::test]
async fn every_read_is_led_by_an_index_whatever_its_values() {
    let Some(url) = tokio::task::spawn_blocking(throwaway::database).await.expect("a database") else { return };
    let store = PostgresStore::open(&PostgresOptions { pool: 1, ..PostgresOptions::new(url) }).await.expect("a store");
    sqlx::raw_sql(FILL).execute(&store.pools.primary).await.expect("figures");
    // The visibility map is what lets an index answer alone.
    sqlx::raw_sql("VACUUM figure").execute(&store.pools.primary).await.expect("vacuumed");
    let many: Vec<i64> = (1..=150).collect();
    let [many, few, one] = [many, vec![1, 200], vec![150]].map(AreaSelection::Ids);
    let areas = [AreaSelection::All, many, few, one.clone()];
    let periods = [
        PeriodSelection::All,
        PeriodSelection::Latest,
        PeriodSelection::Between(Some(3), None),
        PeriodSelection::Keys(vec![7]),
        PeriodSelection::Keys(vec![7, 9]),
        PeriodSelection::Keys((1..=40).collect()),
    ];
    for (slices, after) in [(1, false), (1, true), (3, false), (3, true), (40, false)] {
        for areas in &areas {
            for periods in &periods {
                let question = question(slices, areas.clone(), periods.clone(), after);
                let plan = store.explain(&Viewer::public(), &question).await.expect("a plan");
                let shown = format!("{slices} slices, {areas:?}, {periods:?}, after {after}\n{}", plan.join("\n"));
                let read = reads(&plan);
                let (key, backward) = (
                    "Index Only Scan using figure_pkey on figure f",
                    "Index Only Scan Backward using figure_pkey on figure f",
                );
                let wanted = match (Way::of(&question), periods) {
                    (Way::ByPeriod, _) => BY_PERIOD,
                    (_, PeriodSelection::Latest) => backward,
                    _ => key,
                };
                assert_eq!(read, [wanted], "{shown}");
                // A list of places beside a range of rows is gone through once, not once for each row.
                let listed = *areas != AreaSelection::All && *areas != one;
                let places_in_ranges = Way::of(&question) == Way::ByPeriod && listed;
                assert_eq!(places_in_ranges, shown.contains("hashed SubPlan"), "{shown}");
            }
        }
    }
}
