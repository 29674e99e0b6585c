//! Whether this machine's clock can be trusted to time a release.
//!
//! A release is never timed before the one before it. So one that was timed years ahead would time all later ones years ahead
//! too, and what stood at a date could no longer be asked for. Nothing on the machine knows the true time; what can be known
//! is whether the clock agrees with the newest release, with the database's own clock, and with the age of this program.

use crate::access::Viewer;
use crate::store::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

/// How far ahead a clock may be. One that is behind times nothing wrongly for long: see the newest release.
const APART: TimeDelta = TimeDelta::days(1);

/// 2046-01-01, in seconds: no release of this version is made twenty years after it was written.
const TOO_LATE: i64 = 2_398_291_200;

/// What is wrong with the time, and what to do; nothing where nothing speaks against it.
///
/// # Errors
/// When the store cannot be asked.
pub async fn wrong_clock(store: &dyn Store, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    if now.timestamp() >= TOO_LATE {
        let now = shown(now);
        return Ok(Some(format!(
            "this machine's clock says {now}, decades after this version of the hub was written; set the clock"
        )));
    }
    if let Some(stores) = store.clock().await?
        && now - stores > APART
    {
        let (now, stores) = (shown(now), shown(stores));
        return Ok(Some(format!(
            "this machine's clock says {now} and the database's says {stores}; set the one that is wrong"
        )));
    }
    let head = store.head().await?;
    let Some(newest) = store.release(&Viewer::operator(), head).await? else { return Ok(None) };
    if newest.published_at - now <= APART {
        return Ok(None);
    }
    let (now, published) = (shown(now), shown(newest.published_at));
    Ok(Some(format!(
        "release {head} is timed {published}, and this machine's clock says {now}; if the clock is wrong, set it; if the \
         release is, because the clock was wrong then, restore a backup from before it, or sync the landed files into a new \
         --data-dir: every later release would be timed after it"
    )))
}

fn shown(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}
