-- The uploads that a worker holds, or held when it died: few at any time.
CREATE INDEX upload_history_held ON upload_history (lease_until) WHERE lease_token IS NOT NULL;
