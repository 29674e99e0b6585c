//! Politeness: how long to wait before a request, and after a refusal.

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Keeps requests to one host apart.
#[derive(Debug)]
pub(super) struct Pace {
    apart: Duration,
    next: Mutex<HashMap<String, Instant>>,
}

impl Pace {
    pub fn new(apart: Duration) -> Self {
        Self { apart, next: Mutex::default() }
    }

    /// Waits until it is this request's turn.
    pub async fn turn(&self, host: &str) {
        let now = Instant::now();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = next.get(host).map_or(now, |next| now.max(*next));
            next.insert(host.to_owned(), turn + self.apart);
            turn
        };
        sleep_until(turn).await;
    }
}

/// How long the server asks to wait: seconds, or a moment, which is compared with the server's own clock.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = |text| DateTime::parse_from_rfc2822(text).ok();
    // A moment that has passed is no wait at all.
    Some((moment(asked)? - moment(text(DATE)?)?).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn asked(pairs: &[(HeaderName, &'static str)]) -> Option<u64> {
        let pairs = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        retry_after(&pairs.collect()).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_seconds_or_a_moment() {
        let date = || (DATE, "Tue, 31 Dec 2024 23:59:30 GMT");
        assert_eq!(asked(&[(RETRY_AFTER, " 7 ")]), Some(7));
        assert_eq!(asked(&[date(), (RETRY_AFTER, "Wed, 01 Jan 2025 00:00:10 GMT")]), Some(40));
        assert_eq!(asked(&[date(), (RETRY_AFTER, "Mon, 30 Dec 2024 00:00:00 GMT")]), Some(0));
        assert_eq!(asked(&[(RETRY_AFTER, "Wed, 01 Jan 2025 00:00:10 GMT")]), None);
        assert_eq!(asked(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(asked(&[]), None);
    }

    #[tokio::test]
    async fn requests_to_one_host_are_kept_apart() {
        let pace = Pace::new(Duration::from_millis(40));
        let start = Instant::now();
        tokio::join!(pace.turn("a"), pace.turn("b"), pace.turn("a"), pace.turn("a"));
        assert!((80..200).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    }
}
