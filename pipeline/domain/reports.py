"""How long reports may become."""

MOST_ROWS = 100_000
"""The most rejected rows of a fix file as a workbook: a longer one is slow to make, and to open."""
