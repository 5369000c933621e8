"""Rows that a pattern reads say what expat would say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workbook.building import check_both_ways, parts, rows_of, sheet, strings, styles, zipped


def _as_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
_TEXTS = st.text(_CHARACTERS, max_size=6).map(_as_xml) | st.sampled_from(["&#65;", "_x000D_", "\n", "a>b", "&quot;"])
_PLACES = st.sampled_from(
    ["", ' r="B7"', ' r="D1"', ' s="1"', ' r="C1" s="1"', ' s="2"', " r='E1'", ' s="x"', ' r="7"']
)
_VALUES = st.sampled_from(["1", "2.50", "1e3", "x", "&amp;", "&#65;", " 1 ", "-0", "0.1", "45000", ""])
_CELLS = st.one_of(
    st.builds('<c{} t="inlineStr"><is><t>{}</t></is></c>'.format, _PLACES, _TEXTS),
    st.builds("<c{}><v>{}</v></c>".format, _PLACES, _VALUES),
    st.builds('<c{} t="str"><v>{}</v></c>'.format, _PLACES, _TEXTS),
    st.builds('<c{} t="n"><f>A1+B1</f><v>{}</v></c>'.format, _PLACES, _VALUES),
    st.builds('<c{} t="s"><v>{}</v></c>'.format, _PLACES, st.sampled_from(["0", "1", " 1"])),
    st.builds("<c{}/>".format, _PLACES),
    st.sampled_from(
        ['<c t="e"><v>#N/A</v></c>', "<c><f>A1</f></c>", '<c><f t="shared" si="1"/><v>1</v></c>',
         '<c t="str"><f>A1</f><v>a&lt;</v></c>', '<c><f a="/">A1</f><v>4</v></c>', '<c t="b"><v>1</v></c>',
         "<c><v>1</v><x/></c>", "<!-- -->", " ", "text", "<x/>", "<c></c>", '<c t="inlineStr"><v>1</v></c>',
         "<c><is><t>a</t></is></c>", '<c t="d"><v>2024-01-01</v></c>', '<c t="z"><v>1</v></c>', "<c><v/></c>"]
    ),
)  # fmt: skip
_HEADS = st.sampled_from(["", ' r="9"', ' hidden="1"', ' r="3" spans="1:2"', " r='5'", ' ht="1" r="6"', ' r="0"'])
_ROWS = st.builds("<row{}>{}</row>".format, _HEADS, st.lists(_CELLS, max_size=5).map("".join)) | st.just("<row/>")


@settings(deadline=None, max_examples=150)
@given(st.lists(_ROWS, max_size=6))
def test_plain_rows_say_what_expat_says(body: list[str]) -> None:
    changed = {"xl/sharedStrings.xml": strings("<t>a</t>", "<t> b </t>"), "xl/styles.xml": styles(0, "000", 14)}
    check_both_ways("".join(body), changed)


@settings(deadline=None, max_examples=100)
@given(st.lists(_TEXTS.map("<t>{}</t>".format) | st.sampled_from(["<!-- -->", "<t/>", " <t>a</t>"]), max_size=8))
def test_shared_texts_are_the_same_whether_they_are_plain_or_not(items: list[str]) -> None:
    shared = strings("<t>first</t>", *items)
    cells = "".join(f'<c t="s"><v>{at}</v></c>' for at in range(len(items) + 1))
    commented = shared.replace("</si>", "<!----></si>")
    found = [
        rows_of(zipped(parts(sheet(f"<row>{cells}</row>"), {"xl/sharedStrings.xml": part})))
        for part in (shared, commented)
    ]
    assert found[0] == found[1]
