-- What the REST API remembers of its callers: their allowance, and the answers that a repeat gets again.

-- Unlogged: after a crash every caller simply has its whole allowance again.
CREATE UNLOGGED TABLE request_allowances (
    key_id      BIGINT           PRIMARY KEY REFERENCES api_keys ON DELETE CASCADE,
    tokens      DOUBLE PRECISION NOT NULL,
    was_granted BOOLEAN          NOT NULL,
    refilled_at TIMESTAMPTZ      NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE idempotency_keys (
    key_id          BIGINT       NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    idempotency_key VARCHAR(255) NOT NULL,
    request_hash    BYTEA        NOT NULL,
    -- Null while the first request runs. JSON, not JSONB: a repeat gets the body as it was, in its order.
    status          SMALLINT,
    body            JSON,
    created_at      TIMESTAMPTZ  NOT NULL DEFAULT now(),
    PRIMARY KEY (key_id, idempotency_key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- The same bytes sent again are recognised.
CREATE INDEX upload_history_same_file ON upload_history (vendor_id, file_sha256) WHERE file_sha256 IS NOT NULL;

-- Cancelled uploads whose reports are still to be written.
CREATE INDEX upload_history_unreported ON upload_history (processing_completed_at)
    WHERE status = 'cancelled' AND error_records > 0 AND error_file_s3_key IS NULL;
