-- When the sweeper last looked after an upload, so that it does not do so every minute; and until when a worker
-- writes its reports, so that no second one does beside it.
ALTER TABLE upload_history
    ADD COLUMN looked_at    TIMESTAMPTZ,
    ADD COLUMN ending_until TIMESTAMPTZ;
