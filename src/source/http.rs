//! http: one polite GET, tried again where that may help.

use super::address;
use super::collection::Progress;
use super::error::SourceError;
use super::limits::Limits;
use super::pace::{Pace, retry_after};
use super::public::{NotPublic, PublicOnly};
use super::redirect::{self, Trust};
use super::secrets::Key;
use crate::connector::{Rate, Reaction};
use crate::landing::{Landed, Landing, LandingError};
use bytes::Bytes;
use futures::StreamExt;
use reqwest::header::{HeaderMap, LOCATION};
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
    /// What an API takes besides the address.
    pub more: Option<&'a More>,
}

/// What an API takes besides an address. Headers and body go to the host of the address alone, wherever it redirects.
#[derive(Debug, Default)]
pub(super) struct More {
    pub headers: HeaderMap,
    /// What is posted; without it, the address is got.
    pub body: Option<Bytes>,
    /// Secrets that no other host may be told.
    pub keys: Vec<Key>,
    /// The name of the secret that shows who asks.
    pub secret: Option<String>,
    pub rate: Option<Rate>,
    /// What a status means.
    pub reactions: Vec<(u16, Reaction)>,
}

/// What came.
#[derive(Debug)]
pub(super) struct Got {
    pub landed: Landed,
    /// The address that it came from in the end.
    pub from: Url,
    pub headers: HeaderMap,
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

    /// Gets an address until its bytes have landed whole, or another try would not help. Nothing where the answer means that
    /// there is nothing.
    pub(super) async fn get(
        &self,
        wanted: Wanted<'_>,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Option<Got>, SourceError> {
        let url = wanted.url;
        let rate = wanted.more.and_then(|more| more.rate);
        let mut tried = 0;
        loop {
            self.pace.turn(url.authority().rsplit('@').next().unwrap_or_default(), rate).await;
            let failure = match self.attempt(wanted, landing, progress).await {
                Ok(got) => return Ok(got),
                Err(failure) => failure,
            };
            tried += 1;
            let wait = match failure.again {
                Again::Yes if tried < self.limits.tries => self.wait(tried),
                Again::After(asked) if tried < self.limits.tries => asked.min(self.limits.longest_wait),
                _ => return Err(explain(failure.problem, wanted, tried)),
            };
            tracing::info!(url = address::shown(url), tried, ?wait, "waiting before another try");
            tokio::time::sleep(wait).await;
        }
    }

    /// The wait after so many tries.
    pub(super) fn wait(&self, tried: u32) -> Duration {
        self.limits.first_wait.saturating_mul(1 << tried.saturating_sub(1).min(16)).min(self.limits.longest_wait)
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
            let request = match wanted.more {
                Some(more) if is_of(&url, wanted.url) => {
                    let request = match &more.body {
                        Some(body) => client.post(url.clone()).body(body.clone()),
                        None => client.get(url.clone()),
                    };
                    request.headers(more.headers.clone())
                }
                Some(more) if more.body.is_some() => {
                    return Err(astray("what is posted would go to another host".into()));
                }
                Some(more) if more.keys.iter().any(|key| url.as_str().contains(key.expose())) => {
                    return Err(astray("another host would be told the secret".into()));
                }
                _ => client.get(url.clone()),
            };
            let response = request.timeout(left).send().await.map_err(|error| {
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
    ) -> Result<Option<Got>, Failure> {
        let url = wanted.url;
        let (response, came_from) = self.ask(wanted).await?;
        let status = response.status();
        let reactions = wanted.more.map(|more| more.reactions.as_slice()).unwrap_or_default();
        let meant = reactions.iter().find(|(on, _)| *on == status.as_u16()).map(|(_, what)| *what);
        if let Some(meant) = meant {
            let again = match meant {
                Reaction::Empty => return Ok(None),
                Reaction::Fail => Again::No,
                Reaction::Wait => retry_after(response.headers()).map_or(Again::Yes, Again::After),
                Reaction::Retry => Again::Yes,
            };
            return Err(Failure { problem: Problem::Status(status), again });
        }
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
        let headers = response.headers().clone();
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
        Ok(Some(Got { landed: incoming.finish().await.map_err(kept)?, from: came_from, headers }))
    }

    /// Changes a client's secret for an access token (OAuth 2.0 client credentials, RFC 6749). Gives how long it may be used as
    /// well. The answer is never landed.
    pub(super) async fn token(
        &self,
        url: &str,
        client: &str,
        secret: &Key,
        scope: Option<&str>,
        name: &str,
    ) -> Result<(Key, Duration), SourceError> {
        #[derive(serde::Deserialize)]
        struct Token {
            access_token: String,
            expires_in: Option<u64>,
        }
        let parsed = address::parse(url)?;
        let refused = |what: String| SourceError::Secret { name: name.to_owned(), what };
        let mut form =
            vec![("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret.expose())];
        form.extend(scope.map(|scope| ("scope", scope)));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .named
            .post(parsed.clone())
            .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .timeout(self.limits.stall);
        let shown = address::shown(&parsed);
        let response =
            request.send().await.map_err(|error| refused(format!("{shown} gives no token: {}", cause(error))))?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(refused(format!("{shown} answered {status}; look at the secret, `client` and `scope`")));
        }
        let mut body = response.bytes_stream();
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await {
            bytes.extend_from_slice(&piece.map_err(|error| refused(format!("{shown}: {}", cause(error))))?);
            if bytes.len() > TOKEN_BYTES {
                return Err(refused(format!("{shown} answers more than a token")));
            }
        }
        let token: Token =
            serde_json::from_slice(&bytes).map_err(|_| refused(format!("{shown} answers no access token")))?;
        // A token that ends on the way is refused by the publisher: it is changed for another somewhat earlier.
        let lasts = Duration::from_secs(token.expires_in.unwrap_or(300)).saturating_sub(Duration::from_secs(20));
        Ok((Key::new(token.access_token), lasts))
    }
}

/// The most bytes of an answer that gives a token.
const TOKEN_BYTES: usize = 64 << 10;

/// Whether an address is of the host that the manifest names, and as safe: it may be told what the publisher is.
fn is_of(url: &Url, first: &Url) -> bool {
    let same_port = url.port_or_known_default() == first.port_or_known_default();
    let made_safe =
        first.port().is_none() && first.scheme() == "http" && url.scheme() == "https" && url.port().is_none();
    url.host_str() == first.host_str() && (url.scheme() == first.scheme() && same_port || made_safe)
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

fn explain(problem: Problem, wanted: Wanted<'_>, times: u32) -> SourceError {
    let (url, homepage) = (address::shown(wanted.url), wanted.homepage);
    let secret = wanted.more.and_then(|more| more.secret.as_deref());
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
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if secret.is_some() => format!(
                    "it does not take the secret: look whether HUB_SECRET_{} holds the right one, and whether it has ended",
                    secret.unwrap_or_default()
                ),
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
