//! The limits of a run, as the run sees them: whoever measures it says when it has passed one.

use super::report::Problem;
use crate::connector::{Limit, Limits};
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;

/// Tells a run that it has passed a limit. The default is never passed. Clones are one fence.
#[derive(Clone, Debug, Default)]
pub struct Fence {
    passed: Arc<OnceLock<Problem>>,
    signal: CancellationToken,
}

impl Fence {
    /// The limit is passed: the run ends as stopped, unless it is publishing already. Of two limits, the first counts.
    pub fn pass(&self, limits: &Limits, limit: Limit) {
        let (code, message) = limits.passed(limit);
        // Whoever came second changes nothing.
        let _ = self.passed.set(Problem { code: code.into(), message });
        self.signal.cancel();
    }

    /// Waits until a limit is passed, and says which.
    pub(super) async fn passed(&self) -> Problem {
        loop {
            self.signal.cancelled().await;
            if let Some(problem) = self.passed.get() {
                return problem.clone();
            }
        }
    }
}
