//! Hostile questions and connections, one after the other, against a hub in a process of its own: what each costs the hub,
//! and what another client notices of it.
//!
//! The goals: a question ends within two seconds of processor time or is refused; memory grows by at most 100 MiB; another
//! client's 99th percentile stays within three times that of an idle hub; `/health/live` answers within 100 ms.

mod clients;
mod measured;
mod misuse;
pub mod process;
mod questions;
mod rows;
mod steady;
mod store;

use crate::load::post;
use crate::measure::heading;
use anyhow::{Context, Result, bail};
use clients::{Outcomes, ask};
use measured::{Measured, Rest, millis};
use misuse::misuse;
use process::{Target, at_rest, cpu, ended_for_size, memory, reset_peak};
use questions::hostile_questions;
use rows::{FLOOD, Row, all};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use steady::Steady;
use store::{World, world};

/// How long the hub is watched before anything hostile.
const IDLE: Duration = Duration::from_secs(5);
/// How long connections are misused: longer than the hub lets a client take nothing.
const MISUSED: Duration = Duration::from_secs(45);

/// The clients that notice come from 127.0.0.2 and 127.0.0.3. Each row is hostile from an address of its own, counted from
/// this one, so that no row meets what the hub limits because of the rows before it.
const OTHER: u8 = 2;
const HEALTH: u8 = 3;
const HOSTILE: u8 = 10;

/// What is chosen.
pub struct Choice {
    /// Only rows whose name holds this.
    pub only: Option<String>,
    /// How long each question is asked again and again.
    pub time: Duration,
    /// The hub to measure instead of the one that was built beside this benchmark.
    pub hub: Option<PathBuf>,
    /// A hub that runs already, over the same data; its processor time and memory are not seen.
    pub url: Option<String>,
}

/// Measures every row.
pub async fn run(choice: Choice) -> Result<()> {
    heading("hostile: what one client can do to the hub, and what another notices");
    let built = PathBuf::from(env!("CARGO_BIN_EXE_hub"));
    let world = world(&built).await?;
    println!("  data: {}", world.folder.display());
    let hub = choice.hub.clone().unwrap_or(built);
    let mut target = started(&choice, &hub, &world)?;
    let mut watch = Watch::over(target.address, &world);
    let mut rest = idle(&target, &watch).await?;
    let mut rows = Vec::new();
    println!("  {:<58} {:>8} {:>8} {:>8} {:>9} {:>9}  outcome", "", "seconds", "CPU s", "MiB", "p99 ms", "health");
    for (row, from) in all(&world).into_iter().zip(HOSTILE..) {
        if choice.only.as_ref().is_some_and(|only| !row.name().contains(only.as_str())) {
            continue;
        }
        let measured = measure(&row, from, &world, &target, &watch, &rest, choice.time).await;
        println!("{}", measured.shown());
        let (ended, rests) = (target.has_ended(), measured.rests);
        rows.push(Measured { ended, ..measured });
        // A hub that still works for a client who has gone would be measured in the next row.
        if ended || !rests {
            println!("  the hub {}, and is started again", if ended { "ended" } else { "does not come to rest" });
            target = started(&choice, &hub, &world)?;
            watch = Watch::over(target.address, &world);
            rest = idle(&target, &watch).await?;
        }
    }
    let missed: Vec<_> = rows.iter().filter_map(|row| Some((row, row.missed(&rest)?))).collect();
    println!("  {} of {} rows meet the goals", rows.len() - missed.len(), rows.len());
    for (row, why) in missed {
        println!("    missed: {:<58} {why}", row.name);
    }
    Ok(())
}

fn started(choice: &Choice, hub: &Path, world: &World) -> Result<Target> {
    match &choice.url {
        Some(url) => {
            let address = url.trim_start_matches("http://").trim_end_matches('/');
            Ok(Target::running(address.parse().context("--url is http://ADDRESS:PORT")?))
        }
        None => Target::start(hub, &world.folder, &[]),
    }
}

/// The clients that notice.
struct Watch {
    others: Steady,
    health: Steady,
}

