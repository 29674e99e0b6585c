//! Who asks: the query `viewer`.

#![expect(clippy::unused_async, reason = "a GraphQL field is async to the library, whether or not it waits")]

use super::error::Failure;
use super::scope::scope;
use super::words::Access;
use async_graphql::{Context, Object, SimpleObject};

/// Who asks, and what they may see.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Viewer {
    /// What the viewer is called in logs.
    pub name: String,
    /// The most restricted kind of dataset that the viewer may see.
    pub access: Access,
}

/// Queries about the viewer.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who asks, and what they may see.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>, Failure> {
        let viewer = scope(ctx)?.viewer();
        Ok(Some(Viewer { name: viewer.name().to_owned(), access: viewer.access().into() }))
    }
}
