-- A catalogue with a history, beside the errors of support_rows.sql: :products products of the 200 vendors, a third of
-- them the largest one's, and what nightly files of ten vendors have changed in them or confirmed.
INSERT INTO product_categories (category_name)
SELECT format('%s & %s', a, b) FROM unnest(ARRAY['Electronics', 'Home', 'Garden', 'Toys', 'Sports']) AS a,
       unnest(ARRAY['Accessories', 'Outdoor', 'Kitchen', 'Office', 'Kids', 'Parts', 'Care', 'Music']) AS b;

CREATE FUNCTION pg_temp.syllables(n BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
    SELECT initcap(string_agg((ARRAY['ba', 'le', 'mi', 'no', 'ru', 'ta', 'se', 'ki', 'do', 'pu', 'var', 'len', 'mis', 'nor',
                                     'rul', 'tan', 'ser', 'kip'])[1 + (n / 18 ^ i)::bigint % 18], '' ORDER BY i))
    FROM generate_series(0, 2) AS i
$$;
-- Five thousand words, and ten thousand makers: as many texts as a marketplace has.
CREATE TEMP TABLE words AS SELECT n, pg_temp.syllables(n * 7919) AS word FROM generate_series(0, 9999) AS n;
CREATE UNIQUE INDEX ON words (n);
CREATE TEMP TABLE kinds AS
SELECT n - 1 AS n, kind FROM unnest(ARRAY['Wireless Headphones', 'Desk Lamp', 'Garden Hose', 'Puzzle', 'Running Shoes', 'Pan',
    'Phone Case', 'Notebook', 'Pillow', 'Guitar Strings', 'Drill', 'Tent', 'Water Bottle', 'Backpack', 'Rug', 'Mug'])
    WITH ORDINALITY AS kinds(kind, n);

-- The files that created the products: one to a few thousand in each, in order of the vendors' own ids.
CREATE TEMP TABLE stocked AS
SELECT n, vendor_id, upload_id, started_at, ceil(weight * :products / (SELECT sum(weight) FROM planned))::int AS rows
FROM planned;
INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, brand, price, stock_quantity, description,
                      status, upload_id, row_number, line, sheet_row, given_fields, created_at, updated_at)
SELECT vendor_id, format('PROD-%s-%s', to_char(s.n, 'fm00000'), to_char(r, 'fm000000')),
       format('%s %s %s, %s', names.word, kind, h % 997, (ARRAY['black', 'white', 'red', 'oak', 'steel'])[1 + h % 5]),
       format('%s & %s', (ARRAY['Electronics', 'Home', 'Garden', 'Toys', 'Sports'])[1 + least(4, h % 11)],
              (ARRAY['Accessories', 'Outdoor', 'Kitchen', 'Office', 'Kids', 'Parts', 'Care', 'Music'])[1 + h / 11 % 8]),
       format('S%s-%s-%s', right(vendor_id, 3), s.n, r), makers.word, h % 90000 / 100.0 + 1, h % 500,
       'Active noise cancelling, 38 hours of battery, folds flat into its case.',
       -- The second largest vendor has withdrawn all but the last of its products, the others one in a hundred.
       CASE WHEN vendor_id = 'BENCH001' AND started_at < now() - interval '2 days' OR h % 100 = 0
            THEN 'withdrawn' ELSE 'active' END,
       upload_id, r, r + 1, r + 1, 31, started_at, started_at
FROM stocked AS s CROSS JOIN LATERAL generate_series(1, rows) AS r
CROSS JOIN LATERAL (SELECT hashint8(s.n::bigint * 1000003 + r)::bigint & 2147483647 AS h) AS hashed
JOIN words AS names ON names.n = h % 9973
JOIN words AS makers ON makers.n = h / 9973 % 9999
JOIN kinds ON kinds.n = h / 17 % 16;

ANALYZE products;

-- What nightly files changed: the price of each tenth product of ten vendors. They confirmed the others.
CREATE TEMP TABLE nights AS
SELECT vendor_id, night, date_trunc('day', now()) - interval '1 day' * night + interval '3 hours' AS sent_at,
       format('UPLOAD_%s_%s_nightlyx', to_char(now() - interval '1 day' * night, 'YYYYMMDD'),
              translate(lpad(right(vendor_id, 3), 6, '0'), '0189', 'wxyz')) AS upload_id
FROM unnest(ARRAY['BENCH000', 'BENCH001', 'BENCH002', 'BENCH003', 'BENCH004', 'BENCH005', 'BENCH006', 'BENCH007', 'BENCH008',
                  'BENCH009']) AS vendor_id,
     generate_series(1, :nights) AS night;
CREATE TEMP TABLE nightly AS
SELECT nights.upload_id, vendor_id, night, sent_at, product_id, p.vendor_product_id,
       row_number() OVER (PARTITION BY nights.upload_id ORDER BY product_id)::int AS row_number,
       (product_id + night) % 10 = 0 AS is_changed
FROM products AS p JOIN nights USING (vendor_id);
CREATE INDEX ON nightly (upload_id, row_number);
ANALYZE nightly;

INSERT INTO upload_history (upload_id, vendor_id, file_name, status, mode, total_records, valid_records, updated_records,
                            unchanged_records, upload_timestamp, effective_at, processing_started_at, last_progress_at,
                            processing_completed_at, decided)
SELECT upload_id, vendor_id, 'nightly.csv', 'completed', 'upsert', count(*), count(*), count(*) FILTER (WHERE is_changed),
       count(*) FILTER (WHERE NOT is_changed), sent_at, sent_at, sent_at, sent_at, sent_at,
       int4multirange(int4range(1, count(*)::int + 1))
FROM nightly GROUP BY upload_id, vendor_id, sent_at;

INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome, is_written, changes,
                            created_at)
SELECT upload_id, vendor_id, row_number, row_number + 1, row_number + 1, product_id, 'updated', true,
       jsonb_build_object('price', jsonb_build_object('before', format('%s.99', night), 'after', format('%s.99', night - 1))),
       sent_at + interval '100 ms' * (row_number / 500)
FROM nightly WHERE is_changed ORDER BY sent_at, vendor_id, row_number;

INSERT INTO confirmations (upload_id, vendor_id, upload_number, is_dry_run, block, given_fields, first_row, last_row,
                           product_ids, row_numbers, lines, sheet_rows, created_at)
SELECT upload_id, n.vendor_id, upload_number, false, product_id >> 12, 31, min(row_number), max(row_number),
       array_agg(product_id ORDER BY row_number), array_agg(row_number ORDER BY row_number),
       array_agg(row_number + 1 ORDER BY row_number), array_agg(row_number + 1 ORDER BY row_number), min(sent_at)
FROM nightly AS n JOIN upload_history USING (upload_id) WHERE NOT is_changed
GROUP BY upload_id, n.vendor_id, upload_number, row_number / 500, product_id >> 12;

UPDATE products p SET price = 0.99, updated_at = at
FROM (SELECT product_id, max(created_at) AS at FROM record_changes GROUP BY product_id) AS last
WHERE p.product_id = last.product_id;
