//! The cache of answers, which stay right until the next release or the next day.

use super::reply::tag;
use super::request::Question;
use crate::access::Viewer;
use crate::outcomes::ReleaseNumber;
use axum::http::HeaderValue;
use bytes::Bytes;
use chrono::NaiveDate;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Bytes of memory for cached answers, with their queries.
pub const DEFAULT_CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Answers longer than this are not kept: one of them would push out many.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// An answer without errors, ready to be sent.
#[derive(Clone)]
pub struct Ready {
    /// The JSON.
    pub body: Bytes,
    /// Names the answer.
    pub etag: HeaderValue,
    /// The root fields that it answers.
    pub fields: Arc<[&'static str]>,
    /// What it cost when it was made, as a header has it.
    pub cost: Option<HeaderValue>,
}

/// Everything on which an answer depends.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    head: ReleaseNumber,
    /// Tells a release from one of the same number in another store.
    edition: i64,
    /// The age of a figure grows from one day to the next.
    day: NaiveDate,
    viewer: Viewer,
    query: Arc<str>,
    variables: Arc<str>,
    operation_name: Option<Arc<str>>,
}

impl Key {
    /// The key of a question by a viewer on a day (UTC), while `head` is the newest release, of this edition.
    #[must_use]
    pub fn new(head: ReleaseNumber, edition: i64, day: NaiveDate, viewer: &Viewer, question: &Question) -> Self {
        Self {
            head,
            edition,
            day,
            viewer: viewer.clone(),
            query: question.query.as_str().into(),
            variables: question.variables.to_string().into(),
            operation_name: question.operation_name.as_deref().map(Arc::from),
        }
    }

    /// The tag of the answer, known before there is one: another version of the hub may answer otherwise, and all else on
    /// which an answer depends is the key.
    #[must_use]
    pub fn etag(&self) -> HeaderValue {
        let Self { head, edition, day, viewer, query, variables, operation_name } = self;
        let about = format!(
            "{} {head} {edition} {day} {} {} {} {} {}",
            env!("CARGO_PKG_VERSION"),
            viewer.name(),
            viewer.access().as_str(),
            query.len(),
            variables.len(),
            operation_name.is_some()
        );
        let mut digest = Sha256::new();
        for part in [about.as_str(), query, variables, operation_name.as_deref().unwrap_or_default()] {
            digest.update(part);
        }
        tag(&digest.finalize())
    }

    fn bytes(&self) -> usize {
        self.query.len() + self.variables.len() + self.operation_name.as_ref().map_or(0, |name| name.len())
    }
}

/// The cached answers. The least used are removed first.
#[derive(Clone)]
pub struct Answers(Cache<Key, Ready>);

impl Answers {
    /// Keeps at most so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        // What an entry costs beside its texts: key, value and the cache's own nodes.
        const OVERHEAD: usize = 400;
        let weigh =
            |key: &Key, answer: &Ready| u32::try_from(key.bytes() + answer.body.len() + OVERHEAD).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(bytes).weigher(weigh).build())
    }

    /// The answer to a question, where it is kept.
    pub async fn get(&self, key: &Key) -> Option<Ready> {
        self.0.get(key).await
    }

    /// Keeps an answer.
    pub async fn keep(&self, key: Key, answer: Ready) {
        if answer.body.len() <= MAX_ANSWER_BYTES {
            self.0.insert(key, answer).await;
        }
    }

    /// Bytes that the kept answers take, or soon will.
    pub fn bytes(&self) -> u64 {
        self.0.weighted_size()
    }

    /// How many are kept.
    #[cfg(test)]
    pub async fn count(&self) -> u64 {
        self.0.run_pending_tasks().await;
        self.0.entry_count()
    }
}
