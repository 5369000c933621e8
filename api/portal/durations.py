"""Durations: in words for vendors, short for support."""


def in_words(seconds: float) -> str:
    """1 → 1 second; 75 → 75 seconds; 500 → 8 minutes; 9000 → 2.5 hours."""
    if seconds < 1:
        return "less than a second"
    if seconds < 100:
        return "1 second" if seconds < 1.5 else f"{seconds:.0f} seconds"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def in_short(seconds: float) -> str:
    """0 → at once; 0.0042 → 4 ms; 1.23 → 1.2 s; 75 → 1 min 15 s; 9000 → 2 h 30 min; 100000 → 1 d 4 h."""
    if not seconds:
        return "at once"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for larger, word, smaller, its_word in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= larger:
            rest = whole % larger // smaller
            return f"{whole // larger} {word}" + (f" {rest} {its_word}" if rest else "")
    return f"{whole} s"
