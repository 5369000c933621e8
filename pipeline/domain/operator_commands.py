"""What operators can have vendor-registrar do."""

from enum import StrEnum


class OperatorCommand(StrEnum):
    ADD_VENDOR = "add_vendor"
    LIST_VENDORS = "list_vendors"
    ADD_CATEGORY = "add_category"
    LIST_CATEGORIES = "list_categories"
    CREATE_KEY = "create_key"
    LIST_KEYS = "list_keys"
    ROTATE_KEY = "rotate_key"
    REVOKE_KEY = "revoke_key"
