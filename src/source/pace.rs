//! Politeness: how long to wait before a request, and after a refusal.

use crate::connector::{Interval, Rate};
use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Keeps requests to one host apart.
#[derive(Debug)]
pub(super) struct Pace {
    apart: Duration,
    hosts: Mutex<HashMap<String, Host>>,
}

/// What a host was asked, and when it may be asked next.
#[derive(Debug, Default)]
struct Host {
    /// When the budget is whole again; nothing where it was never asked.
    whole: Option<Instant>,
    /// The newest requests, as many as may be made at once.
    recent: VecDeque<Instant>,
}

impl Host {
    /// When the next request may be made, and takes it down.
    ///
    /// Over a long time it is `requests` in each `per`; what was not used of it may be made up for, at most `burst` at once and
    /// never more than that within one `per`.
    fn next(&mut self, now: Instant, rate: Rate) -> Instant {
        let apart = rate.per.0 / rate.requests.max(1);
        let burst = rate.burst.unwrap_or(rate.requests).max(1);
        let spare = apart * (burst - 1);
        let whole = self.whole.map_or(now, |whole| whole.max(now));
        let mut turn = now.max(whole.checked_sub(spare).unwrap_or(now));
        while self.recent.len() >= burst as usize {
            turn = self.recent.pop_front().map_or(turn, |first| turn.max(first + rate.per.0));
        }
        self.recent.push_back(turn);
        self.whole = Some(whole.max(turn) + apart);
        turn
    }
}

impl Pace {
    pub fn new(apart: Duration) -> Self {
        Self { apart, hosts: Mutex::default() }
    }

    /// Waits until it is this request's turn. Without a rate of its own, requests are the default time apart.
    pub async fn turn(&self, host: &str, rate: Option<Rate>) {
        let now = Instant::now();
        let rate = rate.unwrap_or(Rate { requests: 1, per: Interval(self.apart), burst: None });
        let turn = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            hosts.entry(host.to_owned()).or_default().next(now, rate)
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
        tokio::join!(pace.turn("a", None), pace.turn("b", None), pace.turn("a", None), pace.turn("a", None));
        assert!((80..200).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    }

    #[test]
    fn a_rate_is_kept_over_a_minute_and_its_burst_within_a_second() {
        let rate = Rate { requests: 15, per: Interval(Duration::from_secs(1)), burst: Some(30) };
        let (start, mut host) = (Instant::now(), Host::default());
        let mut now = start;
        let turns: Vec<Instant> = (0..2_000)
            .map(|_| {
                now = host.next(now, rate);
                now
            })
            .collect();
        let within =
            |from: Instant, time: Duration| turns.iter().filter(|turn| **turn >= from && **turn < from + time).count();
        assert!(within(start, Duration::from_mins(1)) <= 15 * 60 + 30);
        for turn in &turns {
            assert!(within(*turn, Duration::from_secs(1)) <= 30);
        }
        assert_eq!(turns[29], start, "what was not used is made up for at once");
        // And it is not slower than it may be.
        assert!(within(start, Duration::from_mins(1)) >= 15 * 60 - 30);
    }
}
