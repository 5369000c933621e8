-- Files as vendors have them: uploads of a file that is stored already, and what is remembered of headers.

-- The upload whose stored file this one processes again.
ALTER TABLE upload_history ADD COLUMN source_upload_id VARCHAR(50) REFERENCES upload_history;
-- When the file arrived that is processed again; null if it arrived for this upload.
ALTER TABLE upload_history ADD COLUMN file_arrived_at TIMESTAMPTZ;
CREATE INDEX upload_history_source ON upload_history (source_upload_id, upload_timestamp DESC, upload_id DESC)
    WHERE source_upload_id IS NOT NULL;
-- A version of an object is the file of one upload, and of those that process it again.
ALTER TABLE upload_history DROP CONSTRAINT upload_history_file_s3_key_file_version_id_key;
CREATE UNIQUE INDEX upload_history_file ON upload_history (file_s3_key, file_version_id)
    WHERE source_upload_id IS NULL;

ALTER TABLE vendors ADD COLUMN optional_values VARCHAR(20) NOT NULL DEFAULT 'reject';

-- What a vendor had remembered: `name` is the header as headers are compared; one without columns is not used.
CREATE TABLE remembered_headers (
    vendor_id     VARCHAR(50)  NOT NULL REFERENCES vendors,
    name          TEXT         NOT NULL,
    header        TEXT         NOT NULL,
    columns       TEXT[]       NOT NULL,
    unit          VARCHAR(10),
    remembered_at TIMESTAMPTZ  NOT NULL DEFAULT now(),
    PRIMARY KEY (vendor_id, name)
);
-- Those that were remembered when the parsing of an upload started, the newest first.
ALTER TABLE upload_history ADD COLUMN remembered_headers JSONB;
