"""API keys as such: how one is made, and what of it is kept."""

import hashlib
import secrets
from enum import StrEnum


class Role(StrEnum):
    """Whose key it is: one vendor's, or a support agent's, who sees every vendor."""

    VENDOR = "vendor"
    SUPPORT = "support"


class KeyState(StrEnum):
    WORKS = "works"
    REVOKED = "revoked"
    EXPIRED = "expired"


PREFIXES = {Role.VENDOR: "vk_", Role.SUPPORT: "sk_"}
PREFIX_LENGTH = 7


def new_key(role: Role) -> str:
    """A key of 256 random bits. Whoever makes it shows it once; nobody else ever needs to see it."""
    return PREFIXES[role] + secrets.token_hex(32)


def hash_of(key: str) -> bytes:
    """A key has 256 random bits, so a plain hash is safe; nothing can be guessed from its dictionary."""
    return hashlib.sha256(key.encode()).digest()
