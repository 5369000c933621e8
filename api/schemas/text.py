"""Text that the database can store."""


def storable(text: str) -> str:
    """The text itself. Raises ValueError for U+0000, which PostgreSQL neither stores nor compares, and half a pair of
    surrogates, which is no character."""
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    if not text.isascii() and text != text.encode(errors="ignore").decode():
        raise ValueError("must not contain half a surrogate pair")
    return text
