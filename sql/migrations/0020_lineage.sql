-- The uploads that correct an upload, and what became of its rows in them.
CREATE INDEX upload_history_parent ON upload_history (parent_upload_id) WHERE parent_upload_id IS NOT NULL;
CREATE INDEX rows_rejected_again_parent ON rows_rejected_again (upload_id, parent_row_number);
