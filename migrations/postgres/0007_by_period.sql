-- A second order of reading: one period of a slice, over its areas. Publishers write their files in about this order, so that
-- the rows that it leads to lie together: it covers nothing, and a read through it is faster than one of the key alone.
--
-- The slice stands in it as an expression. A question that says `+slice` is led through this index and cannot be led through
-- the key; every other question the other way round. The planner, which has no values when it plans, would have to guess.
CREATE INDEX figure_by_period ON figure ((+slice), period, area, opened);
