"""What an upload did to its vendor's products, in a few words."""


def in_words(created: int, updated: int, unchanged: int, superseded: int) -> str:
    """3 new, 41 changed, 956 unchanged: without zeros, or `nothing` if there is nothing else."""
    counts = {"new": created, "changed": updated, "unchanged": unchanged, "superseded": superseded}
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing"
