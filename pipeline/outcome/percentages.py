"""Percentages, rounded down to a tenth of a percent, so that 100% always means all."""


def percentage(part: int, whole: int | None) -> str:
    """Always with one decimal, as in notifications and mails: 95.0%."""
    return _with_decimal(_permille(part, whole))


def short_percentage(part: int, whole: int | None) -> str:
    """Without a zero decimal: 95%. A part above zero is never 0%."""
    permille = _permille(part, whole)
    if part and whole and not permille:
        return "under 0.1%"
    return f"{permille // 10}%" if permille % 10 == 0 else _with_decimal(permille)


def percentage_of_rest(part: int, whole: int) -> str:
    """The difference between `percentage(part, whole)` and 100%."""
    return _with_decimal(1000 - _permille(part, whole))


def _permille(part: int, whole: int | None) -> int:
    return part * 1000 // whole if whole else 0


def _with_decimal(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%"
