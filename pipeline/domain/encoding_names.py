"""The names of the encodings that a CSV file may be in."""

import re
from functools import cache

_DOS = (437, 720, 737, 775, 850, 852, 855, 857, 858, *range(860, 867), 869)
_CODECS = {
    "utf-8": "utf_8",
    "utf-16": "utf_16",
    "utf-16le": "utf_16_le",
    "utf-16be": "utf_16_be",
    "us-ascii": "ascii",
    **{f"windows-{page}": f"cp{page}" for page in (*range(1250, 1259), 874)},
    **{f"iso-8859-{part}": f"iso8859_{part}" for part in (*range(2, 11), *range(13, 17))},
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "mac-latin2": "mac_latin2",
    **{f"mac-{script}": f"mac_{script}" for script in ("cyrillic", "greek", "turkish")},
    **{f"cp{page}": f"cp{page}" for page in _DOS},
    "shift_jis": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "gb18030": "gb18030",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "euc-kr": "cp949",
}
"""Usual name → Python's. Where Python has several, the one that Windows uses, which reads the others too."""
_OTHER_NAMES = {
    **{f"windows-{page}": f"win-{page} x-cp{page} {page}" for page in range(1250, 1259)},
    **{f"cp{page}": f"ibm-{page} dos-{page} {page}" for page in _DOS},
    "utf-8": "utf-8-sig utf-8-bom utf-8-mac cp65001 csv-utf-8",
    "utf-16": "unicode ucs-2",
    "us-ascii": "ascii",
    # As browsers do: nobody writes the control characters of which ISO-8859-1 is made where Windows-1252 has letters.
    "windows-1252": "win-1252 x-cp1252 1252 iso-8859-1 latin-1 l1 cp819",
    "windows-874": "iso-8859-11 tis-620 windows-874-tis-620",
    "iso-8859-2": "latin-2 l2",
    "iso-8859-3": "latin-3",
    "iso-8859-4": "latin-4",
    "iso-8859-5": "cyrillic",
    "iso-8859-6": "arabic",
    "iso-8859-7": "greek",
    "iso-8859-8": "hebrew",
    "iso-8859-9": "latin-5",
    "iso-8859-10": "latin-6",
    "iso-8859-13": "latin-7",
    "iso-8859-14": "latin-8",
    "iso-8859-15": "latin-9",
    "iso-8859-16": "latin-10",
    "koi8-r": "koi8",
    "macintosh": "mac mac-roman x-mac-roman",
    "mac-latin2": "mac-central-european mac-centraleurope mac-ce x-mac-ce",
    "mac-cyrillic": "x-mac-cyrillic",
    "mac-greek": "x-mac-greek",
    "mac-turkish": "x-mac-turkish",
    "shift_jis": "sjis x-sjis ms-kanji ms932 windows-31j windows-932 cp932 csshiftjis",
    "euc-jp": "x-euc-jp ujis",
    "iso-2022-jp": "csiso2022jp jis",
    "gb18030": "gbk gb2312 euc-cn x-gbk cp936 ms936 windows-936 gb18030-2022",
    "big5": "cp950 ms950 windows-950 csbig5 x-x-big5",
    "big5-hkscs": "big5hk",
    "euc-kr": "cp949 ms949 uhc windows-949 ks-c-5601-1987 ksc5601 korean",
}
_USUAL = "utf-8, windows-1250, windows-1251, windows-1252, iso-8859-2, shift_jis, gb18030, big5 and euc-kr"
_SEPARATORS = re.compile(r"[ ()._-]")


def usual_name(name: str) -> str:
    """The name under which an encoding is stored and shown, for any of its names. Raises ValueError for others."""
    usual = _by_key().get(_key(name))
    if usual is None:
        raise ValueError(f"no encoding that we read has this name; those that we read are, for example, {_USUAL}")
    return usual


def codec_of(name: str) -> str:
    """Python's name of an encoding. Raises ValueError for one that cannot be read."""
    return _CODECS[usual_name(name)]


def name_of(codec: str) -> str:
    """The usual name of a codec."""
    return next(name for name, each in _CODECS.items() if each == codec)


@cache
def _by_key() -> dict[str, str]:
    others = {_key(other): name for name, others in _OTHER_NAMES.items() for other in others.split()}
    codecs = {_key(codec): name for name, codec in _CODECS.items()}
    return others | codecs | {_key(name): name for name in _CODECS}


def _key(name: str) -> str:
    """A name without capitals and separators: `Shift-JIS` is `shift_jis`."""
    return _SEPARATORS.sub("", name.casefold())
