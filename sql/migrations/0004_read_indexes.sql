-- What reading needs: the row ledger's lines, support's look-ups, and counts that no question has to count anew.
-- Why each index is here, and what it costs a batch, was measured: docs/support-queries.md.

ALTER TABLE products ADD COLUMN line INTEGER;  -- null for products that were accepted before

-- The same rule, the other way round: the errors of one kind lie together, so an upload's summary is a walk
-- along the index, and nothing is written more than before.
ALTER TABLE validation_errors
    DROP CONSTRAINT validation_errors_upload_id_row_number_error_type_error_fie_key,
    ADD CONSTRAINT validation_errors_one_a_rule_and_field
        UNIQUE NULLS NOT DISTINCT (upload_id, error_type, error_field, row_number);

-- Newest first, by whatever support knows. A batch's errors share one moment, so these indexes stay small.
CREATE INDEX validation_errors_newest ON validation_errors (created_at);
CREATE INDEX validation_errors_vendor ON validation_errors (vendor_id, created_at);
CREATE INDEX validation_errors_upload_newest ON validation_errors (upload_id, created_at);
CREATE INDEX validation_errors_field ON validation_errors (error_field, created_at);
CREATE INDEX validation_errors_sku ON validation_errors (sku, created_at) WHERE sku IS NOT NULL;
CREATE INDEX validation_errors_vendor_product_id ON validation_errors (vendor_product_id, created_at)
    WHERE vendor_product_id IS NOT NULL;

-- Text anywhere in a message or a value, from three characters on. The dearest of them, and the only one that finds
-- a rare text in millions of errors.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX validation_errors_text ON validation_errors USING gin (error_message gin_trgm_ops, value gin_trgm_ops);

-- Counts by upload and day (UTC), at four grains: everything, by type, by field, by both. "rows" cannot be added up
-- from finer grains, because a row with two errors is one row; across uploads and days it can.
CREATE TABLE error_counts (
    upload_id   VARCHAR(50)  NOT NULL REFERENCES upload_history ON DELETE CASCADE,
    vendor_id   VARCHAR(50)  NOT NULL,
    day         DATE         NOT NULL,
    by_type     BOOLEAN      NOT NULL,
    by_field    BOOLEAN      NOT NULL,
    error_type  VARCHAR(50),
    error_field VARCHAR(100),
    errors      INTEGER      NOT NULL,
    rows        INTEGER      NOT NULL,
    UNIQUE NULLS NOT DISTINCT (upload_id, day, by_type, by_field, error_type, error_field)
) WITH (fillfactor = 70);
CREATE INDEX error_counts_day ON error_counts (by_type, by_field, day);

CREATE VIEW counted_errors AS
SELECT upload_id, vendor_id, (created_at AT TIME ZONE 'UTC')::date AS day,
       GROUPING(error_type) = 0 AS by_type, GROUPING(error_field) = 0 AS by_field, error_type, error_field,
       count(*)::int AS errors, count(DISTINCT row_number)::int AS rows
FROM validation_errors
GROUP BY upload_id, vendor_id, day, CUBE (error_type, error_field);

INSERT INTO error_counts SELECT * FROM counted_errors;

-- Whoever inserts errors, the counts follow in the same transaction. All errors of a row come in one statement
-- (a row is decided at once), which is what lets rows be counted by adding.
CREATE FUNCTION count_new_errors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO error_counts AS counted
    SELECT upload_id, vendor_id, (created_at AT TIME ZONE 'UTC')::date AS day,
           GROUPING(error_type) = 0, GROUPING(error_field) = 0, error_type, error_field,
           count(*), count(DISTINCT row_number)
    FROM added GROUP BY upload_id, vendor_id, day, CUBE (error_type, error_field)
    ON CONFLICT (upload_id, day, by_type, by_field, error_type, error_field)
    DO UPDATE SET errors = counted.errors + excluded.errors, rows = counted.rows + excluded.rows;
    RETURN NULL;
END $$;
CREATE TRIGGER count_new_errors AFTER INSERT ON validation_errors
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_new_errors();

-- Errors are never changed; where old ones are removed, their uploads are counted anew.
CREATE FUNCTION recount_errors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM error_counts WHERE upload_id IN (SELECT upload_id FROM removed);
    INSERT INTO error_counts SELECT * FROM counted_errors WHERE upload_id IN (SELECT upload_id FROM removed);
    RETURN NULL;
END $$;
CREATE TRIGGER recount_errors AFTER DELETE ON validation_errors
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION recount_errors();
