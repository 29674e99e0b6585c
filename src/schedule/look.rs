//! A connector as the schedule sees it: what the store says about it, and the decision.

use super::{Decision, Jitter, Known, decide};
use crate::access::Viewer;
use crate::connector::Connector;
use crate::outcomes::{Dataset, Freshness, Published};
use crate::store::{Page, Store, StoreError};
use chrono::{DateTime, Utc};

/// How many runs a decision is made of: more than the retries that fit between any but the rarest fire times.
const RUNS: u32 = 100;

/// A connector, looked at.
#[derive(Clone, Debug)]
pub struct Look {
    /// The connector.
    pub connector: Connector,
    /// Whether it is to run now.
    pub decision: Decision,
    /// When its newest run started; the beginning of time where there is none.
    pub newest_run: DateTime<Utc>,
    /// When its newest release was published.
    pub released: Option<DateTime<Utc>>,
    /// How fresh that is by the manifest's release calendar; `None` where the publisher promises nothing.
    pub freshness: Option<Freshness>,
}

impl Look {
    /// Looks at a connector; without a store, nothing of it was ever run or published.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn at(
        store: Option<&dyn Store>,
        connector: Connector,
        jitter: Jitter,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let (mut runs, mut published, mut withdrawn) = (Vec::new(), Published::default(), None);
        if let Some(store) = store {
            let (viewer, page) = (Viewer::operator(), |limit| Page { offset: 0, limit });
            (runs, _) = store.runs(&viewer, &connector.name, page(RUNS)).await?;
            let head = store.head().await?;
            let (releases, _) = store.releases(&viewer, &connector.name, head, page(1)).await?;
            published.released = releases.first().map(|release| release.published_at);
            let catalogue = store.catalogue(head).await?;
            published.newest = catalogue.newest_period(&connector.name);
            withdrawn = catalogue.dataset(&viewer, &connector.name).and_then(|dataset| dataset.withdrawn.clone());
        }
        let known = Known {
            name: &connector.name,
            by_hand: connector.by_hand(),
            cron: connector.manifest.schedule.as_ref().map(|schedule| &schedule.cron),
            withdrawn: withdrawn.as_ref().map(|withdrawal| withdrawal.on),
            runs: &runs,
        };
        let decision = decide(known, jitter, now);
        let newest_run = runs.first().map_or(DateTime::<Utc>::MIN_UTC, |run| run.started_at);
        let freshness = Dataset { withdrawn, ..connector.dataset() }.freshness(&published, now);
        Ok(Self { connector, decision, newest_run, released: published.released, freshness })
    }
}
