-- A plan begins with what it would change most, and a page of it costs the same however many rows it has.

-- The smaller, the larger the change: by how many times a number would be more or less, where a product that goes off
-- sale, or is removed, counts as half of it; then 0 for texts, and 1 for what changes no product that is there.
CREATE FUNCTION change_rank(changes JSONB) RETURNS INTEGER LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN changes = '{}' THEN 1 ELSE -round(1000000 * coalesce(greatest(
        abs(ln(nullif((changes #>> '{price,after}')::float8, 0)
               / nullif((changes #>> '{price,before}')::float8, 0))),
        abs(ln(nullif((changes #>> '{compare_at_price,after}')::float8, 0)
               / nullif((changes #>> '{compare_at_price,before}')::float8, 0))),
        abs(ln(((changes #>> '{stock_quantity,after}')::float8 + 1)
               / ((changes #>> '{stock_quantity,before}')::float8 + 1))),
        abs(ln(nullif((changes #>> '{weight_kg,after}')::float8, 0)
               / nullif((changes #>> '{weight_kg,before}')::float8, 0))),
        CASE WHEN changes #>> '{listing_status,after}' = 'withdrawn'
               OR changes ? 'product_name' AND changes #>> '{product_name,after}' IS NULL THEN ln(2) END
    ), 0))::integer END
$$;
CREATE INDEX record_changes_rank ON record_changes (upload_id, change_rank(changes), row_number) WHERE NOT is_written;
-- Who has applied a plan.
CREATE INDEX upload_history_plan ON upload_history (plan_upload_id) WHERE plan_upload_id IS NOT NULL;
-- What undos have kept, of which there is little.
CREATE INDEX record_changes_kept ON record_changes (upload_id, row_number) WHERE kept <> '{}';
