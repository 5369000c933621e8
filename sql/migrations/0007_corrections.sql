-- What became of an upload's rejected rows when its fix file was corrected and sent again.

ALTER TABLE upload_history ADD COLUMN corrected_records INTEGER NOT NULL DEFAULT 0;

-- The rejected rows that are good by now: corrected in a fix file, or in the fix file of a fix file.
CREATE TABLE corrected_rows (
    upload_id  VARCHAR(50) NOT NULL REFERENCES upload_history ON DELETE CASCADE,
    row_number INTEGER     NOT NULL,
    PRIMARY KEY (upload_id, row_number)
);

-- A corrected row that was rejected again, and the row of the parent that it was: the next correction mends both.
CREATE TABLE rows_rejected_again (
    upload_id         VARCHAR(50) NOT NULL REFERENCES upload_history ON DELETE CASCADE,
    row_number        INTEGER     NOT NULL,
    parent_row_number INTEGER     NOT NULL,
    PRIMARY KEY (upload_id, row_number)
);
