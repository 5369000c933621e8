"""API keys as such: how one is made, and what of it is kept."""

import hashlib
import secrets
from typing import Literal

Role = Literal["vendor", "support"]
PREFIXES: dict[Role, str] = {"vendor": "vk_", "support": "sk_"}
PREFIX_LENGTH = 7


def new_key(role: Role) -> str:
    """A key of 256 random bits. Whoever makes it shows it once; nobody else ever needs to see it."""
    return PREFIXES[role] + secrets.token_hex(32)


def hash_of(key: str) -> bytes:
    """A key has 256 random bits, so a plain hash is safe; nothing can be guessed from its dictionary."""
    return hashlib.sha256(key.encode()).digest()
