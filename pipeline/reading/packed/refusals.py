"""What a vendor is told about an archive that cannot be accepted."""

from collections.abc import Sequence

from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.one_line import one_line

_REMEDY = "Send your CSV file itself, or pack it again"
_MOST_NAMES, _NAME_LENGTH = 3, 60


def damaged(archive: str) -> UnacceptableFile:
    return _refused(f"This {archive} archive is damaged, or its end is missing, so it cannot be unpacked. {_REMEDY}.")


def split() -> UnacceptableFile:
    return _refused(f"This zip archive is one of several parts, which cannot be read alone. {_REMEDY}, in one part.")


def compressed_otherwise(method: str) -> UnacceptableFile:
    return _refused(
        f"The file in this zip archive is compressed with {method}; only Deflate, the usual method, can be unpacked. "
        f"{_REMEDY}."
    )


def without_files() -> UnacceptableFile:
    return _refused(f"This zip archive contains no file. {_REMEDY}.")


def with_several_files(names: Sequence[str], count: int) -> UnacceptableFile:
    """`names` are some of the names in the archive; the first three are quoted."""
    quoted = [f'"{one_line(name, _NAME_LENGTH)}"' for name in names[:_MOST_NAMES]]
    others = [f"{count - len(quoted)} more"] if count > len(quoted) else []
    listed = ", ".join([*quoted, *others][:-1]) + f" and {[*quoted, *others][-1]}"
    return _refused(
        f"This zip archive contains {count} files: {listed}. An upload is one file: send each CSV file by itself."
    )


def protected() -> UnacceptableFile:
    message = "This zip archive is protected with a password. Send your CSV file itself, or pack it without a password."
    return UnacceptableFile(FailureCode.PASSWORD_PROTECTED, message)


def too_large_unpacked(limit: int) -> UnacceptableFile:
    message = f"Unpacked, the file has more than {limit} bytes, which is the most allowed. Split it into parts."
    return UnacceptableFile(FailureCode.FILE_TOO_LARGE, message)


def _refused(message: str) -> UnacceptableFile:
    return UnacceptableFile(FailureCode.NOT_A_CSV, message)
