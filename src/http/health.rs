//! Health: whether the process runs, and whether it can answer.

use crate::graphql::State;
use crate::outcomes::ReleaseNumber;
use crate::store::StoreError;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;

/// How long each check may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process runs.
pub fn live() -> Response<Body> {
    report(StatusCode::OK, &json!({ "status": "live" }))
}

/// The hub can answer: the store is reachable, its migrations are those of this hub, and its catalogue is loaded.
/// `release` is the newest, 0 while nothing is published. After a signal to stop, it is not ready whatever the
/// store says, so that proxies send no new requests.
pub async fn ready(state: &State, stopping: bool) -> Response<Body> {
    if stopping {
        let body = json!({ "status": "stopping", "reason": "the hub is stopping: send requests elsewhere" });
        return report(StatusCode::SERVICE_UNAVAILABLE, &body);
    }
    let (store, migrations) = match within(state.store().ready()).await {
        Ok(()) => (Ok(()), Ok(())),
        // It answered, and said that it is not this hub's.
        Err(Why::Store(error @ (StoreError::Newer { .. } | StoreError::Older { .. }))) => {
            tracing::error!(%error, "the hub is not ready");
            (Ok(()), Err(error.to_string()))
        }
        Err(why) => {
            let unknown = "not known while the store cannot be reached".to_owned();
            (Err(why.reason("the store cannot be reached")), Err(unknown))
        }
    };
    let (release, catalogue) = if store.is_ok() && migrations.is_ok() {
        loaded(state).await
    } else {
        (None, Err("not known while the store cannot answer".to_owned()))
    };
    let checks = [("store", store), ("migrations", migrations), ("catalogue", catalogue)];
    let all_well = checks.iter().all(|(_, result)| result.is_ok());
    let checks: serde_json::Map<String, Value> = checks
        .into_iter()
        .map(|(name, result)| match result {
            Ok(()) => (name.to_owned(), json!({ "ok": true })),
            Err(reason) => (name.to_owned(), json!({ "ok": false, "reason": reason })),
        })
        .collect();
    let (status, word) =
        if all_well { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    report(status, &json!({ "status": word, "release": release, "checks": checks }))
}

/// Loads the newest release's catalogue, which stays in memory.
async fn loaded(state: &State) -> (Option<ReleaseNumber>, Result<(), String>) {
    let what = "the catalogue cannot be loaded";
    match within(state.head()).await {
        Ok(head) => {
            let catalogue = within(state.store().catalogue(head)).await;
            (Some(head), catalogue.map(|_| ()).map_err(|why| why.reason(what)))
        }
        Err(why) => (None, Err(why.reason(what))),
    }
}

/// Why a check failed.
enum Why {
    Store(StoreError),
    Late,
}

impl Why {
    /// The reason for the client; the store's own message goes to the log.
    fn reason(self, what: &str) -> String {
        match self {
            Self::Store(error) => {
                tracing::error!(%error, what, "the hub is not ready");
                format!("{what}; the log says more")
            }
            Self::Late => {
                tracing::error!(what, waited_s = PATIENCE.as_secs(), "the hub is not ready");
                format!("{what}: no answer within {} seconds", PATIENCE.as_secs())
            }
        }
    }
}

async fn within<T>(check: impl Future<Output = Result<T, StoreError>>) -> Result<T, Why> {
    match tokio::time::timeout(PATIENCE, check).await {
        Ok(result) => result.map_err(Why::Store),
        Err(_) => Err(Why::Late),
    }
}

fn report(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
