//! Health: whether the process runs, and whether it can answer.

use crate::graphql::State;
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

/// The hub can answer: the store is reached, its migrations are those of this hub, and its catalogue is loaded.
/// `release` is the newest, 0 while nothing is published. Once the hub is told to stop, it is not ready whatever the
/// store says, so that no new request is sent its way.
pub async fn ready(state: &State, stopping: bool) -> Response<Body> {
    if stopping {
        let body = json!({ "status": "stopping", "reason": "the hub was told to stop: send requests elsewhere" });
        return report(StatusCode::SERVICE_UNAVAILABLE, &body);
    }
    let head = within(state.head()).await.map_err(|why| why.reason("the store cannot be reached"));
    let current = match &head {
        Ok(_) => within(state.store().ready()).await.map_err(|why| why.reason("the migrations cannot be checked")),
        Err(_) => Err("not known while the store cannot be reached".to_owned()),
    };
    let catalogue = match (&head, &current) {
        (Ok(head), Ok(())) => {
            let loaded = within(state.store().catalogue(*head)).await;
            loaded.map(|_| ()).map_err(|why| why.reason("the catalogue cannot be loaded"))
        }
        _ => Err("not known while the store cannot answer".to_owned()),
    };
    let release = head.as_ref().ok().copied();
    let checks = [("store", head.map(|_| ())), ("migrations", current), ("catalogue", catalogue)];
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

/// Why a check failed.
enum Why {
    Store(StoreError),
    Late,
}

impl Why {
    /// The reason for whoever asks; the store's own words go to the log, unless they name nothing but versions.
    fn reason(self, what: &str) -> String {
        match self {
            Self::Store(error @ StoreError::Newer { .. }) => {
                tracing::error!(%error, "the hub is not ready");
                error.to_string()
            }
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
