//! What one request may cost, and what it has cost so far.

use super::{Advice, Refusal};
use crate::clock::thread_cpu;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::ThreadId;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// What one request may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Its cost: values that are answered, and places that are looked at for one series to judge or to add up.
    pub cost: usize,
    /// Bytes of the answer's texts and numbers.
    pub bytes: usize,
    /// Statements sent to the store; the look-up of the newest release is not counted.
    pub statements: usize,
    /// Figures read from the store.
    pub figures: usize,
    /// Time of a processor, once the question is worked on by a thread of its own.
    pub cpu: Duration,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            // A page of 1,000 figures with every usual field is about 45,000; README's scorecard of the 200 places that one
            // may have is 140,000.
            cost: 150_000,
            bytes: 16 * 1024 * 1024,
            statements: 60,
            figures: 200_000,
            // A build without optimisation is some ten times slower, and serves nobody but its developer.
            cpu: Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 }),
        }
    }
}

/// What one request has cost so far. Every list of the answer, every read of the store and every step of a long
/// computation spends it; what is used up ends the question.
#[derive(Debug)]
pub struct Budget {
    allowance: Allowance,
    /// The most that the question may come to, as it was worked out beforehand.
    estimated: AtomicUsize,
    /// What to ask for instead, where it asks for too much.
    advice: OnceLock<Advice>,
    cost: AtomicUsize,
    bytes: AtomicUsize,
    statements: AtomicUsize,
    figures: AtomicUsize,
    /// When nobody waits for the answer any more.
    until: OnceLock<Instant>,
    /// The thread that works on the question, and its time of a processor when it began.
    worker: OnceLock<(ThreadId, Duration)>,
    left: AtomicBool,
    /// Why the question ended, once something was used up; and whoever waits for that.
    over: OnceLock<Refusal>,
    bell: Notify,
}

