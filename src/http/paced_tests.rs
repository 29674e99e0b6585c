//! Each deadline: exactly on the pace, which is told the time, and roughly on real bytes.

use super::{Deadlines, Pace, Paced};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const USUAL: Deadlines =
    Deadlines { first: secs(10), head: secs(10), idle: secs(75), stalled: secs(30), answer: secs(300) };

/// A pace, and the moment at which its connection began.
fn begun() -> (Pace, Instant) {
    let start = Instant::now();
    (Pace::new(USUAL, start), start)
}

#[test]
fn a_first_request_has_ten_seconds_however_it_comes() {
    let (pace, start) = begun();
    for second in 0..60 {
        let now = start + secs(second);
        assert_eq!(pace.receive_by(now), Some(start + secs(10)));
        pace.received(now);
    }
}

#[test]
fn a_kept_connection_may_pause_longer_than_its_next_request_may_take() {
    let (pace, start) = begun();
    pace.asked();
    assert_eq!((pace.receive_by(start + secs(3600)), pace.waiting_since()), (None, None), "it is being answered");
    let end = start + secs(5);
    pace.answered(end);
    assert_eq!((pace.receive_by(end), pace.waiting_since()), (Some(end + secs(75)), Some(end)));
    for second in 60..100 {
        pace.received(end + secs(second));
        assert_eq!(pace.receive_by(end + secs(second)), Some(end + secs(70)), "from its first byte");
    }
    pace.asked();
    pace.answered(end + secs(100));
    assert_eq!(pace.receive_by(end + secs(100)), Some(end + secs(175)));
}

#[test]
fn what_is_still_on_its_way_is_no_pause() {
    let (pace, start) = begun();
    pace.asked();
    // As hyper does it: handed over at once, sent little by little, while the next request is awaited.
    pace.answered(start);
    for second in 0..200 {
        let now = start + secs(second);
        assert!(pace.receive_by(now).is_some_and(|by| by > now));
        pace.sent(now);
    }
    assert_eq!(pace.receive_by(start + secs(200)), Some(start + secs(199 + 75)));
}

#[test]
fn an_answer_that_is_not_taken_ends_and_so_does_one_taken_byte_by_byte() {
    let (pace, start) = begun();
    pace.asked();
    assert_eq!(pace.send_by(start), start + secs(30));
    assert_eq!(pace.send_by(start + secs(29)), start + secs(30), "asking again is no progress");
    for step in 1..=14 {
        let now = start + secs(20 * step);
        pace.sent(now);
        assert_eq!(pace.send_by(now), (now + secs(30)).min(start + secs(300)));
    }
    // The next answer has its own time.
    pace.asked();
    pace.sent(start + secs(290));
    assert_eq!(pace.send_by(start + secs(290)), start + secs(320));
}

#[test]
fn one_that_is_to_leave_leaves_once_nothing_is_asked() {
    let (pace, start) = begun();
    pace.asked();
    pace.leave();
    assert_eq!(pace.receive_by(start), None, "it is answered first");
    pace.answered(start);
    assert_eq!((pace.receive_by(start + secs(1)), pace.waiting_since()), (Some(start + secs(1)), None));
}

/// A tick of the tests on real bytes.
const TICK: Duration = Duration::from_millis(10);
const QUICK: Deadlines = Deadlines {
    first: TICK.saturating_mul(10),
    head: TICK,
    idle: secs(60),
    stalled: TICK.saturating_mul(30),
    answer: secs(2),
};

/// The client's end, and the hub's end with its pace. So many bytes may be on their way.
fn connected(on_the_way: usize) -> (DuplexStream, Paced<DuplexStream>, Arc<Pace>) {
    let (client, hub) = duplex(on_the_way);
    let pace = Arc::new(Pace::new(QUICK, Instant::now()));
    (client, Paced::new(hub, Arc::clone(&pace)), pace)
}

/// Reads until it fails, and says why.
async fn read_out(hub: &mut Paced<DuplexStream>) -> ErrorKind {
    let mut buffer = [0; 64];
    let reading = async {
        loop {
            match hub.read(&mut buffer).await {
                Ok(0) => return ErrorKind::UnexpectedEof,
                Ok(_) => {}
                Err(error) => return error.kind(),
            }
        }
    };
    tokio::time::timeout(secs(20), reading).await.expect("it ends")
}

#[tokio::test]
async fn bytes_that_drip_in_end() {
    let (mut client, mut hub, _) = connected(64);
    let dripping = tokio::spawn(async move {
        while client.write_all(b"x").await.is_ok() {
            sleep(TICK).await;
        }
    });
    let started = Instant::now();
    assert_eq!(read_out(&mut hub).await, ErrorKind::TimedOut);
    assert!(started.elapsed() >= QUICK.first);
    dripping.abort();
}

#[tokio::test]
async fn nothing_that_comes_ends_and_a_client_that_goes_is_not_late() {
    let (client, mut hub, _) = connected(64);
    assert_eq!(read_out(&mut hub).await, ErrorKind::TimedOut);
    drop(client);
    let (client, mut hub, _) = connected(64);
    drop(client);
    assert_eq!(read_out(&mut hub).await, ErrorKind::UnexpectedEof);
    assert_ne!(hub.write_all(&[0; 1000]).await.expect_err("nobody is there").kind(), ErrorKind::TimedOut);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_ends() {
    let (client, mut hub, pace) = connected(64);
    pace.asked();
    let started = Instant::now();
    let error = hub.write_all(&[0; 1000]).await.expect_err("nobody reads");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(started.elapsed() >= QUICK.stalled && started.elapsed() < QUICK.answer, "{:?}", started.elapsed());
    drop(client);
}

#[tokio::test]
async fn an_answer_that_is_sipped_for_too_long_ends() {
    let (mut client, mut hub, pace) = connected(1);
    pace.asked();
    let sipping = tokio::spawn(async move {
        let mut byte = [0; 1];
        while client.read_exact(&mut byte).await.is_ok() {
            sleep(TICK).await;
        }
    });
    let started = Instant::now();
    let error = hub.write_all(&[0; 10_000]).await.expect_err("too slow");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(started.elapsed() >= QUICK.answer, "{:?}", started.elapsed());
    sipping.abort();
}

#[tokio::test]
async fn what_came_before_it_was_asked_to_leave_is_read() {
    let (mut client, mut hub, pace) = connected(64);
    client.write_all(b"x").await.expect("sent");
    pace.leave();
    let mut byte = [0; 1];
    assert_eq!(hub.read(&mut byte).await.expect("what had come"), 1);
    assert_eq!(read_out(&mut hub).await, ErrorKind::TimedOut);
}
