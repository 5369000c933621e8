-- The sheet row in which a file's header was found; null where it could not be read, and for uploads before this.
ALTER TABLE upload_history ADD COLUMN file_header_row INTEGER;
