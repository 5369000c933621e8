"""Looks up what a path names, in the caller's scope. What belongs to another vendor counts as not found."""

from api.answers.problems import Problem, ProblemCode
from api.dependencies import Db
from pipeline.domain.vendors import VendorStatus
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries.uploads import find_upload, find_vendor
from pipeline.postgres.rows import Upload, Vendor


def require_upload(db: Db, caller: Principal, upload_id: str) -> tuple[Upload, str | None]:
    """An upload and its vendor's name. Raises a Problem unless the caller may see it."""
    upload = find_upload(db, caller.vendor_id, upload_id)
    if upload is None:
        raise Problem.not_found("upload")
    return upload


def acting_vendor(db: Db, caller: Principal, requested_vendor: str | None) -> Vendor:
    """The vendor for whom a caller creates something: itself, or the one that support names. It must be active."""
    if not caller.is_support and requested_vendor not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may do this for another vendor.")
    vendor_id = caller.vendor_id or requested_vendor
    vendor = find_vendor(db, vendor_id) if vendor_id else None
    if vendor is None:
        message = "support must name the vendor" if vendor_id is None else "there is no such vendor"
        raise Problem(
            ProblemCode.INVALID_REQUEST, f"vendor_id: {message}", errors=[{"field": "vendor_id", "message": message}]
        )
    _check_active(vendor)
    return vendor


def require_vendor(db: Db, caller: Principal, requested_vendor: str | None) -> Vendor:
    """The vendor whose own things a caller sees: itself, or the one that support names."""
    if not caller.is_support and requested_vendor not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may see the settings of another vendor.")
    vendor_id = caller.vendor_id or requested_vendor
    if vendor_id is None:
        message = "support must name the vendor"
        raise Problem(
            ProblemCode.INVALID_REQUEST, f"vendor_id: {message}", errors=[{"field": "vendor_id", "message": message}]
        )
    vendor = find_vendor(db, vendor_id)
    if vendor is None:
        raise Problem.not_found("vendor")
    return vendor


def check_may_write(db: Db, caller: Principal) -> None:
    """Raises a Problem if the caller is an inactive vendor: it can only read."""
    if caller.vendor_id and (vendor := find_vendor(db, caller.vendor_id)):
        _check_active(vendor)


def _check_active(vendor: Vendor) -> None:
    if vendor.status != VendorStatus.ACTIVE:
        raise Problem(
            ProblemCode.VENDOR_INACTIVE,
            f"Vendor {vendor.vendor_id} is not active: it can read, but not change anything.",
        )


def scope_of(caller: Principal, requested_vendor: str | None) -> str | None:
    """The vendor whose items a list shows: the caller, or the vendor that support names; None for all vendors."""
    if not caller.is_support and requested_vendor not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may see the items of another vendor.")
    return caller.vendor_id or requested_vendor
