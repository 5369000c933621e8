"""The versions of rejected rows: a row that was corrected, sent again and rejected again has several."""


def versions_below(condition: str = "true") -> str:
    """The parts `below` and `latest` of a WITH RECURSIVE: of the rows of the upload in the parameter `parent` (`n`),
    every later version, and the latest one of an ended upload. `condition` chooses among them by `again`'s columns."""
    return f"""below AS (
            SELECT again.parent_row_number AS n, again.upload_id::text, again.row_number
            FROM upload_history child JOIN rows_rejected_again again USING (upload_id)
            WHERE child.parent_upload_id = %(parent)s AND {condition}
            UNION
            SELECT n, child.upload_id::text, again.row_number FROM below
            JOIN upload_history child ON child.parent_upload_id = below.upload_id
            JOIN rows_rejected_again again ON again.upload_id = child.upload_id
                                              AND again.parent_row_number = below.row_number
        ), latest AS MATERIALIZED (
            SELECT DISTINCT ON (n) n, upload_id, row_number FROM below JOIN upload_history u USING (upload_id)
            WHERE NOT u.dry_run AND u.fix_file_s3_key IS NOT NULL ORDER BY n, upload_number DESC
        )"""


LATEST_VERSIONS = f"""
    {versions_below()}, versions AS MATERIALIZED (
        SELECT coalesce(jsonb_object_agg(n, jsonb_build_array(upload_id, row_number)), '{{}}') AS by_row FROM latest
    )
"""
"""The same, and the latest versions in one object (`by_row`)."""
