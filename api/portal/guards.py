"""What a file would do to many products at once: the question on its page, and who has answered it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.domain.failures import Failure
from pipeline.domain.guards import GuardCode, GuardFinding, would_do
from pipeline.domain.keys import PREFIXES, Role
from pipeline.postgres.rows import Upload

_ACCEPTED: Mapping[GuardCode, str] = {
    GuardCode.MASS_WITHDRAWAL: "withdrawing many products",
    GuardCode.MASS_ZERO_STOCK: "setting many stocks to 0",
    GuardCode.PRICE_CLIFF: "changing many prices very much",
}


def guards_in(upload: Upload) -> Sequence[GuardFinding]:
    """What has stopped a file until somebody confirms it; empty for any other upload."""
    return Failure.of(upload.failure).guards if upload.failure else ()


def guards_context(upload: Upload) -> dict[str, Any]:
    """What the template of the question needs."""
    findings = guards_in(upload)
    return {
        "guards": findings,
        "guards_sentence": f"{would_do(findings)} Nothing was changed.",
    }


def confirmed(upload: Upload) -> str | None:
    """Which guards were accepted for this upload, and with which key; None if none was."""
    accepted, now = upload.decisions.get("accept", ()), upload.requested_decisions.get("accept", ())
    key = str(upload.created_by)
    by_whom = f"{'by support, ' if key.startswith(PREFIXES[Role.SUPPORT]) else ''}with key {key}"
    answers = [
        (_in_words(code for code in accepted if code in now), by_whom),
        (_in_words(code for code in accepted if code not in now), "for an earlier upload of this file"),
    ]
    return "; ".join(f"{what}, {how}" for what, how in answers if what) or None


def _in_words(codes: Iterable[str]) -> str:
    return " and ".join(_ACCEPTED[GuardCode(code)] for code in dict.fromkeys(codes))
