-- Look before, take back after: plans that are applied, uploads that are undone, and guards.

-- The dry run whose plan an upload follows, and rows of it that are not applied.
ALTER TABLE upload_history
    ADD COLUMN plan_upload_id VARCHAR(50) REFERENCES upload_history,
    ADD COLUMN omitted_rows   INTEGER[];

-- The upload that this one takes back. One that was cancelled, or failed, can be repeated.
ALTER TABLE upload_history
    ADD COLUMN undo_of         VARCHAR(50) REFERENCES upload_history,
    ADD COLUMN removed_records INTEGER NOT NULL DEFAULT 0;
CREATE INDEX upload_history_undo ON upload_history (undo_of) WHERE undo_of IS NOT NULL;
CREATE UNIQUE INDEX upload_history_undone ON upload_history (undo_of)
    WHERE undo_of IS NOT NULL AND NOT dry_run AND status NOT IN ('cancelled', 'failed');
-- The uploads that changed fields of a product since, by field, so that an undo has kept these.
ALTER TABLE record_changes ADD COLUMN kept JSONB;
-- Few uploads have any; looking for them must not read all changes of a large upload.
CREATE INDEX record_changes_of_undos ON record_changes (upload_id, outcome, row_number)
    WHERE is_written AND outcome IN ('created', 'removed');

-- Products whose creation was undone, as they were: what was removed can be created again, and the row that had created
-- it is still known. `removed_by` and `removed_row` are the record that removed it.
CREATE TABLE removed_products (
    product_id  BIGINT      NOT NULL PRIMARY KEY,
    vendor_id   VARCHAR(50) NOT NULL REFERENCES vendors,
    upload_id   VARCHAR(50) REFERENCES upload_history,
    row_number  INTEGER,
    removed_by  VARCHAR(50) NOT NULL REFERENCES upload_history,
    removed_row INTEGER     NOT NULL,
    product     JSONB       NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (removed_by, removed_row)
);
CREATE INDEX removed_products_creation ON removed_products (upload_id, row_number);
CREATE INDEX removed_products_sku ON removed_products ((product ->> 'sku'));
CREATE INDEX removed_products_age ON removed_products (created_at);

-- How many per cent trip each guard, where it differs from the installation's setting.
ALTER TABLE vendors ADD COLUMN guards JSONB NOT NULL DEFAULT '{}';
