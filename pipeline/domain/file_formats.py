"""The forms in which a vendor may send a file."""

from enum import StrEnum


class FileFormat(StrEnum):
    CSV = "csv"
    CSV_GZ = "csv.gz"
    CSV_ZIP = "csv.zip"
    XLSX = "xlsx"
