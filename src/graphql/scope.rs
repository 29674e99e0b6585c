//! How a resolver finds the scope of its request.

use super::error::Failure;
use crate::answers::Scope;
use async_graphql::Context;
use std::sync::Arc;

/// The scope of the request being answered.
pub fn scope<'a>(ctx: &Context<'a>) -> Result<&'a Arc<Scope>, Failure> {
    ctx.data_opt::<Arc<Scope>>().ok_or_else(|| Failure::internal_without_cause("none"))
}
