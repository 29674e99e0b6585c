-- What a run was made from, as one hash: the same again needs no mapping. None for runs that did not get so far.
-- (Who may sync a dataset is decided by locks on files beside the store.)
ALTER TABLE run ADD COLUMN inputs TEXT;
