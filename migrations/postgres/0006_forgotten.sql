-- Releases whose closed figures, quarantined rows and landed files a person had removed: that it happened, when, why, how much,
-- and the digest of what is left. None where the release had no digest before.
CREATE TABLE forgotten (
    release  integer     PRIMARY KEY REFERENCES release (number),
    at       timestamptz NOT NULL,
    reason   text        NOT NULL,
    figures  bigint      NOT NULL,
    digest   text CHECK (length(digest) = 64)
);
