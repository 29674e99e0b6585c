//! APIs: a collection of answers, page by page and partition by partition, whole or not at all.
//!
//! Takes what a manifest asks of an API ([`Call`]) and lands every page as its own bytes. Nothing is given until the proof of
//! completeness that the manifest names has held for every partition: a page that is missing, comes twice, or does not come to
//! what the publisher states ends the run with the page's name.

mod answer;
mod pager;
mod partition;
mod request;
mod unfollowed;

pub use partition::Partition;
pub(super) use unfollowed::refuse_unfollowed;

use super::address;
use super::collection::{Fetched, Job};
use super::error::SourceError;
use super::fetcher::Fetcher;
use super::http::{Got, More, Wanted};
use super::secrets::Key;
use crate::connector::{Call, Format, Goes, JsonPath, Place, Reaction};
use answer::{Probe, Unreadable};
use pager::{After, Ask, Pager, Seen};
use request::Asked;
use reqwest::header::{HeaderMap, LINK};

/// Pages of one resource, over all partitions.
const MOST_PAGES: usize = 10_000;

/// Lands every page that a call asks for.
///
/// # Errors
/// When one cannot be had whole, or all of them are not proven to be complete.
pub(super) async fn land(fetcher: &Fetcher, call: &Call, job: &Job<'_>) -> Result<Vec<Fetched>, SourceError> {
    let secret = match &call.auth {
        Some(auth) => Some(
            fetcher
                .secrets
                .get(&auth.secret)
                .map_err(|what| SourceError::Secret { name: auth.secret.clone(), what })?,
        ),
        None => None,
    };
    let mut run = Run { fetcher, call, job, secret, token: None, bytes: 0, parts: Vec::new() };
    let whole = [Partition::default()];
    for partition in if job.partitions.is_empty() { &whole[..] } else { job.partitions } {
        run.partition(partition).await?;
    }
    Ok(run.parts)
}

/// A call, on its way.
struct Run<'r> {
    fetcher: &'r Fetcher,
    call: &'r Call,
    job: &'r Job<'r>,
    secret: Option<Key>,
    /// An access token, and when it is no longer taken.
    token: Option<(Key, tokio::time::Instant)>,
    bytes: u64,
    parts: Vec<Fetched>,
}

/// A page that came.
struct Page {
    /// None where it has no row.
    file: Option<Fetched>,
    seen: Seen,
}

