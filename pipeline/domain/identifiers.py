"""Identifiers that a spreadsheet has changed: `1234567890123` became `1.23457E+12`, and its last digits are gone.

Leading zeros that were lost (`00123` became `123`) cannot be seen; a number in scientific notation can.
"""

import re
from collections.abc import Mapping

IDENTIFIERS = ("sku", "vendor_product_id")
_SCIENTIFIC = re.compile(r"[1-9](?:[.,][0-9]{1,14})?E\+[0-9]{2,3}", re.IGNORECASE)


def is_changed_by_spreadsheet(identifier: str) -> bool:
    return "+" in identifier and bool(_SCIENTIFIC.fullmatch(identifier))


def changed_identifier(values: Mapping[str, str]) -> str | None:
    """The first identifier of a record, under its columns' names, that a spreadsheet has changed."""
    return next((column for column in IDENTIFIERS if is_changed_by_spreadsheet(values.get(column, ""))), None)


def how_to_restore(column: str, identifier: str) -> str:
    return (
        f'A spreadsheet has cut digits off the {column} "{identifier}":'
        " format that column as text, enter the identifiers again and export anew"
    )
