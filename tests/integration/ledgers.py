"""What must hold of the ledger of changes, whatever uploads have done: queries that find what breaks it."""

from collections.abc import Callable, Sequence
from typing import Any

Sql = Callable[..., Sequence[Any]]

BROKEN: dict[str, str] = {
    "valid records are created, updated, unchanged, superseded or removed": """
        SELECT u.upload_id, u.valid_records, u.updated_records, u.unchanged_records, u.superseded_records
        FROM upload_history u WHERE u.upload_id = ANY (%s) AND valid_records <>
            updated_records + unchanged_records + superseded_records + removed_records
            + (SELECT count(*) FROM products p WHERE p.upload_id = u.upload_id)
            + (SELECT count(*) FROM removed_products p WHERE p.upload_id = u.upload_id)
            + (SELECT count(*) FROM record_changes c WHERE c.upload_id = u.upload_id AND outcome = 'created')
        """,
    "the counters are those of the ledger": """
        SELECT u.upload_id, u.updated_records, u.superseded_records, u.unchanged_records
        FROM upload_history u WHERE u.upload_id = ANY (%s) AND (
            updated_records <> (SELECT count(*) FROM record_changes c
                                WHERE c.upload_id = u.upload_id AND outcome = 'updated')
            OR superseded_records <> (SELECT count(*) FROM record_changes c
                                      WHERE c.upload_id = u.upload_id AND outcome = 'superseded')
            OR removed_records <> (SELECT count(*) FROM record_changes c
                                   WHERE c.upload_id = u.upload_id AND outcome = 'removed')
            OR unchanged_records + superseded_records <>
                (SELECT coalesce(sum(cardinality(row_numbers)), 0) FROM confirmations c WHERE c.upload_id = u.upload_id)
                + (SELECT count(*) FROM record_changes c WHERE c.upload_id = u.upload_id AND outcome = 'unchanged'))
        """,
    "records without values are accepted and counted": """
        SELECT u.upload_id, u.left_out, array_agg(l.row_number) AS rows
        FROM upload_history u LEFT JOIN left_out_values l USING (upload_id) WHERE u.upload_id = ANY (%s)
        GROUP BY u.upload_id HAVING count(l.row_number) <> coalesce((u.left_out->>'records')::int, 0)
            OR EXISTS (SELECT FROM validation_errors e
                       WHERE e.upload_id = u.upload_id AND e.row_number = ANY (array_agg(l.row_number)))
        """,
    "every record has one outcome": """
        WITH outcomes AS (
            SELECT upload_id, row_number FROM products WHERE upload_id = ANY (%(ids)s)
            UNION ALL SELECT upload_id, row_number FROM removed_products WHERE upload_id = ANY (%(ids)s)
            UNION ALL SELECT DISTINCT upload_id, row_number FROM validation_errors WHERE upload_id = ANY (%(ids)s)
            UNION ALL SELECT upload_id, row_number FROM record_changes WHERE upload_id = ANY (%(ids)s)
            UNION ALL (SELECT upload_id, unnest(row_numbers) FROM confirmations WHERE upload_id = ANY (%(ids)s)
                       EXCEPT ALL SELECT upload_id, row_number FROM record_changes
                       WHERE outcome = 'superseded' AND upload_id = ANY (%(ids)s))
        ), rows AS (
            SELECT upload_id, n AS row_number FROM upload_history, unnest(decided) AS r,
                   generate_series(lower(r), upper(r) - 1) AS n WHERE upload_id = ANY (%(ids)s)
        )
        SELECT upload_id, row_number, count(outcomes.row_number) AS outcomes
        FROM rows FULL JOIN outcomes USING (upload_id, row_number)
        GROUP BY upload_id, row_number HAVING count(outcomes.row_number) <> 1 OR count(rows.row_number) <> 1
        """,
    "superseded records are confirmed": """
        SELECT upload_id, row_number FROM record_changes r WHERE upload_id = ANY (%s) AND outcome = 'superseded'
        AND NOT EXISTS (SELECT FROM confirmations c, unnest(row_numbers, product_ids) AS confirmed(n, product_id)
                        WHERE c.upload_id = r.upload_id AND (n, confirmed.product_id) = (r.row_number, r.product_id))
        """,
    "the rows of a confirmation are near each other": """
        SELECT upload_id, first_row, last_row FROM confirmations
        WHERE upload_id = ANY (%s) AND last_row - first_row >= 1000
        """,
    "what a record did is written, unless it is of a dry run, superseded or unchanged": """
        SELECT c.upload_id, row_number, outcome, is_written FROM record_changes c JOIN upload_history USING (upload_id)
        WHERE c.upload_id = ANY (%s) AND is_written <> (outcome IN ('updated', 'removed', 'created') AND NOT dry_run)
        """,
    "a superseded record changes nothing and says by whom and in what": """
        SELECT upload_id, row_number, outcome, superseded_by, superseded_fields
        FROM record_changes JOIN upload_history USING (upload_id)
        WHERE upload_id = ANY (%s) AND (
            (outcome IN ('superseded', 'unchanged') OR outcome = 'created' AND undo_of IS NULL) <> (changes = '{}')
            OR (superseded_by IS NULL) <> (superseded_fields = '[]')
            OR (outcome = 'superseded' AND superseded_by IS NULL))
        """,
    "the value before each change is the one after the last": """
        SELECT * FROM (
            SELECT c.product_id, field, change_id, value->>'before' AS before,
                   lag(value->>'after') OVER (PARTITION BY c.product_id, field ORDER BY change_id) AS last,
                   row_number() OVER (PARTITION BY c.product_id, field ORDER BY change_id) AS nth
            FROM record_changes c, jsonb_each(changes) AS f(field, value)
            WHERE is_written AND c.upload_id = ANY (%s)
        ) AS chain WHERE nth > 1 AND before IS DISTINCT FROM last
        """,
    "the value after the last change is the stored one": """
        SELECT * FROM (
            SELECT DISTINCT ON (c.product_id, field) c.product_id, field, value->>'after' AS after,
                   to_jsonb(p) ->> CASE field WHEN 'listing_status' THEN 'status' ELSE field END AS stored
            FROM record_changes c JOIN products p USING (product_id), jsonb_each(changes) AS f(field, value)
            WHERE is_written AND c.upload_id = ANY (%s) ORDER BY c.product_id, field, change_id DESC
        ) AS last WHERE after IS DISTINCT FROM stored
        """,
    "only undos keep fields, and restore others": """
        SELECT upload_id, row_number, outcome, changes, kept FROM record_changes JOIN upload_history USING (upload_id)
        WHERE upload_id = ANY (%s) AND kept <> '{}' AND (
            undo_of IS NULL OR outcome NOT IN ('updated', 'unchanged')
            OR EXISTS (SELECT FROM jsonb_object_keys(kept) AS field WHERE changes ? field))
        """,
    "a field that is kept was changed since, by the upload that is named": """
        SELECT k.upload_id, k.row_number, field, setter FROM record_changes k JOIN upload_history u USING (upload_id),
               jsonb_each_text(kept) AS f(field, setter)
        WHERE k.upload_id = ANY (%s) AND NOT EXISTS (
            SELECT FROM record_changes c WHERE c.product_id = k.product_id AND c.upload_id = setter AND c.is_written
                AND c.changes ? field AND c.change_id < k.change_id
                AND c.change_id > ALL (SELECT change_id FROM record_changes undone WHERE undone.is_written
                                       AND (undone.upload_id, undone.product_id) = (u.undo_of, k.product_id)))
        """,
    "a field that is restored was not changed since, but by uploads that were taken back": """
        SELECT r.upload_id, r.row_number, field, c.upload_id AS changed_by
        FROM record_changes r JOIN upload_history u USING (upload_id), jsonb_object_keys(r.changes) AS field,
             record_changes undone, record_changes c
        WHERE r.upload_id = ANY (%s) AND r.outcome = 'updated' AND r.is_written
            AND (undone.upload_id, undone.product_id) = (u.undo_of, r.product_id) AND undone.is_written
            AND c.product_id = r.product_id AND c.is_written AND c.changes ? field
            AND c.change_id > undone.change_id AND c.change_id < r.change_id AND NOT EXISTS (
                SELECT FROM record_changes d JOIN upload_history du USING (upload_id)
                JOIN upload_history cu ON cu.upload_id = c.upload_id
                WHERE d.product_id = r.product_id AND d.is_written AND d.changes ? field
                    AND d.change_id BETWEEN undone.change_id AND r.change_id
                    AND (du.undo_of = c.upload_id OR cu.undo_of = d.upload_id))
        """,
    "what was removed is not there, and what was created again is": """
        SELECT last.*, p.product_id IS NOT NULL AS is_there, r.product_id IS NOT NULL AS is_removed FROM (
            SELECT DISTINCT ON (product_id) product_id, upload_id, row_number, outcome FROM record_changes
            WHERE upload_id = ANY (%s) AND outcome IN ('removed', 'created') AND is_written
            ORDER BY product_id, change_id DESC
        ) AS last LEFT JOIN products p USING (product_id) LEFT JOIN removed_products r USING (product_id)
        WHERE (outcome = 'created') <> (p.product_id IS NOT NULL)
            OR (outcome = 'removed') <> (r.product_id IS NOT NULL)
        """,
    "no change leaves a value as it was": """
        SELECT upload_id, row_number, field FROM record_changes, jsonb_each(changes) AS f(field, value)
        WHERE upload_id = ANY (%s) AND value->>'before' IS NOT DISTINCT FROM value->>'after'
        """,
}
"""For each statement about uploads, a query for what contradicts it."""


def contradictions(query: Callable[[str, Any], Sequence[Any]], upload_ids: Sequence[str]) -> list[str]:
    ids = list(upload_ids)
    found = {name: query(sql, {"ids": ids} if "%(ids)s" in sql else (ids,)) for name, sql in BROKEN.items()}
    return [f"{name}: {rows[:3]}" for name, rows in found.items() if rows]
