-- The embedded store. Times are microseconds since 1970-01-01 UTC; `opened` and `closed` are release numbers:
-- a row is live at release r where opened <= r and (closed is null or closed > r). A published row is never
-- changed but for `closed`, which is set once.

-- A dataset, known from its first run on. `access_level` is 0 open, 1 partners, 2 restricted; it is the newest
-- published one, and restricted until the first release says otherwise.
CREATE TABLE dataset (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    access_level INTEGER NOT NULL DEFAULT 2 CHECK (access_level BETWEEN 0 AND 2)
) STRICT;

-- One journey along the road, and what it did to figures and to reference rows. The release that it made is found in
-- `release`.
CREATE TABLE run (
    id                  INTEGER PRIMARY KEY,
    dataset             INTEGER NOT NULL REFERENCES dataset (id),
    started_at          INTEGER NOT NULL,
    finished_at         INTEGER,
    outcome             TEXT    NOT NULL
        CHECK (outcome IN ('running', 'published', 'unchanged', 'refused', 'unreadable', 'stopped')),
    figures_mapped      INTEGER NOT NULL DEFAULT 0,
    figures_added       INTEGER NOT NULL DEFAULT 0,
    figures_changed     INTEGER NOT NULL DEFAULT 0,
    figures_unchanged   INTEGER NOT NULL DEFAULT 0,
    figures_rejected    INTEGER NOT NULL DEFAULT 0,
    figures_withdrawn   INTEGER NOT NULL DEFAULT 0,
    reference_mapped    INTEGER NOT NULL DEFAULT 0,
    reference_added     INTEGER NOT NULL DEFAULT 0,
    reference_changed   INTEGER NOT NULL DEFAULT 0,
    reference_unchanged INTEGER NOT NULL DEFAULT 0,
    reference_rejected  INTEGER NOT NULL DEFAULT 0,
    reference_withdrawn INTEGER NOT NULL DEFAULT 0,
    error               TEXT,
    error_code          TEXT,
    CHECK ((finished_at IS NULL) = (outcome = 'running'))
) STRICT;

CREATE INDEX run_of_dataset ON run (dataset, id);

-- The landed files of a run, in their order. A file that rows name as their origin and that was not landed by the
-- run (a hub's own table, say) has a name alone.
CREATE TABLE run_file (
    id       INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run (id),
    position INTEGER,
    name     TEXT    NOT NULL,
    resource TEXT,
    source   TEXT,
    sha256   TEXT,
    bytes    INTEGER,
    rows     INTEGER,
    CHECK ((position IS NULL) = (sha256 IS NULL))
) STRICT;

CREATE INDEX run_file_of_run ON run_file (run, position);

-- The rows of a run that were quarantined, in the order in which they were met.
CREATE TABLE rejected (
    run      INTEGER NOT NULL REFERENCES run (id),
    number   INTEGER NOT NULL,
    relation TEXT    NOT NULL,
    file     TEXT    NOT NULL,
    row      INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    "column" TEXT,
    text     TEXT,
    detail   TEXT    NOT NULL,
    raw      TEXT    NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- One atomic change of what is published. Its time is later than that of every release before it.
CREATE TABLE release (
    number              INTEGER PRIMARY KEY CHECK (number > 0),
    dataset             INTEGER NOT NULL REFERENCES dataset (id),
    run                 INTEGER NOT NULL UNIQUE REFERENCES run (id),
    published_at        INTEGER NOT NULL UNIQUE,
    standing            TEXT    NOT NULL CHECK (standing IN ('official', 'local', 'illustrative')),
    figures_mapped      INTEGER NOT NULL,
    figures_added       INTEGER NOT NULL,
    figures_changed     INTEGER NOT NULL,
    figures_unchanged   INTEGER NOT NULL,
    figures_rejected    INTEGER NOT NULL,
    figures_withdrawn   INTEGER NOT NULL,
    reference_mapped    INTEGER NOT NULL,
    reference_added     INTEGER NOT NULL,
    reference_changed   INTEGER NOT NULL,
    reference_unchanged INTEGER NOT NULL,
    reference_rejected  INTEGER NOT NULL,
    reference_withdrawn INTEGER NOT NULL
) STRICT;

CREATE INDEX release_of_dataset ON release (dataset, number);

-- Identities: given once, never changed and never taken back.

CREATE TABLE area (
    id   INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE note (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- One indicator and breakdown of one dataset. The total of a breakdown has two empty category texts.
CREATE TABLE slice (
    id            INTEGER PRIMARY KEY,
    dataset       INTEGER NOT NULL REFERENCES dataset (id),
    indicator     TEXT    NOT NULL,
    sex           TEXT    NOT NULL,
    age           TEXT    NOT NULL,
    category_type TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    UNIQUE (dataset, indicator, sex, age, category_type, category)
) STRICT;

-- Every version of every figure. `period` sorts by last day, then length. The `_missing` columns hold the stored
-- codes of missing kinds (1 suppressed, 2 not applicable, 3 not available, 4 unreliable, 5 rounds to zero,
-- 6 withdrawn); only an unreliable figure may keep its number beside the code.
CREATE TABLE figure (
    slice               INTEGER NOT NULL REFERENCES slice (id),
    area                INTEGER NOT NULL REFERENCES area (id),
    period              INTEGER NOT NULL,
    opened              INTEGER NOT NULL REFERENCES release (number),
    closed              INTEGER REFERENCES release (number),
    value               REAL,
    value_missing       INTEGER,
    lower_ci            REAL,
    upper_ci            REAL,
    lower_ci_99_8       REAL,
    upper_ci_99_8       REAL,
    count               REAL,
    count_missing       INTEGER,
    denominator         REAL,
    denominator_missing INTEGER,
    note                INTEGER REFERENCES note (id),
    file                INTEGER NOT NULL REFERENCES run_file (id),
    row                 INTEGER NOT NULL,
    PRIMARY KEY (slice, area, period, opened),
    CHECK (closed > opened),
    CHECK (CASE WHEN value_missing IS NULL THEN value IS NOT NULL WHEN value_missing = 4 THEN TRUE ELSE value IS NULL END)
) STRICT, WITHOUT ROWID;

-- Which slices a release touched, and how many rows it opened and closed in each: finds a release's changes without
-- an index over every figure, and says which slices hold a figure.
CREATE TABLE release_slice (
    release INTEGER NOT NULL REFERENCES release (number),
    slice   INTEGER NOT NULL REFERENCES slice (id),
    opened  INTEGER NOT NULL,
    closed  INTEGER NOT NULL,
    PRIMARY KEY (release, slice)
) STRICT, WITHOUT ROWID;

-- Every version of every row of the small relations, as JSON.
CREATE TABLE reference_row (
    dataset  INTEGER NOT NULL REFERENCES dataset (id),
    relation TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    opened   INTEGER NOT NULL REFERENCES release (number),
    closed   INTEGER REFERENCES release (number),
    body     TEXT    NOT NULL,
    PRIMARY KEY (dataset, relation, key, opened),
    CHECK (closed > opened)
) STRICT, WITHOUT ROWID;
