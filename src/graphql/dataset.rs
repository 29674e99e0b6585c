//! Datasets: the queries `datasets` and `dataset`, and how fresh a dataset is.

#![expect(clippy::unused_async, reason = "a GraphQL field is async to the library, whether or not it waits")]

use super::caveat::Caveat;
use super::cursor::{Cursor, Kind};
use super::error::Failure;
use super::id::{Id, Key};
use super::indicator::Indicator;
use super::list::List;
use super::page::{Connection, DEFAULT_PAGE, named, numbered, size};
use super::period::Period;
use super::release::Release;
use super::run::{MAX_WARNINGS, Run};
use super::scalar::Date;
use super::scalar::Moment;
use super::scope::scope;
use super::words::{Access, Freshness, Sector, Standing};
use crate::answers::suggest::unknown_dataset;
use crate::answers::{Snapshot, datasets, releases, runs};
use crate::outcomes;
use crate::store::Page;
use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A dataset.
#[derive(Clone)]
pub struct Dataset {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) key: Arc<str>,
}

impl Dataset {
    /// The dataset of this key, where the viewer may see it.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, key: &str) -> Option<Self> {
        datasets::dataset(snapshot, key)?;
        Some(Self { snapshot: Arc::clone(snapshot), key: key.into() })
    }

    pub(super) fn own_id(&self) -> Id {
        Id::of(&self.snapshot, [&*self.key])
    }

    /// What the catalogue says of it. A node is only ever made of a dataset that is there.
    pub(super) fn row(&self) -> Result<&outcomes::Dataset, Failure> {
        let row = datasets::dataset(&self.snapshot, &self.key);
        Ok(row.ok_or_else(|| unknown_dataset(&self.snapshot, &self.key))?)
    }
}

/// When a publisher's releases are due.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ReleaseCalendar {
    /// Days between releases.
    pub every_days: u32,
    /// Days after the due day from which a release that has not come is late.
    pub late_after_days: u32,
    /// Days from the end of a period to the release of its figures, as the publisher usually takes; null where that is not
    /// known.
    pub delay_days: Option<u32>,
    /// The day that the data are of, from which freshness counts; null where it counts from the newest period or release.
    pub data_as_of: Option<Date>,
}

impl From<outcomes::ReleaseCalendar> for ReleaseCalendar {
    fn from(calendar: outcomes::ReleaseCalendar) -> Self {
        Self {
            every_days: calendar.every_days,
            late_after_days: calendar.late_after_days,
            delay_days: calendar.delay_days,
            data_as_of: calendar.data_as_of.map(Date),
        }
    }
}

/// The end of a dataset.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Withdrawal {
    /// The day on which its figures were closed.
    pub on: Date,
    /// Why.
    pub reason: String,
}

impl From<outcomes::Withdrawal> for Withdrawal {
    fn from(withdrawal: outcomes::Withdrawal) -> Self {
        Self { on: Date(withdrawal.on), reason: withdrawal.reason }
    }
}

/// A body of figures or reference data from one publisher, as its connector declares it.
#[Object(crate = "crate::graphql::object")]
impl Dataset {
    /// What a client's cache keeps it under: its key, with the moment where it is answered as it stood. An argument takes
    /// the key.
    pub async fn id(&self) -> Id {
        self.own_id()
    }

    /// The connector's name: what an argument takes, and the same in every answer.
    pub async fn key(&self) -> &str {
        &self.key
    }

    /// Title for people.
    pub async fn title(&self) -> Result<&str, Failure> {
        Ok(&self.row()?.title)
    }

    /// One or two sentences on what it holds.
    pub async fn description(&self) -> Result<Option<&str>, Failure> {
        Ok(self.row()?.description.as_deref())
    }

    /// The body that publishes it.
    pub async fn publisher(&self) -> Result<&str, Failure> {
        Ok(&self.row()?.publisher)
    }

    /// What kind of body.
    pub async fn sector(&self) -> Result<Sector, Failure> {
        Ok(self.row()?.sector.into())
    }

    /// SPDX-like licence id, such as `OGL-UK-3.0`.
    pub async fn licence(&self) -> Result<&str, Failure> {
        Ok(&self.row()?.licence)
    }

