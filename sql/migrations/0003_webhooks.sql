-- Webhooks: a vendor's program is told of the end of each upload.

CREATE TABLE webhooks (
    webhook_id  VARCHAR(40)   PRIMARY KEY,
    vendor_id   VARCHAR(50)   NOT NULL REFERENCES vendors,
    url         VARCHAR(2048) NOT NULL,
    events      TEXT[]        NOT NULL CHECK (cardinality(events) > 0),
    -- Both sides sign with the same secret, so a hash would not do. It is random and good for nothing but this one
    -- webhook's signatures. What protects it: the API shows it once, when it is made; only the sender's query reads it;
    -- it is never logged (statements' parameters are hidden); the database is encrypted at rest, as are its backups.
    secret      VARCHAR(80)   NOT NULL,
    created_at  TIMESTAMPTZ   NOT NULL DEFAULT now(),
    -- Set when the receiver answers 410: it is not told any more, but for a test, which enables it again if it arrives.
    disabled_at TIMESTAMPTZ
);
CREATE INDEX webhooks_vendor ON webhooks (vendor_id, created_at DESC, webhook_id DESC);

CREATE TABLE webhook_deliveries (
    -- Also the header webhook-id: the same on every attempt, so that a receiver recognises a repeat.
    delivery_id      VARCHAR(40) PRIMARY KEY DEFAULT 'msg_' || replace(gen_random_uuid()::text, '-', ''),
    webhook_id       VARCHAR(40) NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event            VARCHAR(40) NOT NULL,
    -- Null for a test.
    upload_id        VARCHAR(50) REFERENCES upload_history,
    attempts         SMALLINT    NOT NULL DEFAULT 0,
    -- Null when there is no further one: delivered, or given up. A claim sets it to the attempt after its own, so a
    -- sender that dies needs no repair.
    next_attempt_at  TIMESTAMPTZ DEFAULT now(),
    sending_since    TIMESTAMPTZ,
    last_status_code SMALLINT,
    last_error       VARCHAR(300),
    delivered_at     TIMESTAMPTZ,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    -- However often an end is repeated, it is told once.
    UNIQUE (webhook_id, upload_id, event)
);
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, created_at DESC, delivery_id DESC);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_of_upload ON webhook_deliveries (upload_id) WHERE upload_id IS NOT NULL;
CREATE INDEX webhook_deliveries_under_way ON webhook_deliveries (sending_since) WHERE sending_since IS NOT NULL;
