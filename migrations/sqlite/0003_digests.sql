-- A hash of what a release is, of all that it opened and closed, and of the digest before: whoever alters published figures
-- is found. Releases from before this table have none. In a table of its own, so that hubs of the version before go on.
CREATE TABLE release_digest (
    release INTEGER PRIMARY KEY REFERENCES release (number),
    digest  TEXT    NOT NULL CHECK (length(digest) = 64)
) STRICT;
