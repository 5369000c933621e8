"""API keys: their roles and states, how one is made, and the hash that is stored."""

import hashlib
import secrets
from enum import StrEnum


class Role(StrEnum):
    """Whose key it is: a vendor's, or a support agent's, who sees every vendor."""

    VENDOR = "vendor"
    SUPPORT = "support"


class KeyState(StrEnum):
    WORKS = "works"
    REVOKED = "revoked"
    EXPIRED = "expired"


PREFIXES = {Role.VENDOR: "vk_", Role.SUPPORT: "sk_"}
PREFIX_LENGTH = 7


def new_key(role: Role) -> str:
    """A new key of 256 random bits. Show it once and store only its hash."""
    return PREFIXES[role] + secrets.token_hex(32)


def hash_of(key: str) -> bytes:
    """The hash under which a key is stored."""
    # A key has 256 random bits, so a dictionary attack is hopeless and a slow password hash is not needed.
    return hashlib.sha256(key.encode()).digest()
