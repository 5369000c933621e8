"""Checking records: the seven rules, duplicates, suggestions, warnings. Pure."""
