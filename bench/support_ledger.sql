-- One upload of :ledger_rows rows, every twentieth of them rejected.
INSERT INTO upload_history (upload_id, vendor_id, file_name, status, total_records, valid_records, error_records,
                            upload_timestamp, processing_started_at, last_progress_at, processing_completed_at, decided,
                            file_columns, categories)
SELECT 'UPLOAD_20200101_000000_ledgerxx', 'BENCH000', 'large.csv', 'partial', n, n - n / 20, n / 20,
       now(), now(), now(), now(), int4multirange(int4range(1, n + 1)), '[]', '[]'
FROM (SELECT :ledger_rows AS n) AS size;

INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price, stock_quantity, upload_id,
                      row_number)
SELECT 'BENCH000', format('LEDGER-%s', n), format('Aria Wireless Headphones %s', n % 997), 'Electronics & Music',
       format('LEDGER-%s', n), 19.99, 5,
       'UPLOAD_20200101_000000_ledgerxx', n
FROM generate_series(1, :ledger_rows) AS n WHERE n % 20 <> 0;

INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, vendor_product_id, sku, error_type,
                               error_field, error_message, value, report_order, created_at)
SELECT 'UPLOAD_20200101_000000_ledgerxx', 'BENCH000', n, n + 1, n + 1, format('LEDGER-%s', n), format('LEDGER-%s', n),
       'INVALID_PRICE', 'price', 'Price must be at least 0.01', '-1', 100,
       now() - interval '89 days' + n / 2000 * interval '100 ms'
FROM generate_series(20, :ledger_rows, 20) AS n;

-- The same rows again, as an upload that changes every second product and leaves the others as they are.
INSERT INTO upload_history (upload_id, vendor_id, file_name, status, mode, total_records, valid_records, error_records,
                            updated_records, unchanged_records, upload_timestamp, processing_started_at,
                            last_progress_at, processing_completed_at, decided)
SELECT 'UPLOAD_20200102_000000_ledgerxx', 'BENCH000', 'again.csv', 'partial', 'upsert', :ledger_rows,
       count(*), :ledger_rows - count(*), count(*) FILTER (WHERE row_number % 2 = 0),
       count(*) FILTER (WHERE row_number % 2 = 1), now(), now(), now(), now(),
       int4multirange(int4range(1, :ledger_rows + 1))
FROM products WHERE upload_id = 'UPLOAD_20200101_000000_ledgerxx';

INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome, is_written, changes)
SELECT 'UPLOAD_20200102_000000_ledgerxx', 'BENCH000', row_number, row_number + 1, row_number + 1, product_id, 'updated',
       true, '{"price": {"before": "24.99", "after": "19.99"}}'
FROM products WHERE upload_id = 'UPLOAD_20200101_000000_ledgerxx' AND row_number % 2 = 0;

INSERT INTO confirmations (upload_id, vendor_id, upload_number, is_dry_run, block, given_fields, first_row, last_row,
                           product_ids, row_numbers, lines, sheet_rows)
SELECT upload.upload_id, 'BENCH000', upload.upload_number, false, product_id >> 12, 31, min(p.row_number),
       max(p.row_number), array_agg(product_id), array_agg(p.row_number), array_agg(p.row_number + 1),
       array_agg(p.row_number + 1)
FROM products p, upload_history upload
WHERE p.upload_id = 'UPLOAD_20200101_000000_ledgerxx' AND p.row_number % 2 = 1
  AND upload.upload_id = 'UPLOAD_20200102_000000_ledgerxx'
GROUP BY upload.upload_id, upload.upload_number, p.row_number / 500, product_id >> 12;

-- A quarter of the rows once more, in another order than that of the products, so that a batch has few of each block. All
-- are unchanged but for one in a thousand, which is superseded.
INSERT INTO upload_history (upload_id, vendor_id, file_name, status, mode, total_records, valid_records,
                            superseded_records, unchanged_records, upload_timestamp, processing_started_at,
                            last_progress_at, processing_completed_at, decided)
SELECT 'UPLOAD_20200103_000000_ledgerxx', 'BENCH000', 'scattered.csv', 'completed', 'upsert', n, n, n / 1000, n - n / 1000,
       now(), now(), now(), now(), int4multirange(int4range(1, n + 1))
FROM (SELECT :ledger_rows / 4 AS n) AS size;
CREATE TEMP TABLE scattered AS
SELECT product_id, row_number() OVER (ORDER BY hashint8(product_id))::int AS row_number
FROM products WHERE upload_id = 'UPLOAD_20200101_000000_ledgerxx' ORDER BY 2 LIMIT :ledger_rows / 4;

INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome, is_written, changes,
                            superseded_by, superseded_fields)
SELECT 'UPLOAD_20200103_000000_ledgerxx', 'BENCH000', row_number, row_number + 1, row_number + 1, product_id, 'superseded',
       false, '{}', 'UPLOAD_20200102_000000_ledgerxx', '["price"]'
FROM scattered WHERE row_number % 1000 = 0;

INSERT INTO confirmations (upload_id, vendor_id, upload_number, is_dry_run, block, given_fields, first_row, last_row,
                           product_ids, row_numbers, lines, sheet_rows)
SELECT upload_id, 'BENCH000', upload_number, false, product_id >> 12, 31, min(row_number), max(row_number),
       array_agg(product_id), array_agg(row_number), array_agg(row_number + 1), array_agg(row_number + 1)
FROM scattered, upload_history WHERE upload_id = 'UPLOAD_20200103_000000_ledgerxx'
GROUP BY upload_id, upload_number, row_number / 500, product_id >> 12;

-- One product has changed every quarter of an hour for weeks.
INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome, is_written, changes,
                            created_at)
SELECT upload_id, vendor_id, 10000000 + n, 1, 1, product_id, 'updated', true,
       jsonb_build_object('stock_quantity', jsonb_build_object('before', n::text, 'after', (n + 1)::text)),
       now() - interval '15 minutes' * (5000 - n)
FROM (SELECT upload_id, vendor_id FROM upload_history WHERE file_name = 'nightly.csv' AND vendor_id = 'BENCH000'
      ORDER BY upload_timestamp LIMIT 1) AS upload, (SELECT product_id FROM products WHERE sku = 'LEDGER-4') AS busy,
     generate_series(1, 5000) AS n;
