-- Releases whose closed figures, quarantined rows and landed files a person had removed: that it happened, when, why, how much,
-- and the digest of what is left. None where the release had no digest before.
CREATE TABLE forgotten (
    release  INTEGER PRIMARY KEY REFERENCES release (number),
    at       INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    figures  INTEGER NOT NULL,
    digest   TEXT CHECK (length(digest) = 64)
) STRICT;
