//! The hub's process under attack: its processor time, its memory, and its end when it takes too much of this machine.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A hub that takes more than this is ended before the machine suffers.
const MOST_BYTES: u64 = 4 << 30;

/// The kernel's ticks of processor time a second, on every Linux.
const TICKS: f64 = 100.0;

/// A hub, and where it answers.
pub struct Target {
    pub address: SocketAddr,
    /// None of one that runs elsewhere.
    child: Option<Child>,
}

impl Target {
    /// Starts this hub over that data folder. `more` are its further settings.
    pub fn start(hub: &Path, data: &Path, more: &[&str]) -> Result<Self> {
        let mut child = Command::new(hub)
            .args(["serve", "--no-schedule", "--listen", "127.0.0.1:0"])
            .args(more)
            .env("HUB_DATA_DIR", data)
            .env("HUB_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the hub cannot be started")?;
        let mut lines = BufReader::new(child.stdout.take().context("the hub has no stdout")?).lines();
        let said = lines.next().context("the hub ended before it listened")??;
        // What else it says is read, or it would wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let address = said.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
        let Some(address) = address.and_then(|text| text.parse().ok()) else { bail!("no address in `{said}`") };
        Ok(Self { address, child: Some(child) })
    }

    /// One that somebody else started, of which only the answers are seen.
    pub fn running(address: SocketAddr) -> Self {
        Self { address, child: None }
    }

    /// Its process.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Whether its process has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_some()))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Seconds of processor time that a process has used, all its threads together.
pub fn cpu(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in brackets may hold spaces: what follows it begins with the third field.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// Bytes that are resident, and the most that were since [`reset_peak`].
pub fn memory(id: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

/// Lets the kernel count the peak anew.
pub fn reset_peak(id: u32) {
    // Where it may not be reset, the peak is that of the whole run: never too little.
    let _ = std::fs::write(format!("/proc/{id}/clear_refs"), "5");
}

/// Ends the process, by its number alone, if it takes too much; whether it did.
pub fn ended_for_size(id: u32) -> bool {
    let too_much = memory(id).is_some_and(|(now, _)| now > MOST_BYTES);
    if too_much {
        let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
    }
    too_much
}

/// Waits until the process does no more than it does at rest (processor seconds a second), at most so long; whether it does.
pub async fn at_rest(id: u32, rest: f64, patience: Duration) -> bool {
    const LOOK: Duration = Duration::from_millis(300);
    let started = std::time::Instant::now();
    while started.elapsed() < patience {
        let Some(before) = cpu(id) else { return true };
        tokio::time::sleep(LOOK).await;
        let Some(after) = cpu(id) else { return true };
        if (after - before) / LOOK.as_secs_f64() <= rest + 0.1 {
            return true;
        }
    }
    false
}
