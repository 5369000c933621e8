-- The portal: who is signed in, and how often an address tried to.

-- A session is good for nothing without the cookie that names it and the API key behind it.
CREATE TABLE portal_sessions (
    session_id UUID        PRIMARY KEY DEFAULT gen_random_uuid(),
    key_id     BIGINT      NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX portal_sessions_key ON portal_sessions (key_id);
CREATE INDEX portal_sessions_end ON portal_sessions (expires_at);

-- Unlogged, as request_allowances is: after a crash everyone may try again.
CREATE UNLOGGED TABLE sign_in_allowances (
    address     VARCHAR(64)      PRIMARY KEY,
    tokens      DOUBLE PRECISION NOT NULL,
    was_granted BOOLEAN          NOT NULL,
    refilled_at TIMESTAMPTZ      NOT NULL
) WITH (fillfactor = 20);
CREATE INDEX sign_in_allowances_age ON sign_in_allowances (refilled_at);
