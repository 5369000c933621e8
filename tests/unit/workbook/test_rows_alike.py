"""Rows that are read many at once say what they say one by one, to the pattern for one row as well as to expat."""

from itertools import cycle, islice

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading.workbook.xml_parts import PIECE
from tests.unit.workbook.building import Content, check_both_ways, strings, styles

_CHANGED: dict[str, Content | None] = {
    "xl/sharedStrings.xml": strings("<t>a</t>", "<t> b </t>", "<t/>", "<t>c&amp;d</t>", "<t>_x0041_</t>"),
    "xl/styles.xml": styles(0, "000", 14, 0),
}
_STYLES = st.sampled_from([""] * 6 + [' s="0"', ' s="3"'] * 4 + [' s="1"', ' s="2"'])
_TEXTS = st.sampled_from(["Mouse", "", " x ", "a&amp;b", "_x0041_", "é\n", "&#65;", "a>b", "SKU-1", "1"])
_NUMBERS = st.sampled_from(["1", "2.50", "19.989999999999998", "1e3", "-0", "0.1", "45000", " 7 "] * 5 + ["x"])
_INDEXES = st.sampled_from(["0", "1", "2", "3", "4", "00"] * 9 + [" 0"])
_CONTENTS = {
    "shared": st.builds('{} t="s"><v>{}</v></c>'.format, _STYLES, _INDEXES),
    "in place": st.builds('{} t="inlineStr"><is><t>{}</t></is></c>'.format, _STYLES, _TEXTS),
    "number": st.builds("{}><v>{}</v></c>".format, _STYLES, _NUMBERS),
    "number, typed": st.builds(' t="n"{}><v>{}</v></c>'.format, _STYLES, _NUMBERS),
    "result": st.builds('{} t="str"><f>A1&amp;B1</f><v>{}</v></c>'.format, _STYLES, _TEXTS.filter(bool)),
    "sum": st.builds('{}><f t="shared" si="0"/><v>{}</v></c>'.format, _STYLES, _NUMBERS),
    "boolean": st.builds('{} t="b"><v>{}</v></c>'.format, _STYLES, st.sampled_from(["0", "1"])),
    "blank": st.builds("{}/>".format, _STYLES),
    "other": st.sampled_from(
        [' t="e"><v>#N/A</v></c>', "><f>A1</f></c>", "></c>", ' t="s"><v></v></c>', "><!-- --></c>"]
    ),
}
_HEADS = st.sampled_from(["", ' hidden="1"', ' spans="1:3" hidden="0"', ' ht="12.8" customHeight="true"'])


@st.composite
def _bodies(draw: st.DrawFn) -> str:
    """Rows, of which most have the same kinds of cells in the same columns."""
    letters = sorted(draw(st.sets(st.sampled_from("ABCDEFG"), min_size=1, max_size=4)))
    usual = {letter: draw(st.sampled_from([*_CONTENTS][:-1])) for letter in letters}
    rows = []
    for number in range(1, draw(st.integers(2, 40))):
        is_odd = draw(st.integers(0, 12)) == 7
        row = draw(st.sampled_from(["", "5", "0"])) if is_odd else number * draw(st.sampled_from([1, 1, 1, 3]))
        cells = []
        for letter in letters:
            kind = draw(st.sampled_from([*_CONTENTS])) if is_odd else usual[letter]
            place = draw(st.sampled_from(["", ' r="B2"', f" r='{letter}1'"])) if is_odd else f' r="{letter}{row}"'
            if draw(st.integers(0, 9)):
                cells.append(f"<c{place}{draw(_CONTENTS[kind])}")
        number_of_row = f' r="{row}"' if row != "" else ""
        rows.append(f"<row{number_of_row}{draw(_HEADS)}>{''.join(cells)}</row>")
    return "".join(rows)


def _enough(body: str) -> str:
    """Rows again and again, as what they are like is learned from the first piece of a sheet."""
    rows = [f"{row}</row>" for row in body.split("</row>")[:-1]]
    return "".join(islice(cycle(rows), 3 * PIECE * len(rows) // len(body)))


@settings(deadline=None, max_examples=60)
@given(_bodies())
def test_rows_that_are_alike_say_what_expat_says(body: str) -> None:
    check_both_ways(_enough(body), _CHANGED)
