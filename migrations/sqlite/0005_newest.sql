-- The newest period of which a slice has a figure, after each release that touched it: what the publisher's next release is
-- counted from. Releases from before this table have theirs for the state of today alone. In a table of its own, so that
-- hubs of the version before go on; a slice that they touch has no row, and its newest period is then not known. A row that says
-- only that there is no figure (not applicable, not available, withdrawn) does not count; 0 where a slice has no other.
CREATE TABLE slice_period (
    release INTEGER NOT NULL REFERENCES release (number),
    slice   INTEGER NOT NULL REFERENCES slice (id),
    newest  INTEGER NOT NULL,
    PRIMARY KEY (release, slice)
) STRICT, WITHOUT ROWID;

INSERT INTO slice_period (release, slice, newest)
SELECT t.last, t.slice, f.newest
FROM (SELECT slice, max(release) AS last FROM release_slice GROUP BY slice) t
JOIN (SELECT slice, max(CASE WHEN value_missing IS NULL OR value_missing IN (1, 4, 5) THEN period ELSE 0 END) AS newest
      FROM figure WHERE closed IS NULL GROUP BY slice) f ON f.slice = t.slice;
