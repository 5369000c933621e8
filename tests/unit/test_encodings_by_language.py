"""Texts in thirty languages and their encodings, short and long: none is ever read as something else than it is."""

from collections import Counter
from random import Random
from time import process_time

import pytest

from pipeline.domain.failures import Failure, UnacceptableFile
from pipeline.reading.encodings.code_pages import CODE_PAGES
from pipeline.reading.encodings.decoding import Encoding
from pipeline.reading.encodings.detection import detect_encoding
from tests.unit.files import HEADER, source, surveyed_or_failure
from tests.unit.texts import ENCODINGS, WORDS

READ = {"cp1252", "cp932", "euc_jp", "cp949", "gb18030", "cp950"}
NAMES = {page.codec: page.name for page in CODE_PAGES}
SIZES = (10, 3000)
WESTERN_WORDS = (
    "ÄÖÜ CAFÉ ÅÄÖ ÆØÅ Ø12 Å ® Miele® Bosch™ 100° 5° 20°C 5€ 10×15 ½ 3½ m² Nº5 N°5 £££ é à å Ö Women’s “Oak” „Eiche“"
    " «mot» … Zubehör… 2–3 Häagen-Dazs Mötley Citroën Nestlé L'Oréal L’Oréal Lancôme Björk Škoda Møller Moët Zoë Chloé"
    " Curaçao Açaí Pokémon POKÉMON Señor jalapeño PIÑATA São LIMÃO Öl Ähre FÜR MÜLLER ÉTÉ Île Œuvre ¿Qué? ¡Olé! naïve"
    " Straße Øl smørrebrød Ålborg Æbler 10\u00a0kg"
)
CASES = [(language, codec, size) for language, codecs in ENCODINGS.items() for codec in codecs for size in SIZES]


def text_of(language: str, size: int, seed: int) -> str:
    """Rows whose names have words of the language, of which most have letters beyond ASCII."""
    words = WORDS[language].split()
    telling = [word for word in words if not word.isascii()]
    choices = Random(f"{language} {seed}")  # noqa: S311
    names = choices.choices(words, k=size - 2) + choices.sample(telling, 2)
    return HEADER + "".join(f"P-{n},{name},Electronics,SKU-{n},19.99,5\n" for n, name in enumerate(names))


def outcome(text: str, codec: str) -> str:
    content = text.encode(codec)
    try:
        result = detect_encoding(source(content))
    except UnacceptableFile as refused:
        message = refused.failure.message
        named = [name for page, name in NAMES.items() if f"looks like {name}" in message]
        same = [
            name for name in named for page in CODE_PAGES if page.name == name and _reads(content, page.codec, text)
        ]
        return "refused by name" if same else "refused by a wrong name" if named else "refused without a name"
    return "read" if _reads(content, result.codec, text) else f"READ AS {result.name}"


def _reads(content: bytes, codec: str, text: str) -> bool:
    return content.decode(codec, "replace") == text


@pytest.mark.parametrize(("language", "codec", "size"), CASES)
def test_a_text_is_read_as_what_it_is_or_not_at_all(language: str, codec: str, size: int) -> None:
    outcomes = Counter(outcome(text_of(language, size, seed), codec) for seed in range(6 if size < 100 else 1))
    print(f"{language:20} {codec:12} {size:5} {dict(outcomes)}")
    assert not [how for how in outcomes if how.startswith("READ AS")]
    if codec == "cp1252":
        assert set(outcomes) == {"read"}
    else:
        assert outcomes["read" if codec in READ else "refused by name"] >= 0.8 * outcomes.total()


def test_three_words_are_mostly_enough() -> None:
    """Where so few words mean as much in two encodings, Windows-1252 is assumed; that is why there is a warning."""
    outcomes = Counter(
        ("western " if codec == "cp1252" else "") + outcome(text_of(language, 3, seed), codec).partition(" AS ")[0]
        for language, codecs in ENCODINGS.items()
        for codec in codecs
        for seed in range(6)
    )
    print(dict(outcomes))
    others = sum(count for how, count in outcomes.items() if not how.startswith("western"))
    assert outcomes["western read"] >= 0.98 * (outcomes.total() - others)
    assert outcomes["READ"] <= 0.02 * others


