"""Rows into records and verdicts: the seven rules, duplicates, suggestions, warnings. Pure."""
