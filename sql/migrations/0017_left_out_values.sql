-- Values of optional columns that break a rule, where a person or a program chose to leave these out.

-- The cells that a record was accepted without, by column, as received.
CREATE TABLE left_out_values (
    upload_id  VARCHAR(50) NOT NULL REFERENCES upload_history,
    row_number INTEGER     NOT NULL,
    cells      JSONB       NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (upload_id, row_number)
);
CREATE INDEX left_out_values_age ON left_out_values (created_at);

-- How many records, in which columns, and the lines of the first ones; empty if there are none.
ALTER TABLE upload_history ADD COLUMN left_out JSONB NOT NULL DEFAULT '{}';
