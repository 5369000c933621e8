"""Files that are made to cost: a few tokens, drawn by a seed, and repeated up to a size."""

import random
from collections.abc import Iterator, Sequence

HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity\n"
ROW = "P-1,Mouse,Electronics,SKU-1,19.99,5"
TOKENS = (
    '"', '""', ",", ";", "\t", "x", 'a"', '"a', "'", " ", "1", "9.99", "Electronics", "é", "ж", "日", "\u200b", "\x1c",
    ",,,,,,", 'P-1,"', '",', ',"', ROW, ROW.replace("Mouse", '"Mouse'), ROW.replace("Mouse", 'Mouse"'),
    ROW.replace("Electronics", "Elektronics"), "1.2E+12", '\\"', "#N/A", '="1"',
)  # fmt: skip
TINY_ROWS = (
    *TOKENS, "\n", '\n"', '"\n",', ",,,,,", ",,,,,x", "1,1,1,1,1,1", '1",1,1,1,1', '"1" ,1,1,1,1,1',
    "'1,NULL,1,1,\"1,5\",1", '="",',
)  # fmt: skip
"""Tokens of rows of a few bytes as well, each of which is read and judged one by one."""
_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "")
_BEGINNINGS = (
    "", "", 'P,"abc\n', 'P,a"b\n', "P," + "y" * 9000 + '"b\n', ROW + "\n", '"x"y\n', '"abc',
    ROW.replace("Mouse", '"Mouse') + "\n", "P," + "ж," * 40_000 + "\n",
)  # fmt: skip


def hostile_file(seed: int, size: int, tokens: Sequence[str] = TOKENS) -> str:
    """About `size` characters below the header."""
    draw = random.Random(seed)  # noqa: S311
    lines = [
        "".join(draw.choices(tokens, k=draw.randint(1, 5))) + draw.choice(_ENDS) for _ in range(draw.randint(1, 3))
    ]
    unit = "".join(lines) * draw.choice((1, 1, 1, 1000)) + draw.choice(("", "", "\n"))
    return HEADER + draw.choice(_BEGINNINGS) + unit * max(1, size // len(unit))


def known_shapes(size: int) -> Iterator[str]:
    """Shapes that once took much memory."""
    yield HEADER + '"abc' + "\n" * size
    yield HEADER + 'P,"abc\n' + " \n" * (size // 2)
    yield HEADER + ("a," * 87_000 + "\n") * (size // 174_000)
    yield HEADER + ("ж," * 87_000 + "\n") * (size // 174_000)
    yield HEADER + ('"x"y,' + "ж," * 60_000 + "\n") * (size // 120_000)
    yield HEADER + ("x" + " " * 200_000 + '"y\n' + " " * 200_000 + "\n") * (size // 400_000)
    yield HEADER + "".join(
        f"P-{n},Mouse,{n}{'ж' * 100_000},S-{n},1,1\n" for n in range(size // 100_000)
    )  # categories, each another


def clean_file(size: int) -> str:
    """About as many characters of sound rows with a text of two lines in each."""
    rows = (f'P-{n},"A mug.\nTwo lines",Electronics,SKU-{n},19.99,5\n' for n in range(size // 52))
    return HEADER + "".join(rows)
