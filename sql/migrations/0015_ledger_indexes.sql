-- Reading the catalogue and its ledger by whatever filter. Why each index is here, and what it costs, was measured:
-- docs/support-queries.md.

-- The rows of a confirmation are at most 1,000 apart from now on, so that a row's is found by its number. Those of the
-- version before this one may be further apart.
CREATE INDEX confirmations_rows ON confirmations (upload_id, last_row, first_row);
DROP INDEX confirmations_row;
CREATE INDEX confirmations_wide ON confirmations (upload_id, last_row) WHERE last_row - first_row >= 1000;
CREATE STATISTICS confirmations_span ON (last_row - first_row) FROM confirmations;  -- tells the planner how few those are

-- upload_history.unchanged_rows is neither written nor read any more; confirmations tell the same. A later migration
-- drops it, once no version that reads it can run.

-- Rows of one outcome among many of another: superseded ones, and all of dry runs.
CREATE INDEX record_changes_unwritten ON record_changes (upload_id, outcome, row_number) WHERE NOT is_written;
DROP INDEX record_changes_superseded;
CREATE INDEX record_changes_planned_sku ON record_changes (upload_id, sku) WHERE sku IS NOT NULL;

-- The catalogue, by each filter, in the order of its list. Two of these serve what a shorter one has served.
CREATE INDEX products_status ON products (status, vendor_id, vendor_product_id);
CREATE INDEX products_category_newer ON products (category, vendor_id, vendor_product_id, status);
DROP INDEX products_category;
ALTER INDEX products_category_newer RENAME TO products_category;
CREATE INDEX products_upload_newer ON products (upload_id, row_number, status);
DROP INDEX products_upload;
ALTER INDEX products_upload_newer RENAME TO products_upload;
CREATE INDEX products_updated ON products (vendor_id, status, updated_at, product_id);
CREATE INDEX products_withdrawn ON products (upload_id, row_number) WHERE status = 'withdrawn';
-- None for texts in names: its trigrams alone cost PostgreSQL half of what a created product costs without it.
