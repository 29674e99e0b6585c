//! How a resolver finds the scope of its request.

use super::error::Failure;
use crate::answers::Scope;
use async_graphql::{Context, ContextSelectionSet};
use std::sync::Arc;

/// The scope of the request being answered.
pub fn scope<'a>(ctx: &Context<'a>) -> Result<&'a Arc<Scope>, Failure> {
    ctx.data_opt::<Arc<Scope>>().ok_or_else(|| Failure::internal_without_cause("none"))
}

/// The same, for a value that is answered without a resolver of its own.
pub fn scope_of<'a>(ctx: &ContextSelectionSet<'a>) -> Result<&'a Arc<Scope>, Failure> {
    ctx.data_opt::<Arc<Scope>>().ok_or_else(|| Failure::internal_without_cause("none"))
}
