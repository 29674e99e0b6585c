use super::*;
use crate::outcomes::{
    Access, Area, AreaType, Breakdown, Dataset, Figure, Observation, Origin, Period, ReferenceRow, Sector, Standing,
    Traced,
};
use crate::store::{AreaSelection, FigureQuery, Page, PeriodSelection, Publishing, Reads, SqliteStore};
use chrono::{DateTime, Utc};
use std::sync::Arc;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn dataset() -> Dataset {
    Dataset {
        id: "meals".into(),
        title: "Meals".into(),
        description: None,
        publisher: "A council".into(),
        sector: Sector::Council,
        licence: "OGL-UK-3.0".into(),
        homepage: None,
        access: Access::Open,
        standing: Standing::Local,
        calendar: None,
        covers: None,
        caveats: Vec::new(),
        withdrawn: None,
    }
}

fn figure(value: f64) -> Traced<Observation> {
    let row = Observation {
        indicator: "meals:eaten".into(),
        area: "E08000032".into(),
        period: Period::parse("2024-04-01/P1Y").expect("a period"),
        breakdown: Arc::new(Breakdown::default()),
        value: Figure::Number(value),
        lower_ci: None,
        upper_ci: None,
        lower_ci_99_8: None,
        upper_ci_99_8: None,
        count: None,
        denominator: None,
        note: None,
        combined_with: None,
    };
    Traced { row, origin: Origin { file: "meals.csv".into(), row: 2 } }
}

async fn publish(store: &SqliteStore, figures: &[Traced<Observation>], at: &str) {
    let id = store.start_run("meals", time(at)).await.expect("a run");
    let mut publication = store.stage(&dataset(), Standing::Local).await.expect("staging");
    let area = ReferenceRow::Area(Area {
        code: "E08000032".into(),
        name: "Bradford".into(),
        kind: AreaType::Utla,
        valid_from: None,
        valid_to: None,
    });
    let origin = Origin { file: "meals.csv".into(), row: 2 };
    publication.reference(vec![Traced { row: area, origin }]).await.expect("a place");
    publication.observations(figures).await.expect("figures");
    let settled = publication.settle(&Scope::default(), &mut Vec::new()).await.expect("settled");
    let run = Run {
        id,
        dataset: "meals".into(),
        started_at: time(at),
        finished_at: Some(time(at)),
        outcome: Outcome::Published,
        release: None,
        figures: settled.figures,
        reference: settled.reference,
        files: Vec::new(),
        error: None,
        error_code: None,
        warnings: Vec::new(),
        inputs: None,
    };
    publication.publish(run).await.expect("a release");
}

struct Hub {
    store: SqliteStore,
    _folder: tempfile::TempDir,
}

async fn hub() -> Hub {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await.expect("a store");
    Hub { store, _folder: folder }
}

fn asked(reason: &str) -> Withdraw {
    Withdraw { dataset: "meals".into(), reason: reason.into(), dry_run: false }
}

async fn ended(hub: &Hub, asked: &Withdraw, at: &str) -> Result<Withdrawn, WithdrawError> {
    withdraw(&hub.store, &time(at), asked, &CancellationToken::new()).await
}

async fn held(hub: &Hub, at: ReleaseNumber) -> usize {
    let catalogue = hub.store.catalogue(at).await.expect("a catalogue");
    let viewer = Viewer::public();
    let query = FigureQuery {
        slices: catalogue.visible_slices(&viewer).map(|slice| slice.id).collect(),
        areas: AreaSelection::All,
        periods: PeriodSelection::All,
        at,
        after: None,
        limit: 100,
    };
    hub.store.figures(&viewer, &query).await.expect("figures").len()
}

#[tokio::test]
async fn one_release_closes_the_figures_and_earlier_ones_still_answer() {
    let hub = hub().await;
    publish(&hub.store, &[figure(12.0)], "2026-01-05T09:00:00Z").await;
    let tried =
        ended(&hub, &Withdraw { dry_run: true, ..asked("ended") }, "2026-02-01T09:00:00Z").await.expect("a look");
    assert_eq!(tried, Withdrawn { release: None, figures: 1, reference: 0 });
    let (runs, _) = hub.store.runs(&Viewer::operator(), "meals", Page { offset: 0, limit: 9 }).await.expect("runs");
    assert_eq!((runs.len(), held(&hub, 1).await), (1, 1), "a look leaves no trace");
    let done = ended(&hub, &asked(" the service has ended "), "2026-02-01T09:00:00Z").await.expect("withdrawn");
    assert_eq!(done, Withdrawn { release: Some(2), figures: 1, reference: 0 });
    assert_eq!((held(&hub, 1).await, held(&hub, 2).await), (1, 0));
    let catalogue = hub.store.catalogue(2).await.expect("a catalogue");
    let withdrawal = catalogue.dataset(&Viewer::public(), "meals").and_then(|dataset| dataset.withdrawn.clone());
    assert_eq!(withdrawal.expect("withdrawn").to_string(), "withdrawn on 2026-02-01: the service has ended");
    assert!(catalogue.area("E08000032").is_some(), "the place stays");
    let (runs, _) = hub.store.runs(&Viewer::operator(), "meals", Page { offset: 0, limit: 1 }).await.expect("runs");
    assert_eq!(
        (runs[0].release, runs[0].warnings[0].as_str()),
        (Some(2), "the dataset was withdrawn: the service has ended")
    );
    let twice = ended(&hub, &asked("again"), "2026-02-02T09:00:00Z").await.expect_err("once");
    assert!(matches!(twice, WithdrawError::Already { .. }), "{twice}");
}

#[tokio::test]
async fn what_is_unknown_unexplained_or_empty_is_refused() {
    let hub = hub().await;
    publish(&hub.store, &[], "2026-01-05T09:00:00Z").await;
    let refused = |asked: Withdraw| {
        let hub = &hub;
        async move { ended(hub, &asked, "2026-02-01T09:00:00Z").await.expect_err("refused") }
    };
    let unknown = refused(Withdraw { dataset: "meal".into(), ..asked("x") }).await;
    assert!(unknown.to_string().contains("did you mean `meals`?"), "{unknown}");
    for reason in ["", "  ", &"x".repeat(1_001)] {
        assert!(matches!(refused(asked(reason)).await, WithdrawError::Reason));
    }
    assert!(matches!(refused(asked("x")).await, WithdrawError::Nothing { .. }), "its place may not go");
    assert_eq!(hub.store.head().await.expect("a head"), 1);
}

#[tokio::test]
async fn a_sync_under_way_and_a_stop_leave_everything_as_it_was() {
    let hub = hub().await;
    publish(&hub.store, &[figure(12.0)], "2026-01-05T09:00:00Z").await;
    let lease = hub.store.lease("meals").await.expect("the lease");
    let held_by_other = ended(&hub, &asked("x"), "2026-02-01T09:00:00Z").await.expect_err("held");
    assert!(matches!(held_by_other, WithdrawError::Store(StoreError::Held { .. })), "{held_by_other}");
    lease.release().await;
    let stop = CancellationToken::new();
    stop.cancel();
    let stopped = withdraw(&hub.store, &time("2026-02-01T09:00:00Z"), &asked("x"), &stop).await.expect_err("stopped");
    assert!(matches!(stopped, WithdrawError::Stopped));
    assert_eq!((hub.store.head().await.expect("a head"), held(&hub, 1).await), (1, 1));
    let (runs, _) = hub.store.runs(&Viewer::operator(), "meals", Page { offset: 0, limit: 1 }).await.expect("runs");
    assert_eq!(runs[0].outcome, Outcome::Stopped);
}
