"""How commands end: exit codes, which scripts rely on, and faults as one sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from onboarding import printing
from onboarding.faults import Fault
from pipeline.domain.failures import FailureCode
from pipeline.domain.uploads import UploadStatus
from pipeline.http.api_client import ApiError, Refusal

NEEDS_CORRECTION = NEEDS_A_PERSON = 1
FAULT = 2


@contextmanager
def exit_on_fault() -> Iterator[None]:
    """Ends the program with a sentence instead of a traceback.

    A file that is too large is for the vendor to correct; every other fault has the exit code 2.
    """
    try:
        yield
    except (Fault, ApiError) as fault:
        printing.fault(str(fault))
        is_too_large = isinstance(fault, Refusal) and fault.code == FailureCode.FILE_TOO_LARGE
        raise typer.Exit(NEEDS_CORRECTION if is_too_large else FAULT) from None
    except BrokenPipeError:  # the reader of the output, such as `head`, has read enough
        raise
    except OSError as error:
        printing.fault(f"{error.filename or 'The file'}: {error.strerror}.")
        raise typer.Exit(FAULT) from None


def exit_code(upload: Mapping[str, Any]) -> int:
    """The exit code that stands for an upload's status and counts."""
    if upload["status"] in {UploadStatus.EXPIRED, UploadStatus.CANCELLED}:
        return FAULT
    if upload["failure"] and upload["failure"]["code"] == FailureCode.PROCESSING_FAILED:
        return FAULT
    return NEEDS_CORRECTION if upload["error_records"] or upload["failure"] else 0
