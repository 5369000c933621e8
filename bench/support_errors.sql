-- The errors of the uploads numbered :first to :last: one to three a record, a batch of 100 records at one moment.
INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, vendor_product_id, sku, error_type,
                               error_field, error_message, value, suggestion, report_order, original_data, created_at)
SELECT upload_id, vendor_id, row_number, row_number + 1, row_number + 1, vendor_product_id, sku, error_type,
       error_field, error_message, value, NULL, 0,
       jsonb_build_object('vendor_product_id', vendor_product_id, 'product_name', 'Aria Wireless Headphones, Black',
                          'category', 'Electronics', 'sku', sku, 'price', '140.99', 'stock_quantity', '8',
                          'description', 'Active noise cancelling, 38 hours of battery, folds flat into its case.'),
       created_at
FROM (
    SELECT p.*, r * 8 AS row_number, k, h,
           format('PROD-%s', h % 300000) AS vendor_product_id,
           format('SKU-%s-%s', right(vendor_id, 3), h % 300000) AS sku,
           started_at + interval '100 ms' * (r / 100) AS created_at,
           (h / 7 + 7 * k) % 20 AS slot
    FROM planned AS p
    CROSS JOIN LATERAL generate_series(1, records) AS r
    CROSS JOIN LATERAL (SELECT hashint8(p.n::bigint * 1000003 + r)::bigint & 2147483647 AS h) AS hashed
    CROSS JOIN LATERAL generate_series(1, CASE WHEN h % 20 = 0 THEN 3 WHEN h % 5 = 0 THEN 2 ELSE 1 END) AS k
    WHERE p.n BETWEEN :first AND :last
) AS records
CROSS JOIN LATERAL (
    SELECT 'DUPLICATE_SKU' AS error_type, 'sku' AS error_field, sku AS value,
           format('SKU is already used by your product %s from upload %s', h % 9000000, upload_id) AS error_message
    WHERE slot <= 3
    UNION ALL SELECT 'DUPLICATE_VENDOR_PRODUCT_ID', 'vendor_product_id', vendor_product_id,
                     format('Vendor product id is already used in row %s of this file', h % row_number)
    WHERE slot BETWEEN 4 AND 5
    UNION ALL SELECT 'INVALID_PRICE', CASE slot WHEN 10 THEN 'compare_at_price' ELSE 'price' END,
                     format('%s.%s', -(h % 400), h % 90 + 10), 'Price must be at least 0.01' WHERE slot BETWEEN 6 AND 10
    UNION ALL SELECT 'INVALID_STOCK_QUANTITY', 'stock_quantity', format('%s pcs', h % 500),
                     'Stock quantity must be a whole number, such as 25' WHERE slot BETWEEN 11 AND 12
    UNION ALL SELECT 'INVALID_CATEGORY', 'category', format('Elektronics %s', h % 400),
                     format('Category "Elektronics %s" does not exist; use one of the marketplace''s categories', h % 400)
    WHERE slot BETWEEN 13 AND 16
    UNION ALL SELECT 'MISSING_REQUIRED_FIELDS',
                     (ARRAY['sku', 'price', 'category', 'product_name', 'sku,price', 'price,stock_quantity'])[h % 6 + 1],
                     NULL, 'price and stock_quantity are required but empty' WHERE slot = 17
    UNION ALL SELECT 'FIELD_LENGTH_EXCEEDED', CASE WHEN h % 500 = 0 THEN 'unit' ELSE 'product_name' END,
                     repeat('Aria Wireless Headphones ', 8) || '…',
                     format('product_name has %s characters; at most 200 are allowed', 200 + h % 300) WHERE slot = 18
    UNION ALL SELECT CASE WHEN h % 10 = 0 THEN 'MALFORMED_ROW' ELSE 'INVALID_VALUE' END,
                     CASE WHEN h % 10 = 0 THEN NULL WHEN h % 3 = 0 THEN 'image_url' ELSE 'weight_kg' END,
                     format('%s,%s kg', h % 50, h % 9),
                     'Weight must be kilograms with at most three decimals, such as 0.25, and at most 9999999.999'
    WHERE slot = 19
) AS errors
ORDER BY started_at, row_number, k
