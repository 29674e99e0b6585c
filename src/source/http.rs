//! http: one polite GET, tried again where that may help.

use super::address;
use super::collection::Progress;
use super::error::SourceError;
use super::limits::Limits;
use super::pace::{Pace, retry_after};
use super::public::{NotPublic, PublicOnly};
use super::redirect::{self, Trust};
use crate::landing::{Landed, Landing, LandingError};
use futures::StreamExt;
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode, Url};
use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The one client: it holds the connections, and the pace of each host.
#[derive(Debug)]
pub(super) struct Client {
    /// For hosts that a manifest names, wherever they are.
    named: reqwest::Client,
    /// For hosts that a redirect names: it connects to public addresses only.
    public: reqwest::Client,
    pub(super) limits: Limits,
    pace: Pace,
}

/// An address to get, and where it may lead.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub url: &'a Url,
    /// Hosts that redirects may lead to although they are not public, and may tell a key.
    pub hosts: &'a [String],
    /// Where an error sends a person.
    pub homepage: Option<&'a str>,
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
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("outcomes-hub/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(limits.connect)
                .read_timeout(limits.stall)
                // The address that was asked, with the key of its query, is nobody else's business.
                .referer(false)
                // Followed here, one by one: see `redirect`.
                .redirect(Policy::none());
            if limits.proxies { builder } else { builder.no_proxy() }
        };
        let built =
            |builder: reqwest::ClientBuilder| builder.build().map_err(|error| SourceError::Client(cause(error)));
        let named = built(builder())?;
        let public = built(builder().dns_resolver(Arc::new(PublicOnly)))?;
        let pace = Pace::new(limits.pace);
        Ok(Self { named, public, limits, pace })
    }

    /// Gets an address until its bytes have landed whole, or another try would not help. Gives the address that they came
    /// from in the end as well.
    pub(super) async fn get(
        &self,
        wanted: Wanted<'_>,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<(Landed, Url), SourceError> {
        let url = wanted.url;
        let mut tried = 0;
        loop {
            self.pace.turn(url.authority().rsplit('@').next().unwrap_or_default()).await;
            let failure = match self.attempt(wanted, landing, progress).await {
                Ok(landed) => return Ok(landed),
                Err(failure) => failure,
            };
            tried += 1;
            let wait = match failure.again {
                Again::Yes if tried < self.limits.tries => {
                    self.limits.first_wait.saturating_mul(1 << (tried - 1).min(16))
                }
                Again::After(asked) if tried < self.limits.tries => asked,
                _ => return Err(explain(failure.problem, url, wanted.homepage, tried)),
            };
            let wait = wait.min(self.limits.longest_wait);
            tracing::info!(url = address::shown(url), tried, ?wait, "waiting before another try");
            tokio::time::sleep(wait).await;
        }
    }

    /// Asks for an address, and for those that its redirects lead to. Gives the first answer that is none.
    async fn ask(&self, wanted: Wanted<'_>) -> Result<(Response, Url), Failure> {
        let began = Instant::now();
        let (mut url, mut trust) = (wanted.url.clone(), Trust::Named);
        let astray = |what| Failure::final_with(SourceError::Redirects { url: address::shown(wanted.url), what });
        for _ in 0..=redirect::MOST {
            let client = match trust {
                Trust::Named => &self.named,
                Trust::Public => &self.public,
            };
            let left = self.limits.total.saturating_sub(began.elapsed());
            let response = client.get(url.clone()).timeout(left).send().await.map_err(|error| {
                if is_not_public(&error) { astray(redirect::refused(&url)) } else { not_sent(wanted.url, error) }
            })?;
            let location = response.headers().get(LOCATION).filter(|_| is_redirect(response.status()));
            let Some(location) = location else { return Ok((response, url)) };
            let location =
                location.to_str().map_err(|_| astray("it redirects to something that is no address".into()))?;
            (url, trust) = redirect::next(wanted.url, &url, location, wanted.hosts).map_err(astray)?;
        }
        Err(astray(format!("there are more than {} redirects", redirect::MOST)))
    }

    async fn attempt(
        &self,
        wanted: Wanted<'_>,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<(Landed, Url), Failure> {
        let url = wanted.url;
        let (response, came_from) = self.ask(wanted).await?;
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
                landing if landing.is_full() && expected.is_some() => {
                    SourceError::NoRoom { url: address::shown(url), bytes: expected.unwrap_or_default(), landing }
                }
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
        Ok((incoming.finish().await.map_err(kept)?, came_from))
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Whether no connection was made because the name of a redirect leads to no public address.
pub(super) fn is_not_public(error: &reqwest::Error) -> bool {
    let mut layer = error.source();
    while let Some(error) = layer {
        if error.is::<NotPublic>() {
            return true;
        }
        layer = error.source();
    }
    false
}

fn not_sent(url: &Url, error: reqwest::Error) -> Failure {
    let shown = address::shown(url);
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
