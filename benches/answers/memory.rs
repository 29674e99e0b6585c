//! What many connections cost: the memory and the processor time of a hub in a process of its own.

use super::questions::{NAMED, Names, QUESTIONS, Side};
use super::rounds::asking;
use crate::hostile::process::{Target, cpu, memory, reset_peak};
use crate::load::load;
use crate::measure::{heading, per_second};
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Asks a new hub over each of these numbers of connections, and prints by how much its memory grew.
pub async fn run(
    data: &Path,
    database: Option<&str>,
    names: &Arc<Names>,
    time: Duration,
    connections: &[usize],
) -> Result<()> {
    heading(&format!("answers: memory of a hub in a process of its own, {NAMED} places"));
    let question = QUESTIONS.first().context("there is no question")?;
    // What one client may take is not measured here.
    let mut settings = vec!["--client-rate", "0", "--client-concurrency", "10000", "--client-connections", "10000"];
    settings.extend(["--max-connections", "20000"]);
    settings.extend(database.into_iter().flat_map(|url| ["--database-url", url]));
    for count in connections {
        let target = Target::start(Path::new(env!("CARGO_BIN_EXE_hub")), data, &settings)?;
        let id = target.id().context("the hub has no process")?;
        let (asking, numbers) = (asking(question, names, Side::Hub), Arc::new(AtomicU64::new(1)));
        // One connection: what the hub keeps of the first questions is not what further connections cost.
        load(target.address, 1, time, &numbers, &asking).await?;
        let (before, used) = (memory(id), cpu(id));
        reset_peak(id);
        let done = load(target.address, *count, time * 5, &numbers, &asking).await?;
        let ((before, _), (after, most)) = before.zip(memory(id)).context("this system does not tell the memory")?;
        let used = cpu(id).zip(used).map_or(0.0, |(now, before)| now - before);
        let answers = done.delays.len() as u64;
        let mib = |bytes: u64| bytes >> 20;
        println!(
            "  {count:>4} connections {:>8.0} answers/s   {:>6.2} ms of the hub's processor time each   {:>5} MiB before, \
             {:>5} after, {:>5} at most",
            per_second(answers, done.time),
            1000.0 / per_second(answers, Duration::from_secs_f64(used)),
            mib(before),
            mib(after),
            mib(most)
        );
    }
    Ok(())
}