impl Watch {
    fn over(address: SocketAddr, world: &World) -> Self {
        let (indicators, councils) = (world.indicators.clone(), world.councils.clone());
        let small = move |number: u64| {
            let pick = |length: usize| usize::try_from(number.wrapping_mul(7_919)).unwrap_or(0) % length.max(1);
            let (indicator, sex) = &indicators[pick(indicators.len())];
            let area = &councils[pick(councils.len())];
            // Another text each time, so that no answer is taken from the cache.
            let query = format!(
                "query S{number} {{ observations(where: {{indicators: [\\\"{indicator}\\\"], areas: [\\\"{area}\\\"], \
                 sex: [\\\"{sex}\\\"], periods: {{latest: true}}}}) {{ nodes {{ value }} }} }}"
            );
            post("/graphql", &format!("{{\"query\":\"{query}\"}}"))
        };
        let live = |_| b"GET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n".to_vec();
        Self {
            others: Steady::start(OTHER, address, Duration::from_millis(10), true, small),
            health: Steady::start(HEALTH, address, Duration::from_millis(20), false, live),
        }
    }
}

async fn idle(target: &Target, watch: &Watch) -> Result<Rest> {
    // The first answers load the catalogue.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let _ = (watch.others.take(), watch.health.take());
    let before = target.id().and_then(cpu);
    let started = Instant::now();
    tokio::time::sleep(IDLE).await;
    let after = target.id().and_then(cpu);
    let (mut others, health) = (watch.others.take(), watch.health.take());
    if others.delays.len() < 20 || others.lost > 0 {
        bail!("the small question is not answered by an idle hub: {others:?}");
    }
    let cpu = before.zip(after).map_or(0.0, |(before, after)| (after - before) / started.elapsed().as_secs_f64());
    let p99 = others.p99();
    println!(
        "  idle: p99 of the small question {:.1} ms over {} answers, longest /health/live {:.1} ms, {cpu:.2} CPU s a second",
        millis(p99),
        others.delays.len(),
        millis(health.longest())
    );
    Ok(Rest { p99, cpu })
}

async fn measure(
    row: &Row,
    from: u8,
    world: &World,
    target: &Target,
    watch: &Watch,
    rest: &Rest,
    time: Duration,
) -> Measured {
    let (id, address) = (target.id(), target.address);
    let _ = (watch.others.take(), watch.health.take());
    let before = id.and_then(|id| {
        reset_peak(id);
        Some((cpu(id)?, memory(id)?.0))
    });
    let guard = tokio::spawn(async move {
        let Some(id) = id else { return };
        while !ended_for_size(id) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let started = Instant::now();
    let (mut outcomes, mut asked) = (Outcomes::new(), 0_u32);
    match row {
        Row::Question(question) => {
            // At least once, then again and again: a hostile client does not stop.
            while asked == 0 || started.elapsed() < time {
                let outcome = ask(from, address, &(question.asking)(next())).await;
                *outcomes.entry(outcome).or_default() += 1;
                asked += 1;
            }
        }
        Row::Flood(_, at) => {
            let Some(question) = hostile_questions(world).into_iter().nth(*at) else { unreachable!("it was found") };
            let asking = Arc::new(question.asking);
            let tasks: Vec<_> = (0..FLOOD)
                .map(|_| {
                    let asking = Arc::clone(&asking);
                    tokio::spawn(async move { ask(from, address, &asking(next())).await })
                })
                .collect();
            for task in tasks {
                let outcome = task.await.unwrap_or_else(|_| "failed".to_owned());
                *outcomes.entry(outcome).or_default() += 1;
            }
            asked = 1;
        }
        Row::Misused(_, kind) => {
            // Long, and answered whatever the limits of questions are.
            let costly = b"GET /schema.graphql HTTP/1.1\r\nhost: hub\r\n\r\n";
            outcomes = misuse(*kind, from, address, MISUSED, costly).await;
            asked = 1;
        }
    }
    let asking = started.elapsed();
    // What goes on after the client has gone counts too.
    let rests = match id {
        Some(id) => at_rest(id, rest.cpu, Duration::from_secs(30)).await,
        None => true,
    };
    let whole = started.elapsed().as_secs_f64();
    guard.abort();
    let after = id.and_then(|id| Some((cpu(id)?, memory(id)?.1)));
    let each = |seconds: f64| seconds / f64::from(asked);
    Measured {
        name: row.name(),
        ordinary: row.ordinary(),
        seconds: each(asking.as_secs_f64()),
        cpu: before.zip(after).map(|(before, after)| each((after.0 - before.0 - rest.cpu * whole).max(0.0))),
        grown: before.zip(after).map(|(before, after)| after.1.saturating_sub(before.1)),
        others: watch.others.take(),
        health: watch.health.take(),
        outcomes,
        ended: false,
        rests,
    }
}

/// A number that no question of this run had.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
