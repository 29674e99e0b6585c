//! What the release would take away and move.

use super::super::engine::Doing;
use crate::outcomes::{ENOUGH, Review};
use crate::store::common::{
    FOLLOWING, JUMPS_READ, LOST_AREAS, LOST_PERIODS, REDATED, REVISED, TAIL, jumps, lost, lost_area, lost_period,
    redated, tail,
};
use crate::store::{NOTABLE, StoreError};
use sqlx::PgConnection;

/// Looks at what is opened and closed; at what is lost only where something is withdrawn.
pub(super) async fn review(connection: &mut PgConnection, withdrawn: bool) -> Result<Review, StoreError> {
    let doing = "look at what a release changes";
    let mut review = Review::default();
    if withdrawn {
        review.areas = lost(&sqlx::query(LOST_AREAS).fetch_all(&mut *connection).await.doing(doing)?, lost_area)?;
        review.periods = lost(&sqlx::query(LOST_PERIODS).fetch_all(&mut *connection).await.doing(doing)?, lost_period)?;
        review.redated = redated(sqlx::query(REDATED).fetch(&mut *connection)).await?;
        review.tail = tail(sqlx::query(TAIL).fetch_optional(&mut *connection).await.doing(doing)?.as_ref())?;
    }
    for statement in [REVISED, FOLLOWING] {
        let query = sqlx::query(statement).bind(NOTABLE).bind(JUMPS_READ).bind(ENOUGH);
        review.jumps.extend(jumps(&query.fetch_all(&mut *connection).await.doing(doing)?)?);
    }
    Ok(review)
}
