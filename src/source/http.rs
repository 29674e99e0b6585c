//! http: one polite GET, tried again where that may help.

use super::address;
use super::collection::Progress;
use super::error::SourceError;
use super::limits::Limits;
use super::pace::{Pace, retry_after};
use crate::landing::{Landed, Landing, LandingError};
use futures::StreamExt;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{StatusCode, Url};
use std::error::Error as _;
use std::time::Duration;

/// The most redirects that are followed.
const REDIRECTS: usize = 5;

/// The one client: it holds the connections, and the pace of each host.
#[derive(Debug)]
pub(super) struct Client {
    inner: reqwest::Client,
    pub(super) limits: Limits,
    pace: Pace,
}

fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.previous().len() > REDIRECTS {
        return attempt.error(format!("there are more than {REDIRECTS} redirects"));
    }
    let was_safe = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
    if was_safe && attempt.url().scheme() != "https" {
        return attempt.error("it redirects from https to an address that anyone on the way can change");
    }
    attempt.follow()
}

/// Why a try failed, and whether another may help.
struct Failure {
    problem: Problem,
    again: Again,
}

/// Whether another try may help.
enum Again {
    No,
    Yes,
    /// Yes, and the server asks for this wait before it.
    After(Duration),
}

enum Problem {
    Status(StatusCode),
    Unreachable(String),
    CutShort { received: u64, expected: Option<u64>, timed_out: bool },
    Other(SourceError),
}

impl Failure {
    fn final_with(error: SourceError) -> Self {
        Self { problem: Problem::Other(error), again: Again::No }
    }
}

impl Client {
    pub(super) fn new(limits: Limits) -> Result<Self, SourceError> {
        // The first to install one wins, and every one of the hub's is this.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("outcomes-hub/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .read_timeout(limits.stall)
            .timeout(limits.total)
            .redirect(Policy::custom(redirect));
        let builder = if limits.proxies { builder } else { builder.no_proxy() };
        let inner = builder.build().map_err(|error| SourceError::Client(cause(error)))?;
        let pace = Pace::new(limits.pace);
        Ok(Self { inner, limits, pace })
    }

    /// Gets an address until its bytes have landed whole, or another try would not help.
    pub(super) async fn get(
        &self,
        url: &Url,
        homepage: Option<&str>,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Landed, SourceError> {
        let mut tried = 0;
        loop {
            self.pace.turn(url.authority().rsplit('@').next().unwrap_or_default()).await;
            let failure = match self.attempt(url, landing, progress).await {
                Ok(landed) => return Ok(landed),
                Err(failure) => failure,
            };
            tried += 1;
            let wait = match failure.again {
                Again::Yes if tried < self.limits.tries => {
                    self.limits.first_wait.saturating_mul(1 << (tried - 1).min(16))
                }
                Again::After(asked) if tried < self.limits.tries => asked,
                _ => return Err(explain(failure.problem, url, homepage, tried)),
            };
            let wait = wait.min(self.limits.longest_wait);
            tracing::info!(url = address::shown(url), tried, ?wait, "waiting before another try");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, url: &Url, landing: &Landing, progress: &Progress<'_>) -> Result<Landed, Failure> {
        let response = self.inner.get(url.clone()).send().await.map_err(|error| not_sent(url, error))?;
        let status = response.status();
        if status != StatusCode::OK {
            let may_pass = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
            let again = match retry_after(response.headers()) {
                _ if !may_pass && !status.is_server_error() => Again::No,
                Some(asked) => Again::After(asked),
                None => Again::Yes,
            };
            return Err(Failure { problem: Problem::Status(status), again });
        }
        let expected = response.content_length();
        let limit = self.limits.max_bytes;
        let too_large = || SourceError::TooLarge { source_name: address::shown(url), limit };
        if expected.is_some_and(|expected| expected > limit) {
            return Err(Failure::final_with(too_large()));
        }
        let kept = |error| {
            Failure::final_with(match error {
                LandingError::TooLarge { .. } => too_large(),
                error => error.into(),
            })
        };
        let mut incoming = landing.begin(limit).await.map_err(kept)?;
        let mut body = response.bytes_stream();
        let mut broken = None;
        while let Some(bytes) = body.next().await {
            match bytes {
                Ok(bytes) => incoming.write(&bytes).await.map_err(kept)?,
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            }
            progress(incoming.bytes(), expected);
        }
        let received = incoming.bytes();
        if broken.is_some() || expected.is_some_and(|expected| received < expected) {
            let timed_out = broken.is_some_and(|error| error.is_timeout());
            return Err(Failure { problem: Problem::CutShort { received, expected, timed_out }, again: Again::Yes });
        }
        incoming.finish().await.map_err(kept)
    }
}

fn not_sent(url: &Url, error: reqwest::Error) -> Failure {
    let shown = address::shown(url);
    if error.is_redirect() {
        let what = error.source().map_or_else(|| "its redirects do not end".into(), ToString::to_string);
        return Failure::final_with(SourceError::Redirects { url: shown, what });
    }
    if error.is_builder() {
        return Failure::final_with(SourceError::NotAnAddress { url: shown });
    }
    Failure { problem: Problem::Unreachable(cause(error)), again: Again::Yes }
}

fn explain(problem: Problem, url: &Url, homepage: Option<&str>, times: u32) -> SourceError {
    let url = address::shown(url);
    let tries = if times > 1 { format!(" after {times} tries") } else { String::new() };
    match problem {
        Problem::Other(error) => error,
        Problem::Unreachable(cause) => SourceError::Unreachable { url, tries, cause },
        Problem::CutShort { received, expected, timed_out } => {
            let mut expected = expected.map(|bytes| format!(" of {bytes}")).unwrap_or_default();
            if timed_out {
                expected.push_str(" before the time-out");
            }
            SourceError::CutShort { url, tries, received, expected }
        }
        Problem::Status(status) => {
            let page = homepage.map(|page| format!(" ({page})")).unwrap_or_default();
            let next = match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => format!(
                    "it wants a login or turns programs away: download the file in a browser{page} and give it with \
                     --input"
                ),
                StatusCode::NOT_FOUND | StatusCode::GONE => format!(
                    "the publisher has moved or withdrawn the file: look on its page{page}, then correct the \
                     resource's `url` or give the file with --input"
                ),
                _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                    "the publisher's server is troubled or busy: run it again later, or give the file with --input"
                        .into()
                }
                _ => format!("look on the publisher's page{page}, or give the file with --input"),
            };
            SourceError::Status { url, status: status.to_string(), tries, next }
        }
    }
}

/// What went wrong, in the words of every layer, and without the address, whose query may hold a key.
fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if words.last() != Some(&next) {
            words.push(next);
        }
        source = error.source();
    }
    words.join(": ")
}
