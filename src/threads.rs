//! Threads that are kept for work that blocks, the newest idle one first.
//!
//! Each thread that takes memory keeps some of what it gave back (glibc's allocator has an arena for each), and tokio's own pool for
//! work that blocks gives work to all of its idle threads in turn: large answers, one after the other, then keep as much memory as
//! as many at once. Here work that comes one after the other is done by one thread.
//!
//! Must never bound how many there are: whoever gives work has turns of its own.

use futures::future::BoxFuture;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::Result as Done;
use tokio::sync::oneshot;

/// Work, which gives what tells that it is done.
type Job = Box<dyn FnOnce() -> Tell + Send>;
type Tell = Box<dyn FnOnce() + Send>;
type Idle = Mutex<Vec<Sender<Given>>>;

/// Work for one thread, and what the next work is given by. A thread that waits keeps none itself, or it would wait for ever.
struct Given {
    job: Job,
    next: Sender<Self>,
}

/// Threads of one name. They end with it.
#[derive(Clone, Debug)]
pub struct Threads {
    name: &'static str,
    idle: Arc<Idle>,
}

impl Threads {
    /// None yet; each is made when it is first needed.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, idle: Arc::default() }
    }

    /// Does this work, and gives what comes of it: an error is what it panicked with, or that there was no thread for it. It goes on
    /// where nobody waits for it any more.
    pub fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> BoxFuture<'static, Done<T>> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move || {
            let done = catch_unwind(AssertUnwindSafe(work));
            // Whoever asked may have gone.
            Box::new(move || drop(tell.send(done))) as Tell
        });
        let given = self.give(job);
        Box::pin(async move {
            match given {
                Ok(()) => told.await.unwrap_or_else(|_| Err(Box::new("the thread ended"))),
                Err(error) => Err(Box::new(format!("no thread can be started: {error}")) as Box<dyn Any + Send>),
            }
        })
    }

    fn give(&self, job: Job) -> std::io::Result<()> {
        let newest = locked(&self.idle).pop();
        match newest {
            // A thread waits for work for as long as its sender is kept.
            Some(idle) => {
                let next = idle.clone();
                idle.send(Given { job, next }).map_err(|_| std::io::Error::other("an idle thread ended"))
            }
            None => self.start(job),
        }
    }

    fn start(&self, first: Job) -> std::io::Result<()> {
        let idle: Weak<Idle> = Arc::downgrade(&self.idle);
        let work = move || {
            let (next, work) = channel();
            let mut given = Some(Given { job: first, next });
            while let Some(Given { job, next }) = given {
                let tell = job();
                // Idle before it is told that the work is done: what is given then finds this thread.
                if let Some(idle) = idle.upgrade() {
                    locked(&idle).push(next);
                }
                tell();
                given = work.recv().ok();
            }
        };
        std::thread::Builder::new().name(self.name.to_owned()).spawn(work).map(|_| ())
    }
}

fn locked(idle: &Idle) -> std::sync::MutexGuard<'_, Vec<Sender<Given>>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::{ThreadId, current};

    async fn id(threads: &Threads) -> ThreadId {
        threads.run(|| current().id()).await.expect("an id")
    }

    #[tokio::test]
    async fn work_that_comes_one_after_the_other_is_done_by_one_thread() {
        let threads = Threads::new("test");
        let first = id(&threads).await;
        for _ in 0..50 {
            assert_eq!(id(&threads).await, first);
        }
        let (held, hold) = std::sync::mpsc::channel::<()>();
        let busy = threads.run(move || hold.recv());
        let (_, other) = tokio::join!(busy, async {
            let other = id(&threads).await;
            drop(held);
            other
        });
        assert_ne!(other, first, "one that is busy holds up nobody");
    }

    #[tokio::test]
    async fn a_panic_is_given_back_and_the_thread_goes_on() {
        let threads = Threads::new("test");
        let first = id(&threads).await;
        assert!(threads.run(|| panic!("on purpose")).await.is_err());
        assert_eq!(id(&threads).await, first);
    }

    #[tokio::test]
    async fn threads_end_with_what_they_are_kept_by() {
        let threads = Threads::new("test");
        let alive = Arc::new(());
        let watch = Arc::downgrade(&alive);
        thread_local!(static HELD: std::cell::RefCell<Option<Arc<()>>> = const { std::cell::RefCell::new(None) });
        threads.run(move || HELD.with(|held| *held.borrow_mut() = Some(alive))).await.expect("held");
        drop(threads);
        for _ in 0..200 {
            if watch.upgrade().is_none() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the thread goes on");
    }
}
