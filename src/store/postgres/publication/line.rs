//! A publication's connection. A batch of figures may still be on its way on it while the caller makes the next one, so that
//! this process and the server work at the same time.

use super::super::engine::Doing;
use crate::store::StoreError;
use sqlx::{Connection, PgConnection};
use tokio_util::task::AbortOnDropHandle;

/// The connection, and what it is doing. Dropping it closes the connection, also in the middle of a batch.
pub(super) struct Line(State);

enum State {
    Free(PgConnection),
    /// A batch is on its way; the connection comes back when the server has taken it.
    Sending(AbortOnDropHandle<Result<PgConnection, StoreError>>),
    /// A batch was not taken. What was staged is not whole, and nothing more is done with it.
    Broken,
}

impl Line {
    pub(super) fn new(connection: PgConnection) -> Self {
        Self(State::Free(connection))
    }

    /// The connection, once the server has taken the batch that is on its way. Fails where it did not take it.
    pub(super) async fn free(&mut self) -> Result<&mut PgConnection, StoreError> {
        if let State::Sending(batch) = &mut self.0 {
            let ended = batch.await;
            self.0 = State::Broken;
            let ended = ended.map_err(|error| StoreError::Inconsistent(format!("a batch was not staged: {error}")))?;
            self.0 = State::Free(ended?);
        }
        match &mut self.0 {
            State::Free(connection) => Ok(connection),
            State::Sending(_) | State::Broken => Err(broken()),
        }
    }

    /// Sends a batch with a statement that takes it (`COPY … FROM STDIN`), after the one before; does not wait until the server
    /// has taken it.
    pub(super) async fn send(&mut self, copy: &'static str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.free().await?;
        let State::Free(mut connection) = std::mem::replace(&mut self.0, State::Broken) else { return Err(broken()) };
        let sending = async move {
            let doing = "stage rows";
            let mut taking = connection.copy_in_raw(copy).await.doing(doing)?;
            match taking.send(bytes).await {
                Ok(_) => taking.finish().await.doing(doing)?,
                Err(error) => return Err(error).doing(doing),
            };
            Ok(connection)
        };
        self.0 = State::Sending(AbortOnDropHandle::new(tokio::spawn(sending)));
        Ok(())
    }

    /// Closes the connection.
    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        match self.0 {
            State::Free(connection) => connection.close().await,
            State::Sending(_) | State::Broken => Ok(()),
        }
    }
}

fn broken() -> StoreError {
    StoreError::OutOfTurn("a publication of which a batch was not staged can only be dropped".to_owned())
}
