"""What answers have in common: problems, pages of lists, caching, files."""
