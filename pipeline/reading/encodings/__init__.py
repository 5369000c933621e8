"""Which encoding a file is in."""
