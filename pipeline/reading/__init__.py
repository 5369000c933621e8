"""Bytes into rows: encoding, lines, header, and where each row ends whatever its quoting. Pure."""
