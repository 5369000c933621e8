"""Finding what a path names, in the caller's scope: another vendor's thing is not found, as one that is not there."""

from api.answers.problems import Problem, ProblemCode
from api.dependencies import Db
from pipeline.domain.vendors import VendorStatus
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries.uploads import find_upload, find_vendor
from pipeline.postgres.rows import Upload, Vendor


def found_upload(db: Db, caller: Principal, upload_id: str) -> tuple[Upload, str | None]:
    found = find_upload(db, caller.vendor_id, upload_id)
    if found is None:
        raise Problem.not_found("upload")
    return found


def acting_vendor(db: Db, caller: Principal, named: str | None) -> Vendor:
    """For whom a caller creates something: itself, or the vendor whom support names. An inactive one may not."""
    if not caller.is_support and named not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may do this for another vendor.")
    vendor_id = caller.vendor_id or named
    vendor = find_vendor(db, vendor_id) if vendor_id else None
    if vendor is None:
        message = "name the vendor for whom this is" if vendor_id is None else "there is no such vendor"
        raise Problem(
            ProblemCode.INVALID_REQUEST, f"vendor_id: {message}", errors=[{"field": "vendor_id", "message": message}]
        )
    _check_active(vendor)
    return vendor


def check_may_write(db: Db, caller: Principal) -> None:
    """An inactive vendor can read what it has, and change nothing."""
    if caller.vendor_id and (vendor := find_vendor(db, caller.vendor_id)):
        _check_active(vendor)


def _check_active(vendor: Vendor) -> None:
    if vendor.status != VendorStatus.ACTIVE:
        raise Problem(
            ProblemCode.VENDOR_INACTIVE, f"Vendor {vendor.vendor_id} is not active: it can read, but change nothing."
        )


def scope_of(caller: Principal, named: str | None) -> str | None:
    """Whose things a list shows: the caller's own, or for support those of the vendor it names, or all."""
    if not caller.is_support and named not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may ask for another vendor's.")
    return caller.vendor_id or named
