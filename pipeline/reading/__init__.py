"""Bytes into rows: encoding, lines, header, and where each row ends even if its quotes are damaged. Pure."""