    /// The publisher's page.
    pub async fn homepage(&self) -> Result<Option<&str>, Failure> {
        Ok(self.row()?.homepage.as_deref())
    }

    /// Who may see its figures.
    pub async fn access(&self) -> Result<Access, Failure> {
        Ok(self.row()?.access.into())
    }

    /// How far its figures may be relied on: as its newest release says, and no further than the connector does.
    pub async fn standing(&self) -> Result<Standing, Failure> {
        Ok(datasets::standing(&self.snapshot, self.row()?).into())
    }

    /// When the publisher's releases are due; null where nothing is promised.
    pub async fn calendar(&self) -> Result<Option<ReleaseCalendar>, Failure> {
        Ok(self.row()?.calendar.map(ReleaseCalendar::from))
    }

    /// The first period that its publisher has in this form; null where that is not known.
    pub async fn first_period(&self) -> Result<Option<Period>, Failure> {
        Ok(self.row()?.covers.and_then(|covers| covers.first).map(Period))
    }

    /// The last period that its publisher has in this form: the series ended with it, and no newer figure will come. Null
    /// where the series goes on.
    pub async fn last_period(&self) -> Result<Option<Period>, Failure> {
        Ok(self.row()?.covers.and_then(|covers| covers.last).map(Period))
    }

    /// Whether it is as new as the calendar promises, now or at the time asked for, by its newest period where the
    /// publisher's delay is known (`nextDueBasis`); null where nothing is promised.
    pub async fn freshness(&self, ctx: &Context<'_>) -> Result<Option<Freshness>, Failure> {
        Ok(datasets::freshness(scope(ctx)?, &self.snapshot, self.row()?).await?.map(Freshness::from))
    }

    /// When its newest release was published; null while it has none.
    pub async fn last_released_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>, Failure> {
        Ok(datasets::last_released(scope(ctx)?, &self.snapshot, &self.key).await?)
    }

    /// The newest period of which it has a figure with a value, or one that is suppressed, unreliable or rounds to zero; null
    /// where it has none, or where a hub of an earlier version published
    /// it and did not write that down.
    pub async fn newest_period(&self) -> Option<Period> {
        self.snapshot.catalogue().newest_period(&self.key).map(Period)
    }

    /// How many days ago the newest period ended, now or at the time asked for: the age of its newest figures, whenever the
    /// hub loaded them. Below zero while the period lasts; null where `newestPeriod` is.
    pub async fn newest_period_age(&self, ctx: &Context<'_>) -> Result<Option<i64>, Failure> {
        Ok(datasets::age(scope(ctx)?, &self.snapshot, &self.key))
    }

    /// When its next release is due: so long after the period that follows the newest one as the publisher usually takes,
    /// where that is known. Null where nothing is promised or was ever published. `nextDueBasis` says what it is counted
    /// from.
    pub async fn next_due_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>, Failure> {
        Ok(datasets::next_due(scope(ctx)?, &self.snapshot, self.row()?).await?.map(|due| due.at))
    }

