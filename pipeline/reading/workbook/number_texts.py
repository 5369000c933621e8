"""How numbers and dates of a workbook are written as text."""

import re
from datetime import date, timedelta
from decimal import Decimal
from math import isinf

# As long as no more than 15 digits are significant, a number is stored as it is written.
_SHORT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,12}[1-9])?")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,5})?")
_MAX_SHORT = 15
_DAY_SECONDS = 86_400
_FIRST_DAYS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_NO_SUCH_DAY = 60  # 1900-02-29, which spreadsheets have counted ever since Lotus 1-2-3
_MAX_DAY = 2_958_465  # 9999-12-31


def number_text(stored: str) -> str | None:
    """The shortest decimal with the same 15 significant digits; None if `stored` is no number."""
    if len(stored) <= _MAX_SHORT and _SHORT.fullmatch(stored) and stored != "-0":
        return stored
    stored = stored.strip(" \t\r\n")
    if not _NUMBER.fullmatch(stored) or isinf(number := float(stored)):
        return None
    text = f"{number:.15g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def padded(number: str, width: int) -> str:
    """A whole number with zeros before it up to `width` digits, as the number format `00000` shows it."""
    return number if "." in number else number.zfill(width + number.startswith("-"))


def date_text(number: str, *, is_1904: bool, is_duration: bool = False) -> str:
    """The day, the time or both that a number counts, as in ISO 8601; the number itself if it is no date."""
    day, seconds = divmod(round(float(number) * _DAY_SECONDS), _DAY_SECONDS)
    if not 0 <= day <= _MAX_DAY - (1462 if is_1904 else 0):
        return number
    if is_duration:
        return _time_text(day * _DAY_SECONDS + seconds)
    if day == 0:
        return _time_text(seconds)
    return f"{_day_text(day, is_1904)} {_time_text(seconds)}" if seconds else _day_text(day, is_1904)


def _time_text(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _day_text(day: int, is_1904: bool) -> str:
    if day == _NO_SUCH_DAY and not is_1904:
        return "1900-02-29"
    is_early = day < _NO_SUCH_DAY and not is_1904
    return (_FIRST_DAYS[is_1904] + timedelta(days=day + is_early)).isoformat()
