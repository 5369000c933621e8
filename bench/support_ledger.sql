-- One upload of :ledger_rows rows, every twentieth of them rejected.
INSERT INTO upload_history (upload_id, vendor_id, file_name, status, total_records, valid_records, error_records,
                            upload_timestamp, processing_started_at, last_progress_at, processing_completed_at, decided)
SELECT 'UPLOAD_20200101_000000_ledgerxx', 'BENCH000', 'large.csv', 'partial', n, n - n / 20, n / 20,
       now(), now(), now(), now(), int4multirange(int4range(1, n + 1))
FROM (SELECT :ledger_rows AS n) AS size;

INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price, stock_quantity, upload_id,
                      row_number)
SELECT 'BENCH000', format('LEDGER-%s', n), 'Aria Wireless Headphones', 'Electronics', format('LEDGER-%s', n), 19.99, 5,
       'UPLOAD_20200101_000000_ledgerxx', n
FROM generate_series(1, :ledger_rows) AS n WHERE n % 20 <> 0;

INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, vendor_product_id, sku, error_type,
                               error_field, error_message, value, report_order, created_at)
SELECT 'UPLOAD_20200101_000000_ledgerxx', 'BENCH000', n, n + 1, n + 1, format('LEDGER-%s', n), format('LEDGER-%s', n),
       'INVALID_PRICE', 'price', 'Price must be at least 0.01', '-1', 100,
       now() - interval '89 days' + n / 2000 * interval '100 ms'
FROM generate_series(20, :ledger_rows, 20) AS n;
