"""Why a workbook is not accepted, in words for the vendor."""

from pipeline.domain.failures import FailureCode, UnacceptableFile

_SAVE_AGAIN = "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx) or as CSV, and send that file."


def damaged(what: str) -> UnacceptableFile:
    """For a workbook whose content is broken; `what` is a clause without a full stop."""
    return UnacceptableFile(FailureCode.NOT_A_CSV, f"This Excel workbook (.xlsx) is damaged: {what}. {_SAVE_AGAIN}")


def not_a_workbook(name: str) -> UnacceptableFile:
    """For a file of another type, which has this name."""
    verb = "Export" if "Apple" in name else "Save"  # as the menus call it
    message = f"This is {name}, not a product file. {verb} it as an Excel workbook (.xlsx) or as CSV."
    return UnacceptableFile(FailureCode.NOT_A_CSV, message)


def password_protected() -> UnacceptableFile:
    message = "This workbook is protected with a password. Save it without the password and send that file."
    return UnacceptableFile(FailureCode.PASSWORD_PROTECTED, message)


def expands_too_much() -> UnacceptableFile:
    message = (
        "Unpacked, this workbook is far larger than spreadsheet programs write it. Open it in your spreadsheet program"
        " and save it again, or split it into several files."
    )
    return UnacceptableFile(FailureCode.FILE_TOO_LARGE, message)


def unpacks_to_more_than(most: int) -> UnacceptableFile:
    size = f"{most >> 30} GiB" if most >= 1 << 30 else f"{most} bytes"
    message = f"Unpacked, this workbook has more than {size}, and no more is allowed. Split it into several files."
    return UnacceptableFile(FailureCode.FILE_TOO_LARGE, message)