@pytest.mark.parametrize(
    "name",
    WESTERN_WORDS.split(" "),
)
def test_a_single_western_word_or_sign_is_read_as_windows_1252(name: str) -> None:
    result = detect_encoding(source(f"{HEADER}P,{name},Electronics,S,1,1\n".encode("cp1252")))
    assert (result.name, result.guessed) == ("windows-1252", True)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Juice 5 л", "cp1251"),
        ("Я", "cp1251"),
        ("эк", "koi8_r"),
        ("10 Ω", "cp1253"),
        ("ח", "cp1255"),
        ("ת", "cp1255"),
        ("ب", "cp1256"),
        ("Miele® 5 л", "cp1251"),
    ],
)
def test_words_of_nothing_but_accented_letters_are_no_western_words(name: str, codec: str) -> None:
    content = f"{HEADER}A-1,{name},Toys,HX-A,4.50,12\n".encode(codec)
    with pytest.raises(UnacceptableFile) as refused:
        detect_encoding(source(content))
    assert refused.value.failure.code == "UNSUPPORTED_ENCODING"
    assert "looks like " in refused.value.failure.message
    assert "looks like windows-1252" not in refused.value.failure.message


@pytest.mark.parametrize(("content", "name"), [(b"5 \xeb", "windows-1251"), (b"\xdc\xca", "KOI8-R")])
def test_a_word_of_accented_letters_is_named_as_the_best_other_candidate(content: bytes, name: str) -> None:
    with pytest.raises(UnacceptableFile, match=f"looks like {name}"):
        detect_encoding(source(HEADER.encode() + b"A-1," + content + b",Toys,HX-A,4.50,12\n"))


def test_one_word_with_letters_of_ascii_tells_that_a_file_is_western() -> None:
    content = f"{HEADER}A-1,Ü,Toys,HX-A,4.50,12\nA-2,Kühlschrank,Toys,HX-B,4.50,12\n"
    assert detect_encoding(source(content.encode("cp1252"))).name == "windows-1252"


def test_words_far_down_in_a_file_count_as_much_as_those_at_its_beginning() -> None:
    rows = ["P,Miele®,Electronics,S,1,1\n"] * 20_000 + ["P,Наушники беспроводные,Electronics,S,1,1\n"] * 3
    content = HEADER.encode() + b"".join(row.encode("cp1252" if "®" in row else "cp1251") for row in rows)
    with pytest.raises(UnacceptableFile, match="windows-1251"):
        detect_encoding(source(content))


def test_a_guess_comes_with_three_words_to_check() -> None:
    result = detect_encoding(source(text_of("German", 100, 1).encode("cp1252")))
    assert result == Encoding("cp1252", "windows-1252", guessed=True, sample_words=result.sample_words)
    assert len(result.sample_words) == 3
    assert set(result.sample_words) <= set(WORDS["German"].split())


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ('"27”"', "27”"),
        ("…l", "…l"),
        ("“Oak”", "“Oak”"),
        ("L'Oréal", "L'Oréal"),
        ("100°", "100°"),
        ("5.5€", "5.5€"),
        ("red|Größe|L", "Größe"),
        ("x" * 300 + "é" + "y" * 300, "x" * 19 + "é" + "y" * 19 + "…"),
        ("x" * 60 + "é", "x" * 19 + "é"),
    ],
)
def test_a_sample_word_shows_the_character_that_was_guessed(name: str, sample: str) -> None:
    result = detect_encoding(source(f"{HEADER}P,{name},Electronics,S,1,1\n".encode("cp1252")))
    assert result.sample_words == (sample,)


@pytest.mark.parametrize("content", [b"\xa0", b"\xad", b"\x81", b"\x81\x8d", b"\xff\xff", b"\x90 \x9d"])
def test_a_list_of_words_is_never_empty(content: bytes) -> None:
    result = surveyed_or_failure(HEADER.encode() + b"P," + content + b",Electronics,S,1,1\n")
    messages = [result.message] if isinstance(result, Failure) else [warning.message for warning in result.warnings]
    assert messages
    assert not [message for message in messages if "such as ." in message or "words: ." in message]


def test_a_long_line_without_blanks_takes_no_quadratic_time() -> None:
    began = process_time()
    detect_encoding(source(f"{HEADER}{'a' * 130_000}é\n".encode("cp1252")))
    assert process_time() - began < 5
