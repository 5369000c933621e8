"""Vendors: an inactive vendor can read, but can neither send files nor change anything."""

from enum import StrEnum


class VendorStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
