//! What the release would take away and move.

use super::super::engine::Doing;
use crate::outcomes::{ENOUGH, Review};
use crate::store::common::{
    FOLLOWING, JUMPS_READ, LOST_AREAS, LOST_PERIODS, REDATED, REVISED, TAIL, jumps, lost, lost_area, lost_period,
    redated, reviewing, tail,
};
use crate::store::{NOTABLE, StoreError};
use sqlx::PgConnection;

reviewing!(PgConnection);