impl Budget {
    /// A fresh budget.
    #[must_use]
    pub fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            estimated: AtomicUsize::default(),
            advice: OnceLock::new(),
            cost: AtomicUsize::default(),
            bytes: AtomicUsize::default(),
            statements: AtomicUsize::default(),
            figures: AtomicUsize::default(),
            until: OnceLock::new(),
            worker: OnceLock::new(),
            left: AtomicBool::default(),
            over: OnceLock::new(),
            bell: Notify::new(),
        }
    }

    /// What it allows.
    #[must_use]
    pub fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// What has been spent so far; of the time of a processor nothing is said.
    #[must_use]
    pub fn spent(&self) -> Allowance {
        let of = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Allowance {
            cost: of(&self.cost),
            bytes: of(&self.bytes),
            statements: of(&self.statements),
            figures: of(&self.figures),
            cpu: Duration::ZERO,
        }
    }

    /// Says what the question may come to at most: for the sentence that ends it.
    pub fn estimate(&self, cost: usize) {
        self.estimated.store(cost, Ordering::Relaxed);
    }

    /// What the question may come to at most.
    #[must_use]
    pub fn estimated(&self) -> usize {
        self.estimated.load(Ordering::Relaxed)
    }

    /// Says how the question could be narrowed: for the sentence that ends it.
    pub fn advise(&self, advice: Advice) {
        // Worked out once, with the estimate.
        let _ = self.advice.set(advice);
    }

    /// How the question could be narrowed.
    #[must_use]
    pub fn advice(&self) -> Advice {
        self.advice.get().copied().unwrap_or_default()
    }

    /// Says until when somebody waits.
    pub fn wait_until(&self, until: Instant) {
        // Said once, where the question comes in.
        let _ = self.until.set(until);
    }

    /// Says that this thread works on the question from now on.
    pub fn begin(&self) {
        // A question is given to one thread, once.
        let _ = self.worker.set((std::thread::current().id(), thread_cpu()));
    }

    /// Says that nobody waits any more: the client has gone, or was told that it took too long.
    pub fn leave(&self) {
        self.left.store(true, Ordering::SeqCst);
        self.bell.notify_waiters();
    }

    /// Waits until nobody waits any more.
    pub async fn gone(&self) {
        loop {
            let rung = self.bell.notified();
            if self.left.load(Ordering::SeqCst) {
                return;
            }
            rung.await;
        }
    }

    /// Why the question has ended; `None` while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<&Refusal> {
        self.over.get()
    }

    /// Waits until something is used up. The question is then over as a whole: what it has begun is dropped, not finished.
    pub async fn over(&self) -> Refusal {
        loop {
            let rung = self.bell.notified();
            if let Some(refusal) = self.over.get() {
                return refusal.clone();
            }
            rung.await;
        }
    }

    /// Ends the question; of several reasons the first counts.
    fn end(&self, why: Refusal) -> Refusal {
        let refusal = self.over.get_or_init(|| why).clone();
        self.bell.notify_waiters();
        refusal
    }

    /// Spends values that are answered, with the bytes of their texts and numbers.
    ///
    /// # Errors
    /// When the allowance is used up, or the time is.
    pub fn values(&self, count: usize, bytes: usize) -> Result<(), Refusal> {
        self.looked_at(count)?;
        let allowed = self.allowance.bytes;
        self.spend(&self.bytes, bytes, allowed, |spent| {
            format!(
                "the answer is longer than {allowed} bytes: it had {spent} when it was stopped. {}",
                self.advice().less_answered()
            )
        })
    }

    /// Spends places that are looked at for one series.
    ///
    /// # Errors
    /// As [`Self::values`].
    pub fn looked_at(&self, places: usize) -> Result<(), Refusal> {
        let (allowed, estimated) = (self.allowance.cost, self.estimated());
        self.spend(&self.cost, places, allowed, |spent| {
            format!(
                "the question costs more than {allowed}, counted in values answered and places looked at: it had cost \
                 {spent} when it was stopped, and was estimated at {estimated} at most. {}",
                self.advice().less_answered()
            )
        })?;
        self.in_time()
    }

    /// Spends one statement.
    ///
    /// # Errors
    /// When the allowance is used up, or the time is.
    pub fn statement(&self) -> Result<(), Refusal> {
        let allowed = self.allowance.statements;
        self.spend(&self.statements, 1, allowed, |_| {
            format!(
                "the question needs more than {allowed} reads of the store: ask for fewer runs, releases or lists at \
                 once, or in several queries"
            )
        })?;
        self.in_time()
    }

    /// Spends figures that were read.
    ///
    /// # Errors
    /// When the allowance is used up, or the time is.
    pub fn figures(&self, read: usize) -> Result<(), Refusal> {
        let allowed = self.allowance.figures;
        self.spend(&self.figures, read, allowed, |spent| {
            format!(
                "the question reads more than {allowed} figures of the store: it had read {spent} when it was stopped. {}",
                self.advice().less_read()
            )
        })?;
        self.in_time()
    }

    /// Whether there is time left; looked at between the steps of a long computation.
    ///
    /// # Errors
    /// When the time of a processor is used up, or nobody waits any more.
    pub fn in_time(&self) -> Result<(), Refusal> {
        if let Some(refusal) = self.over.get() {
            return Err(refusal.clone());
        }
        if self.left.load(Ordering::Relaxed) {
            return Err(self.end(Refusal::timeout("nobody waits for the answer any more")));
        }
        if self.until.get().is_some_and(|until| Instant::now() >= *until) {
            return Err(self.end(Refusal::timeout("the answer took too long: narrow the question")));
        }
        let Some((thread, begun)) = self.worker.get() else { return Ok(()) };
        let allowed = self.allowance.cpu;
        if *thread == std::thread::current().id() && thread_cpu().saturating_sub(*begun) > allowed {
            return Err(self.end(Refusal::limit(format!(
                "the question took more than {:.1} seconds of a processor, and was stopped when it had cost {} of {} \
                 (values answered and places looked at). {}",
                allowed.as_secs_f64(),
                self.spent().cost,
                self.allowance.cost,
                self.advice().less_answered()
            ))));
        }
        Ok(())
    }

    fn spend(
        &self,
        counter: &AtomicUsize,
        by: usize,
        allowed: usize,
        why: impl FnOnce(usize) -> String,
    ) -> Result<(), Refusal> {
        let spent = counter.fetch_add(by, Ordering::Relaxed).saturating_add(by);
        if spent > allowed { Err(self.end(Refusal::limit(why(spent)))) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RefusalKind;
    use super::*;

    fn budget(cpu: Duration) -> Budget {
        Budget::new(Allowance { cost: 10, bytes: 100, statements: 2, figures: 10, cpu })
    }

    #[test]
    fn what_is_used_up_is_refused_with_the_limit_and_what_it_had_cost() {
        let refused = |spends: &dyn Fn(&Budget) -> Result<(), Refusal>| {
            let budget = budget(Duration::MAX);
            budget.estimate(4_000);
            budget.advise(Advice { places: true, ..Advice::default() });
            let refusal = (0..20).find_map(|_| spends(&budget).err()).expect("used up");
            assert_eq!(refusal.kind, RefusalKind::Limit);
            // From then on the question is over, whatever is spent.
            assert_eq!((budget.ended(), budget.in_time()), (Some(&refusal), Err(refusal.clone())));
            refusal.message
        };
        assert!(refused(&|budget| budget.statement()).contains("more than 2 reads"));
        assert!(refused(&|budget| budget.figures(4)).contains("it had read 12"));
        assert!(refused(&|budget| budget.values(1, 60)).contains("longer than 100 bytes"));
        let message = refused(&|budget| budget.looked_at(4));
        for part in ["more than 10", "had cost 12", "estimated at 4000", "fewer places"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[tokio::test]
    async fn whoever_waits_is_told_that_it_is_over() {
        let budget = budget(Duration::MAX);
        let (refusal, spent) = tokio::join!(budget.over(), async { budget.looked_at(11) });
        assert_eq!(Err(refusal), spent);
    }

    #[test]
    fn work_ends_when_its_time_is_used_up_or_nobody_waits() {
        let nothing = budget(Duration::ZERO);
        assert!(nothing.in_time().is_ok(), "no thread of its own works on it");
        nothing.begin();
        let mut sum = 0u64;
        let refusal = loop {
            sum = std::hint::black_box(sum + 1);
            if let Err(refusal) = nothing.in_time() {
                break refusal;
            }
        };
        assert!(refusal.kind == RefusalKind::Limit && refusal.message.contains("of a processor"));

        let late = budget(Duration::MAX);
        late.wait_until(Instant::now());
        assert_eq!(late.statement().expect_err("late").kind, RefusalKind::Timeout);
        let left = budget(Duration::MAX);
        left.leave();
        assert_eq!(left.values(1, 1).expect_err("left").kind, RefusalKind::Timeout);
    }
}
