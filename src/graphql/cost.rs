//! What an answer costs: as clients read it, and the writer that stops at its longest.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use bytes::Bytes;
use std::fmt;
use std::io;

/// What an answer costs, in values answered and places looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The most that the question may come to, worked out before anything was read.
    pub estimated: usize,
    /// What it came to.
    pub actual: usize,
    /// What one answer may cost. A question that is estimated at no more is never refused for its cost.
    pub limit: usize,
}

impl Cost {
    /// As `extensions.cost` has it.
    #[must_use]
    pub fn value(&self) -> Value {
        let fields = [("estimated", self.estimated), ("actual", self.actual), ("limit", self.limit)];
        Value::Object(fields.into_iter().map(|(name, cost)| (Name::new(name), cost.into())).collect::<IndexMap<_, _>>())
    }
}

/// As the header `Hub-Cost` has it.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "estimated={}; actual={}; limit={}", self.estimated, self.actual, self.limit)
    }
}

/// Bytes up to a longest answer.
pub struct Capped {
    bytes: Vec<u8>,
    most: usize,
    full: bool,
}

impl Capped {
    /// Takes at most so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { bytes: Vec::with_capacity(1024), most, full: false }
    }

    /// Whether there was more than it takes.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes.into()
    }
}

impl io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            self.full = true;
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn what_is_too_long_is_not_kept() {
        let mut capped = Capped::new(4);
        assert!(capped.write_all(b"1234").is_ok() && !capped.is_full());
        assert!(capped.write_all(b"5").is_err() && capped.is_full());
        assert_eq!(capped.into_bytes(), "1234");
    }
}
