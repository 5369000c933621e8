-- Uploads that change products: their decisions, their order, and the ledger of what they changed.

-- What a person or a program chose; pinned when parsing starts.
ALTER TABLE upload_history ADD COLUMN decisions JSONB NOT NULL DEFAULT '{"mode": "create"}';
-- Those that the request named: an upload that comes from another has the others from there.
ALTER TABLE upload_history ADD COLUMN requested_decisions JSONB NOT NULL DEFAULT '{}';
-- Stands for the upload where many are referred to; says nothing about their order.
ALTER TABLE upload_history ADD COLUMN upload_number BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE;
-- Where an upload stands among those of its vendor: the moment of its announcement, or that of the upload it comes from,
-- and then the numbers of the uploads on the way from there to it.
ALTER TABLE upload_history ADD COLUMN effective_at TIMESTAMPTZ;
ALTER TABLE upload_history ADD COLUMN effective_path BIGINT[] NOT NULL DEFAULT '{}';
UPDATE upload_history SET effective_at = upload_timestamp;
UPDATE upload_history u SET effective_path = ARRAY[u.upload_number]
WHERE EXISTS (SELECT FROM upload_history earlier WHERE earlier.vendor_id = u.vendor_id
              AND earlier.effective_at = u.effective_at AND earlier.upload_number < u.upload_number);
-- The version before this one does not place its uploads: they stand where they are added.
ALTER TABLE upload_history ALTER COLUMN effective_at SET DEFAULT clock_timestamp();
ALTER TABLE upload_history ALTER COLUMN effective_at SET NOT NULL;
ALTER TABLE upload_history ADD CONSTRAINT upload_history_place UNIQUE (vendor_id, effective_at, effective_path);

ALTER TABLE upload_history
    ADD COLUMN updated_records            INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN unchanged_records          INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN superseded_records         INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN already_in_catalogue_records INTEGER NOT NULL DEFAULT 0,
    -- Those of the former whose values differ from the catalogue's.
    ADD COLUMN differing_records          INTEGER NOT NULL DEFAULT 0,
    -- Records that changed a withdrawn product and left it so.
    ADD COLUMN still_withdrawn_records    INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN unchanged_rows             INT4MULTIRANGE NOT NULL DEFAULT '{}',
    -- The file of changes, which is written when it is first requested.
    ADD COLUMN changes_file_s3_key        VARCHAR(500),
    ADD COLUMN changes_file_requested_at  TIMESTAMPTZ;

ALTER TABLE vendors
    ADD COLUMN default_mode VARCHAR(20) NOT NULL DEFAULT 'create',
    ADD COLUMN blank_cells  VARCHAR(20) NOT NULL DEFAULT 'keep',
    ADD COLUMN number_format VARCHAR(20);

-- How the prices and weights of a file are read; null until its survey is stored.
ALTER TABLE upload_history ADD COLUMN file_numbers JSONB;

-- The fields that the creation gave, a bit for each; null where it is not known: those with a value.
ALTER TABLE products ADD COLUMN given_fields INTEGER;
-- For each field, the number of the upload that last gave it a value; null while that is the one that created it.
ALTER TABLE products ADD COLUMN set_by BIGINT[];
ALTER TABLE products ADD COLUMN sheet_row INTEGER;

-- Records that changed a product, or lost every change to a later upload. Creations are known from the product itself;
-- of those of a dry run, which has no products, the keys are here.
CREATE TABLE record_changes (
    change_id         BIGINT      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upload_id         VARCHAR(50) NOT NULL REFERENCES upload_history,
    vendor_id         VARCHAR(50) NOT NULL REFERENCES vendors,
    row_number        INTEGER     NOT NULL,
    line              INTEGER     NOT NULL,
    sheet_row         INTEGER     NOT NULL,
    product_id        BIGINT,
    sku               VARCHAR(100),
    vendor_product_id VARCHAR(100),
    outcome           VARCHAR(20) NOT NULL,
    -- False for a dry run and for a superseded record.
    is_written        BOOLEAN     NOT NULL,
    changes           JSONB       NOT NULL,
    superseded_by     VARCHAR(50),
    superseded_fields JSONB       NOT NULL DEFAULT '[]',
    created_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (upload_id, row_number)
);
CREATE INDEX record_changes_product ON record_changes (product_id, change_id);
-- Few uploads have any; looking for them must not read all changes of a large upload.
CREATE INDEX record_changes_superseded ON record_changes (upload_id, row_number) WHERE outcome = 'superseded';
CREATE INDEX record_changes_age ON record_changes (created_at);

-- Records that gave a product values which it had already, or which it has from a later upload: a row for each set of
-- fields and each block of 4,096 product ids in a batch. An upload that stands earlier must not overwrite these values.
CREATE TABLE confirmations (
    upload_id     VARCHAR(50) NOT NULL REFERENCES upload_history,
    vendor_id     VARCHAR(50) NOT NULL REFERENCES vendors,
    upload_number BIGINT      NOT NULL,
    block         BIGINT      NOT NULL,
    given_fields  INTEGER     NOT NULL,
    is_dry_run    BOOLEAN     NOT NULL,
    first_row     INTEGER     NOT NULL,
    last_row      INTEGER     NOT NULL,
    product_ids   BIGINT[]    NOT NULL,
    row_numbers   INTEGER[]   NOT NULL,
    lines         INTEGER[]   NOT NULL,
    sheet_rows    INTEGER[]   NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX confirmations_product ON confirmations (vendor_id, block, upload_id);
CREATE INDEX confirmations_row ON confirmations (upload_id, last_row);
CREATE INDEX confirmations_age ON confirmations (created_at);
