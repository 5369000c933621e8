"""Vendors: an inactive one can read, but neither send files nor change anything."""

from enum import StrEnum


class VendorStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
