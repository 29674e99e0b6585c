//! One kind of question, asked of each side in turn.

use super::questions::{Names, Question, Side};
use crate::load::{Asking, Load, load};
use crate::measure::per_second;
use anyhow::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Rounds of each side, one after the other.
const ROUNDS: usize = 5;

/// How the question is asked.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Of each round.
    pub time: Duration,
    /// At once.
    pub connections: usize,
}

/// What came of one side.
struct Measured {
    side: Side,
    address: SocketAddr,
    asking: Asking,
    numbers: Arc<AtomicU64>,
    load: Load,
}

/// Asks each side for some rounds, one after the other, and prints how fast they were.
pub async fn run(
    sides: &[(Side, SocketAddr)],
    question: &'static Question,
    names: &Arc<Names>,
    pace: Pace,
) -> Result<()> {
    let mut all: Vec<Measured> = sides
        .iter()
        .map(|&(side, address)| Measured {
            side,
            address,
            asking: asking(question, names, side),
            numbers: Arc::new(AtomicU64::new(1)),
            load: Load::default(),
        })
        .collect();
    // The first round of each warms up and is not counted.
    for counted in (0..=ROUNDS).map(|round| round > 0) {
        for one in &mut all {
            let done = load(one.address, pace.connections, pace.time, &one.numbers, &one.asking).await?;
            if counted {
                one.load.add(done);
            }
        }
    }
    println!("  {}: {}", question.name, question.about);
    let mut of_hub = (0.0, 0.0);
    for Measured { side, load, .. } in &mut all {
        let a_second = per_second(load.delays.len() as u64, load.time);
        let millis = |time: Duration| time.as_secs_f64() * 1000.0;
        let (half, most) = (millis(load.percentile(50)), millis(load.percentile(99)));
        let ratios = if *side == Side::Hub {
            of_hub = (a_second, most);
            String::new()
        } else {
            format!("   hub ÷ this {:.2}, its p99 ÷ this {:.2}", of_hub.0 / a_second, of_hub.1 / most)
        };
        println!("    {:<14} {a_second:>8.0} answers/s   p50 {half:>7.2} ms   p99 {most:>7.2} ms{ratios}", side.name());
    }
    Ok(())
}

/// The questions of one kind to one side, by number.
pub fn asking(question: &'static Question, names: &Arc<Names>, side: Side) -> Asking {
    let names = Arc::clone(names);
    Arc::new(move |number| question.request(&names, side, number))
}
