//! The limits of a run, measured by the process itself; and a process that is attached to the one that started it.
//!
//! Both are kept by threads, not by the runtime: SQL that never yields may keep all of its workers busy.

use super::complain;
use crate::connector::{Limit, Limits};
use crate::sync::Fence;
use std::io::Read;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often time and memory are looked at.
const EVERY: Duration = Duration::from_millis(50);
/// How long a run may take to end once it has passed a limit, or lost the process that started it. It is then cut off.
const GRACE: Duration = Duration::from_secs(4);
/// How much lower its priority is than that of the process that started it.
const NICE: i32 = 10;

/// Measures a run until it is dropped.
pub struct Watch {
    _ends: Sender<()>,
}

impl Watch {
    /// Begins measuring. The fence hears when a limit is passed; allocations far beyond the limit of memory fail, which
    /// ends the process at once.
    pub fn begin(limits: Limits, fence: Fence) -> Self {
        limit_data(Some(limits.memory.0 + limits.memory.0 / 8));
        let begun = Instant::now();
        let (ends, ended) = channel::<()>();
        std::thread::spawn(move || {
            let limit = loop {
                if !matches!(ended.recv_timeout(EVERY), Err(RecvTimeoutError::Timeout)) {
                    return;
                }
                if begun.elapsed() >= limits.time.0 {
                    break Limit::Time;
                }
                if resident().is_some_and(|bytes| bytes > limits.memory.0) {
                    break Limit::Memory;
                }
            };
            fence.pass(&limits, limit);
            if matches!(ended.recv_timeout(GRACE), Err(RecvTimeoutError::Timeout)) {
                complain(&anyhow::anyhow!("{}", limits.passed(limit).1));
                std::process::exit(1);
            }
        });
        Self { _ends: ends }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        limit_data(None);
    }
}

/// Lowers this process's priority, names it to the system as the first to give up when memory is short, and ends it when
/// its stdin closes: whoever held the other end has died. Called before there are other threads, since each thread has a
/// priority of its own that it takes from the one that starts it.
pub fn attach() {
    #[cfg(unix)]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "the priority of the run could not be lowered");
    }
    if cfg!(target_os = "linux")
        && let Err(error) = std::fs::write("/proc/self/oom_score_adj", "500")
    {
        tracing::debug!(%error, "the run could not be named as the first to end when memory is short");
    }
    std::thread::spawn(|| {
        // Nothing is ever written to it; it ends, by whatever error, when its writer is gone.
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        super::stop::ask_this_process();
        std::thread::sleep(GRACE);
        std::process::exit(1);
    });
}

/// The bytes of memory that this process holds, where the system tells.
fn resident() -> Option<u64> {
    crate::schedule::resident("self")
}

/// Limits the data of this process (heap and private pages), or lifts that limit again. Where the system cannot, the
/// measure of what is resident stands alone.
#[cfg(unix)]
fn limit_data(bytes: Option<u64>) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Data);
    let current = match (bytes, now.maximum) {
        (Some(bytes), Some(most)) => Some(bytes.min(most)),
        (bytes, most) => bytes.or(most),
    };
    if let Err(error) = setrlimit(Resource::Data, Rlimit { current, maximum: now.maximum }) {
        tracing::debug!(%error, "the data of this process could not be limited");
    }
}

#[cfg(not(unix))]
fn limit_data(_: Option<u64>) {}
