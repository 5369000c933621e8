-- What support did in the console: who, what, to whom, when. Rows are only ever added.
-- No foreign keys: what was done stays known when the key, the vendor or the upload is gone.
CREATE TABLE support_actions (
    action_id  BIGINT       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id     BIGINT       NOT NULL,
    key_prefix VARCHAR(12)  NOT NULL,
    key_label  VARCHAR(200) NOT NULL,
    action     VARCHAR(40)  NOT NULL,
    vendor_id  VARCHAR(50),
    upload_id  VARCHAR(50),
    details    JSONB        NOT NULL DEFAULT '{}',
    done_at    TIMESTAMPTZ  NOT NULL DEFAULT now()
);
CREATE INDEX support_actions_newest ON support_actions (done_at DESC, action_id DESC);
CREATE INDEX support_actions_vendor ON support_actions (vendor_id, done_at DESC, action_id DESC);
