-- What a run was made from, as one hash: the same again needs no mapping. None for runs that did not get so far.
ALTER TABLE run ADD COLUMN inputs text;

-- Who may sync a dataset: one holder at a time, who renews it. One that is not renewed is lost.
CREATE TABLE lease (
    dataset    text        PRIMARY KEY,
    token      text        NOT NULL,
    holder     text        NOT NULL,
    taken_at   timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