impl Run<'_> {
    /// Lands the pages of one partition. Where the publisher changes the data meanwhile, it begins again, once.
    async fn partition(&mut self, partition: &Partition) -> Result<(), SourceError> {
        let before = self.parts.len();
        match self.pages(partition).await {
            Err(SourceError::Incomplete { changed: true, .. }) => {
                self.parts.truncate(before);
                self.pages(partition).await
            }
            ended => ended,
        }
    }

    async fn pages(&mut self, partition: &Partition) -> Result<(), SourceError> {
        let mut pager = Pager::new(self.call.pages.as_ref(), self.call.complete.as_ref());
        let mut ask = pager.first();
        for number in 1.. {
            let name = match (&partition.value, self.call.pages.is_some()) {
                (Some(value), true) => format!("page {number} of `{value}`"),
                (Some(value), false) => format!("`{value}`"),
                (None, _) => format!("page {number}"),
            };
            let page = self.page(partition, &ask, number, &name).await?;
            self.parts.extend(page.file);
            if self.parts.len() > MOST_PAGES {
                let what = format!("is one too many: at most {MOST_PAGES} pages are read for one resource");
                return Err(self.incomplete(&name, what, false));
            }
            match pager.after(&page.seen).map_err(|gap| self.incomplete(&name, gap.what, gap.changed))? {
                After::Done => break,
                After::Ask(next) => ask = next,
            }
        }
        Ok(())
    }

    fn incomplete(&self, page: &str, what: String, changed: bool) -> SourceError {
        let url = address::parse(&self.call.url).map_or_else(|_| self.job.name.to_owned(), |url| address::shown(&url));
        SourceError::Incomplete { url, page: page.to_owned(), what, changed }
    }

    /// Lands one page, and looks at it. An answer that ends too early is asked for again.
    async fn page(&mut self, partition: &Partition, ask: &Ask, number: u64, name: &str) -> Result<Page, SourceError> {
        let of_page = |error| SourceError::OfPage { page: name.to_owned(), error: Box::new(error) };
        let mut tried = 0;
        loop {
            tried += 1;
            let key = self.key().await.map_err(of_page)?;
            let asked = request::asked(self.call, partition, ask, key.as_ref()).map_err(of_page)?;
            let Some(got) = self.ask(&asked).await.map_err(of_page)? else {
                if number > 1 {
                    return Err(self.incomplete(
                        name,
                        "is not there, and the page before it leads to it".into(),
                        false,
                    ));
                }
                // The manifest says that such an answer means that there is nothing: the proof has nothing to prove.
                return Ok(Page { file: None, seen: Seen { stated: Some("0".into()), ..Seen::default() } });
            };
            match self.looked_at(&asked, got, partition, number).await {
                Err(Unread::Again) if tried < self.fetcher.client.limits.tries => {
                    tokio::time::sleep(self.fetcher.client.wait(tried)).await;
                }
                Err(Unread::Again) => {
                    let url = address::shown(&asked.url);
                    let (tries, expected) = (format!(" after {tried} tries"), String::new());
                    return Err(of_page(SourceError::CutShort { url, tries, received: 0, expected }));
                }
                Err(Unread::Page(what)) => return Err(self.incomplete(name, what, false)),
                Err(Unread::Other(error)) => return Err(of_page(error)),
                Ok(page) => return Ok(page),
            }
        }
    }

    async fn ask(&self, asked: &Asked) -> Result<Option<Got>, SourceError> {
        let call = self.call;
        let by_status = |wanted: &(crate::connector::Answer, Reaction)| wanted.0.holds.is_none();
        let more = More {
            headers: asked.headers.clone(),
            body: asked.body.clone(),
            keys: self.secret.iter().chain(self.token.iter().map(|(token, _)| token)).cloned().collect(),
            secret: call.auth.as_ref().map(|auth| auth.secret.clone()),
            rate: call.rate,
            reactions: call
                .answers
                .iter()
                .filter(|wanted| by_status(wanted))
                .map(|(on, what)| (on.status, *what))
                .collect(),
        };
        let homepage = self.job.connector.manifest.homepage.as_deref();
        let wanted = Wanted { url: &asked.url, hosts: &call.hosts, homepage, more: Some(&more) };
        let before = self.bytes;
        let progress = |bytes, _| (self.job.progress)(before + bytes, None);
        self.fetcher.client.get(wanted, self.job.landing, &progress).await
    }

    /// The secret as requests take it: itself, or the token that it is changed for.
    async fn key(&mut self) -> Result<Option<Key>, SourceError> {
        let (Some(auth), Some(secret)) = (&self.call.auth, &self.secret) else { return Ok(None) };
        let Goes::ForToken { url, client, scope } = &auth.goes else { return Ok(Some(secret.clone())) };
        let now = tokio::time::Instant::now();
        if let Some((token, _)) = self.token.as_ref().filter(|(_, until)| *until > now) {
            return Ok(Some(token.clone()));
        }
        let (token, lasts) = self.fetcher.client.token(url, client, secret, scope.as_deref(), &auth.secret).await?;
        self.token = Some((token.clone(), now + lasts));
        Ok(Some(token))
    }

    async fn looked_at(&mut self, asked: &Asked, got: Got, partition: &Partition, number: u64) -> Result<Page, Unread> {
        let call = self.call;
        self.bytes += got.landed.bytes;
        let keys: Vec<Key> = self.secret.iter().chain(self.token.iter().map(|(token, _)| token)).cloned().collect();
        let (stated, leads) = (
            call.complete.as_ref().and_then(|complete| complete.place()),
            call.pages.as_ref().and_then(|pages| pages.leads()),
        );
        let mut paths: Vec<JsonPath> = Vec::new();
        let mut at = |place: Option<&Place>| match place {
            Some(Place::Path(path)) => {
                paths.push(path.clone());
                Some(paths.len() - 1)
            }
            _ => None,
        };
        let (stated_at, leads_at) = (at(stated), at(leads));
        let meant: Vec<(JsonPath, Reaction)> =
            call.answers.iter().filter_map(|(on, what)| Some((on.holds.clone()?, *what))).collect();
        let meant_at = paths.len();
        paths.extend(meant.iter().map(|(path, _)| path.clone()));
        // What most publishers call it, where the rows stand elsewhere in the document.
        let error: Option<JsonPath> = call.records.is_some().then(|| "$.error".parse().ok()).flatten();
        let error_at = paths.len();
        paths.extend(error);
        let (path, format, records) = (got.landed.path.clone(), call.format, call.records.clone());
        let probed = tokio::task::spawn_blocking(move || {
            for key in keys {
                if answer::holds(&path, key.expose().as_bytes()).map_err(Unreadable::Io)? {
                    return Ok(None);
                }
            }
            match format {
                Format::Json | Format::Csv => answer::probe(&path, format, records.as_ref(), &paths).map(Some),
                _ => Ok(Some(Probe { rows: Some(1), ..Probe::default() })),
            }
        });
        let probe = match probed.await.map_err(std::io::Error::from) {
            Err(error) | Ok(Err(Unreadable::Io(error))) => {
                return Err(Unread::Page(format!("cannot be read: {error}")));
            }
            Ok(Err(Unreadable::CutShort)) => return Err(Unread::Again),
            Ok(Err(Unreadable::Malformed(what))) => {
                return Err(Unread::Page(format!("is not {}: {what}", call.format.extension())));
            }
            Ok(Ok(None)) => {
                let secret = call.auth.as_ref().map(|auth| auth.secret.as_str()).unwrap_or_default();
                // What was landed would keep the secret for good.
                self.job.landing.forget(&got.landed.sha256).map_err(|error| Unread::Other(error.into()))?;
                return Err(Unread::Page(format!(
                    "repeats the secret `{secret}`, and is not kept; tell the publisher"
                )));
            }
            Ok(Ok(Some(probe))) => probe,
        };
        let found = |index: Option<usize>| index.and_then(|index| probe.found.get(index).cloned().flatten());
        let holds = |index: usize| found(Some(index)).filter(|text| !matches!(text.as_str(), "" | "false" | "0"));
        for (index, (path, what)) in (meant_at..).zip(&meant) {
            if let Some(text) = holds(index) {
                match what {
                    Reaction::Empty if number == 1 => {
                        return Ok(Page { file: None, seen: Seen { stated: Some("0".into()), ..Seen::default() } });
                    }
                    Reaction::Wait | Reaction::Retry => return Err(Unread::Again),
                    Reaction::Empty | Reaction::Fail => return Err(Unread::Page(format!("says `{text}` at {path}"))),
                }
            }
        }
        let is_error_told = meant.iter().any(|(path, _)| path.to_string() == "$.error");
        if let Some(text) = holds(error_at).filter(|_| !is_error_told) {
            return Err(Unread::Page(format!("says `{text}` at $.error")));
        }
        let Some(rows) = probe.rows else {
            let path = call.records.as_ref().map(ToString::to_string).unwrap_or_default();
            return Err(Unread::Page(format!("has nothing at {path}, where `records` looks for the rows")));
        };
        if call.pages.is_none() && call.format == Format::Json {
            refuse_unfollowed(&got.landed.path, &got.headers).await.map_err(Unread::Page)?;
        }
        let header = |place: Option<&Place>| match place {
            Some(Place::Header(name)) => named(&got.headers, name),
            _ => None,
        };
        let seen = Seen {
            rows,
            hash: probe.hash.clone(),
            stated: found(stated_at).or_else(|| header(stated)),
            leads: found(leads_at).or_else(|| header(leads)).filter(|text| !text.trim().is_empty()),
        };
        let file = (rows > 0).then(|| Fetched {
            name: self.file_name(asked, partition, number),
            source: asked.shown.clone(),
            landed: got.landed,
            each: partition.value.clone(),
        });
        Ok(Page { file, seen })
    }

    /// `locations.json`; of several, `locations E08000012 3.json`.
    fn file_name(&self, asked: &Asked, partition: &Partition, number: u64) -> String {
        let whole = address::file_name(&asked.url, self.job.name, self.call.format);
        let (stem, extension) = whole.rsplit_once('.').unwrap_or((&whole, ""));
        let each = partition.value.as_deref().map(|value| {
            let letter = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '-' };
            format!(" {}", value.chars().take(40).map(letter).collect::<String>())
        });
        let page = self.call.pages.is_some().then(|| format!(" {number}"));
        format!("{stem}{}{}.{extension}", each.unwrap_or_default(), page.unwrap_or_default())
    }
}

/// Why a page that came is not taken.
enum Unread {
    /// It ends too early.
    Again,
    /// In a sentence that goes on from the page's name.
    Page(String),
    Other(SourceError),
}

/// What a header says; of `Link`, the address of the next page.
fn named(headers: &HeaderMap, name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case(LINK.as_str()) {
        return next_link(headers);
    }
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The address of the next page that `Link` gives (RFC 8288).
fn next_link(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(LINK).iter().filter_map(|line| line.to_str().ok());
    // An address may hold commas: each link begins with its bracket.
    lines.flat_map(|line| line.split('<').skip(1)).find_map(|link| {
        let (address, params) = link.split_once('>')?;
        let is_next = params.split([';', ',']).any(|param| {
            let (name, value) = param.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').split_whitespace().any(|word| word.eq_ignore_ascii_case("next"))
        });
        is_next.then(|| address.to_owned())
    })
}
