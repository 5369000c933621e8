"""Proposing the columns that the headers of a refused file are meant for: by their names and by their cells."""
