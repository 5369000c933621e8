"""Text that the database can store."""


def storable(text: str) -> str:
    """The text itself. Raises ValueError for U+0000, which PostgreSQL neither stores nor compares."""
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text
