-- What old age removes. Errors go by whole days (UTC), and so do their counts: nothing has to be counted anew for that.
CREATE OR REPLACE FUNCTION recount_errors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('onboarding.removes_whole_days', true) = 'on' THEN
        RETURN NULL;
    END IF;
    DELETE FROM error_counts WHERE upload_id IN (SELECT upload_id FROM removed);
    INSERT INTO error_counts SELECT * FROM counted_errors WHERE upload_id IN (SELECT upload_id FROM removed);
    RETURN NULL;
END $$;

-- Deliveries that nobody will attempt again.
CREATE INDEX webhook_deliveries_over ON webhook_deliveries (created_at) WHERE next_attempt_at IS NULL;
