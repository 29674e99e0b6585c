//! The contract that every engine keeps, in three parts: [`Reads`], [`Publishing`] and [`Upkeep`].

mod errors;
mod forgetting;
mod publishing;
mod reads;
mod settled;
mod upkeep;
mod verified;

pub use errors::StoreError;
pub use forgetting::{Forget, Forgotten, ForgottenRelease};
pub use publishing::{Lease, Publication, Publishing, Quarantine};
pub use reads::Reads;
pub use settled::{NOTABLE, Scope, Settled};
pub use upkeep::{Migrated, PoolUse, Upkeep};
pub use verified::Verified;

/// A whole store. Cheap to share; every method may be called at once from many tasks. Whoever needs one part asks for
/// that part: a room that only answers holds a `dyn Reads`.
pub trait Store: Reads + Publishing + Upkeep {}

impl<S: Reads + Publishing + Upkeep> Store for S {}