    /// What `nextDueAt` and `freshness` are counted from, in a sentence; null where nothing is due.
    pub async fn next_due_basis(&self, ctx: &Context<'_>) -> Result<Option<&'static str>, Failure> {
        let due = datasets::next_due(scope(ctx)?, &self.snapshot, self.row()?).await?;
        Ok(due.map(|due| due.basis.meaning()))
    }

    /// What must be kept in mind of its figures, as the publisher says it; shown on every figure that each is about.
    pub async fn caveats(&self) -> Result<List<Caveat>, Failure> {
        Ok(self.row()?.caveats.iter().map(Caveat::from).collect())
    }

    /// When and why its figures were closed; null where it is not withdrawn. Earlier days still answer with them (`asOf`).
    pub async fn withdrawn(&self) -> Result<Option<Withdrawal>, Failure> {
        Ok(self.row()?.withdrawn.clone().map(Withdrawal::from))
    }

    /// What deserved a look in the run that made its newest release, a sentence each, such as values that are not their count
    /// over their denominator; at most 100.
    pub async fn warnings(&self, ctx: &Context<'_>) -> Result<List<String>, Failure> {
        let scope = scope(ctx)?;
        let Some(release) = releases::newest(scope, &self.snapshot, &self.key).await? else {
            return Ok(List::default());
        };
        let run = runs::of_release(scope, release.run).await?;
        Ok(run.into_iter().flat_map(|run| run.warnings).take(MAX_WARNINGS).collect())
    }

    /// The indicators of which it has figures, by id; at most the first 1,000.
    pub async fn indicators(&self) -> List<Indicator> {
        let ids = datasets::indicators_of(&self.snapshot, &self.key);
        ids.into_iter().take(1_000).map(|id| Indicator::new(&self.snapshot, id)).collect()
    }

    /// Its releases, newest first.
    pub async fn releases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(10)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Connection<Release>, Failure> {
        let scope = scope(ctx)?;
        let after = after.map(|text| Cursor::decode(Kind::Releases, &text)).transpose()?;
        let page = numbered(first.or(Some(10)), after.as_ref())?;
        let at = after.map_or(self.snapshot.at(), |cursor| cursor.at);
        scope.check_release(at).await?;
        let (releases, total) = releases::releases(scope, &self.key, at, page).await?;
        let releases = releases.into_iter().map(|release| Release::whole(&self.snapshot, Arc::new(release))).collect();
        Ok(Connection::numbered(releases, Kind::Releases, at, page, total))
    }

    /// Its runs, newest first, with or without a release.
    pub async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(10)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Connection<Run>, Failure> {
        Run::of_dataset(scope(ctx)?, &self.snapshot, &self.key, first, after.as_deref()).await
    }

    /// Its newest run; null while there is none.
    pub async fn latest_run(&self, ctx: &Context<'_>) -> Result<Option<Run>, Failure> {
        let scope = scope(ctx)?;
        let (runs, _) = runs::runs(scope, &self.key, Page { offset: 0, limit: 1 }).await?;
        Ok(runs.into_iter().next().map(|run| Run::new(&self.snapshot, run)))
    }
}

/// Queries about datasets.
#[derive(Default)]
pub struct DatasetQuery;

#[Object]
impl DatasetQuery {
    /// The datasets that the viewer may see, by key; those of `ids` in the order of asking, one item for each that is named.
    async fn datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The datasets of these keys, at most `first` of them, on one page. One that is not known is an error. \
                          Not with `after`."
        )]
        ids: Option<Vec<Key>>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Connection<Dataset>>, Failure> {
        let as_of = as_of.map(Moment::end);
        let first = size(first, DEFAULT_PAGE)? as usize;
        let scope = scope(ctx)?;
        if let Some(ids) = &ids {
            named("ids", ids, first, after.is_some(), false)?;
            let snapshot = scope.snapshot(as_of).await?;
            let datasets = ids.iter().map(|id| {
                let dataset = Dataset::new(&snapshot, id).ok_or_else(|| unknown_dataset(&snapshot, id))?;
                Ok((dataset, id.to_string()))
            });
            let datasets = datasets.collect::<Result<_, Failure>>()?;
            return Ok(Some(Connection::of_named(datasets, Kind::Datasets, snapshot.at())));
        }
        let after = after.map(|text| Cursor::decode(Kind::Datasets, &text)).transpose()?;
        let snapshot = match &after {
            Some(cursor) => scope.snapshot_at(cursor.at).await?,
            None => scope.snapshot(as_of).await?,
        };
        let datasets = datasets::datasets(&snapshot);
        let node = |row: &outcomes::Dataset| Dataset { snapshot: Arc::clone(&snapshot), key: row.id.as_str().into() };
        let page =
            Connection::of_list(datasets, |row| &row.id, node, Kind::Datasets, snapshot.at(), first, after.as_ref());
        Ok(Some(page))
    }

    /// A dataset by its key; null where there is none that the viewer may see.
    async fn dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connector's name.")] id: Key,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Dataset>, Failure> {
        let as_of = as_of.map(Moment::end);
        let snapshot = scope(ctx)?.snapshot(as_of).await?;
        Ok(Dataset::new(&snapshot, &id))
    }
}
