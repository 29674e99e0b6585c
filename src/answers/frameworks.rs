//! The questions `framework` and `frameworks`: strategies as they were published.

use super::suggest::unknown_framework;
use super::{Refusal, Scope, Snapshot};
use crate::frameworks::{self, Framework};
use crate::store::PublishedFramework;
use std::sync::Arc;

/// Every framework that the viewer may see, by id.
///
/// # Errors
/// When one was published in a form that this hub cannot read.
pub fn frameworks(scope: &Scope, snapshot: &Snapshot) -> Result<Vec<Arc<Framework>>, Refusal> {
    snapshot.catalogue().frameworks(snapshot.viewer()).map(|published| read(scope, published)).collect()
}

/// The framework of this id; `None` where there is none.
///
/// # Errors
/// When it was published in a form that this hub cannot read.
pub fn framework(scope: &Scope, snapshot: &Snapshot, id: &str) -> Result<Option<Arc<Framework>>, Refusal> {
    let published = snapshot.catalogue().framework(snapshot.viewer(), id);
    published.map(|published| read(scope, published)).transpose()
}

/// The framework that a question names.
///
/// # Errors
/// When there is none; the message names those that there are.
pub fn known_framework(scope: &Scope, snapshot: &Snapshot, id: &str) -> Result<Arc<Framework>, Refusal> {
    framework(scope, snapshot, id)?.ok_or_else(|| unknown_framework(snapshot, id))
}

fn read(scope: &Scope, published: &PublishedFramework) -> Result<Arc<Framework>, Refusal> {
    scope.framework(published, |published| parsed(scope, published))
}

fn parsed(scope: &Scope, published: &PublishedFramework) -> Result<Framework, Refusal> {
    // It was read and checked before it was published: only an older hub's rules can let it fail here.
    let document = &published.document;
    frameworks::read(&document.id, &document.document).map_err(|mistakes| {
        let first = mistakes.first().map(ToString::to_string).unwrap_or_default();
        tracing::error!(
            request.id = scope.request_id(),
            framework = document.id,
            mistake = first,
            "a published framework cannot be read"
        );
        Refusal::logged(scope.request_id())
    })
}
