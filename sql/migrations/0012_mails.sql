-- The mail that a vendor gets at the end of an upload, where a sender is set up. One row an upload, and one mail: it is
-- owed from the moment on at which the notification is noted as published.
CREATE TABLE mails (
    upload_id       VARCHAR(50)  PRIMARY KEY REFERENCES upload_history,
    created_at      TIMESTAMPTZ  NOT NULL DEFAULT now(),
    attempts        INTEGER      NOT NULL DEFAULT 0,
    -- Null once it was sent, withheld or given up.
    next_attempt_at TIMESTAMPTZ  DEFAULT now(),
    sent_at         TIMESTAMPTZ,
    message_id      VARCHAR(200),
    -- Why it was not sent, so far or for good.
    fault           VARCHAR(100)
);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mails_over ON mails (created_at) WHERE next_attempt_at IS NULL;

-- Addresses, in lower case, that get no mails any more: by their owner's wish, or because mail comes back from there.
CREATE TABLE mail_stops (
    address    VARCHAR(320) NOT NULL,
    reason     VARCHAR(20)  NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'complained')),
    stopped_at TIMESTAMPTZ  NOT NULL DEFAULT now(),
    PRIMARY KEY (address, reason)
);
