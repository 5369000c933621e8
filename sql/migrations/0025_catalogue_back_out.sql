-- The catalogue, back out: what happened to it, in order, and exports of it.

-- One row for each transaction that created, changed or removed products of a vendor. Every one locks its vendor first,
-- so that these numbers, of the same series as the changes themselves, are in the order of the commits of a vendor.
CREATE TABLE catalogue_changes (
    vendor_id   VARCHAR(50)    NOT NULL REFERENCES vendors,
    position    BIGINT         NOT NULL DEFAULT nextval('record_changes_change_id_seq'),
    upload_id   VARCHAR(50)    NOT NULL REFERENCES upload_history,
    row_numbers INT4MULTIRANGE NOT NULL,
    created_at  TIMESTAMPTZ    NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (vendor_id, position)
);
CREATE INDEX catalogue_changes_age ON catalogue_changes (created_at);
-- A reader behind this position misses none. What was changed before is known from the ledger alone, so that vendors who
-- are there already begin here; so are rows that are deleted because of their age.
ALTER TABLE vendors ADD COLUMN changes_kept_after BIGINT NOT NULL DEFAULT 0;
UPDATE vendors SET changes_kept_after = nextval('record_changes_change_id_seq');

-- `effective_at` and `last_change` are known from the snapshot: where it stands among the uploads of its vendor, and
-- the last change that it has.
CREATE TABLE exports (
    export_id     VARCHAR(50) NOT NULL PRIMARY KEY,
    vendor_id     VARCHAR(50) NOT NULL REFERENCES vendors,
    format        VARCHAR(10) NOT NULL,
    statuses      TEXT[]      NOT NULL,
    category      TEXT,
    updated_since TIMESTAMPTZ,
    columns       TEXT[]      NOT NULL,
    status        VARCHAR(10) NOT NULL DEFAULT 'pending',
    failure       TEXT,
    attempts      INTEGER     NOT NULL DEFAULT 0,
    products      BIGINT,
    s3_key        VARCHAR(500),
    effective_at  TIMESTAMPTZ,
    last_change   BIGINT,
    created_by    VARCHAR(50) NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    requested_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at    TIMESTAMPTZ
);
CREATE INDEX exports_pending ON exports (vendor_id, requested_at) WHERE status = 'pending';

-- The export that an upload is an edited copy of.
ALTER TABLE upload_history ADD COLUMN export_id VARCHAR(50) REFERENCES exports;
