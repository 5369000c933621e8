-- Realistic errors by the million: 200 vendors of very different size, 90 days, uploads from 1 to 100,000 errors.
-- :rows is how many errors, :uploads in how many uploads; the same numbers give the same rows.
SELECT setseed(0.42);

INSERT INTO vendors (vendor_id, vendor_name, email)
SELECT format('BENCH%s', lpad(n::text, 3, '0')), format('Bench vendor %s', n), format('%s@example.com', n)
FROM generate_series(0, 199) AS n;

CREATE TEMP TABLE planned AS
SELECT n, format('BENCH%s', lpad(floor(200 * power(random(), 3))::text, 3, '0')) AS vendor_id,
       least(200, 1 / power(random(), 0.7)) AS weight,
       date_trunc('second', now()) - interval '90 days' * (1 - n / (:uploads + 1.0)) AS started_at
FROM generate_series(1, :uploads) AS n;
ALTER TABLE planned ADD upload_id TEXT, ADD records INTEGER;
UPDATE planned SET
    upload_id = format('UPLOAD_%s_%s', to_char(started_at AT TIME ZONE 'UTC', 'YYYYMMDD_HH24MISS'),
                       translate(lpad(to_hex(n), 8, 'a'), '0189', 'wxyz')),
    records = ceil(weight * :rows / 1.25 / (SELECT sum(weight) FROM planned));

INSERT INTO upload_history (upload_id, vendor_id, file_name, status, total_records, valid_records, error_records,
                            upload_timestamp, processing_started_at, last_progress_at, processing_completed_at)
SELECT upload_id, vendor_id, 'products.csv', 'partial', records * 8, records * 7, records,
       started_at, started_at, started_at + interval '1 ms' * records, started_at + interval '1 ms' * records
FROM planned;
