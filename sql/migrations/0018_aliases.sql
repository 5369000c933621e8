-- Names that a vendor uses for categories, and the category that each means: `name` is the value as rule 5 compares it.
CREATE TABLE category_aliases (
    vendor_id     VARCHAR(50)  NOT NULL REFERENCES vendors,
    name          TEXT         NOT NULL,
    value         TEXT         NOT NULL,
    category      VARCHAR(100) NOT NULL,
    remembered_at TIMESTAMPTZ  NOT NULL DEFAULT now(),
    PRIMARY KEY (vendor_id, name)
);
-- Those that were remembered when the parsing of an upload started: category by name.
ALTER TABLE upload_history ADD COLUMN aliases JSONB;
