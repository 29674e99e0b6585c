//! The cache of answers, which stay right until the next release or the next day.

use super::reply::etag;
use super::request::Question;
use crate::access::Viewer;
use crate::outcomes::ReleaseNumber;
use axum::http::HeaderValue;
use bytes::Bytes;
use chrono::NaiveDate;
use moka::future::Cache;
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
    /// Names these bytes.
    pub etag: HeaderValue,
    /// The root fields that it answers.
    pub fields: Arc<[&'static str]>,
    /// What it cost when it was made, as a header has it.
    pub cost: Option<HeaderValue>,
}

impl Ready {
    /// An answer that is these bytes.
    #[must_use]
    pub fn new(body: Bytes, fields: Vec<&'static str>, cost: Option<HeaderValue>) -> Self {
        Self { etag: etag(&body), body, fields: fields.into(), cost }
    }
}

/// Everything on which an answer depends.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    head: ReleaseNumber,
    /// The age of a figure grows from one day to the next.
    day: NaiveDate,
    viewer: Viewer,
    query: Arc<str>,
    variables: Arc<str>,
    operation_name: Option<Arc<str>>,
}

impl Key {
    /// The key of a question by a viewer on a day (UTC), while `head` is the newest release.
    #[must_use]
    pub fn new(head: ReleaseNumber, day: NaiveDate, viewer: &Viewer, question: &Question) -> Self {
        Self {
            head,
            day,
            viewer: viewer.clone(),
            query: question.query.as_str().into(),
            variables: question.variables.to_string().into(),
            operation_name: question.operation_name.as_deref().map(Arc::from),
        }
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
