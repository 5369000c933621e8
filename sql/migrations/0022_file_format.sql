-- The form in which a file came, csv, csv.gz, csv.zip or xlsx (null, as for uploads before this, means csv where its
-- encoding is known), and the sheet that was read of a workbook.
ALTER TABLE upload_history
    ADD COLUMN file_format VARCHAR(10),
    ADD COLUMN file_sheet  TEXT;

-- The fix file as a workbook, which is written when it is first requested.
ALTER TABLE upload_history
    ADD COLUMN fix_workbook_s3_key       VARCHAR(500),
    ADD COLUMN fix_workbook_requested_at TIMESTAMPTZ;
