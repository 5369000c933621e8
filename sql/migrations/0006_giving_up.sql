-- How often the sweeper has looked after an upload since it last moved: hope ends by number and by time.
ALTER TABLE upload_history ADD COLUMN tries SMALLINT NOT NULL DEFAULT 0;
