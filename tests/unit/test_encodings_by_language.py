"""Texts in thirty languages and their encodings, short and long: none is ever read as something else than it is."""

from collections import Counter
from random import Random

import pytest

from pipeline.domain.code_pages import CODE_PAGES
from pipeline.domain.encodings import Encoding, detect_encoding
from pipeline.domain.failures import UnacceptableFile
from tests.unit.files import HEADER, source
from tests.unit.texts import ENCODINGS, WORDS

READ = {"cp1252", "cp932", "euc_jp", "cp949", "gb18030", "cp950"}
NAMES = {page.codec: page.name for page in CODE_PAGES}
SIZES = (10, 3000)
WESTERN_WORDS = (
    "ÄÖÜ CAFÉ ÅÄÖ ÆØÅ Ø12 Å ® Miele® Bosch™ 100° 5° 20°C 5€ 10×15 ½ 3½ m² Nº5 N°5 £££ ß é à Women’s “Oak” „Eiche“"
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
        found = detect_encoding(source(content))
    except UnacceptableFile as refused:
        message = refused.failure.message
        named = [name for page, name in NAMES.items() if f"looks like {name}" in message]
        same = [
            name for name in named for page in CODE_PAGES if page.name == name and _reads(content, page.codec, text)
        ]
        return "refused by name" if same else "refused by a wrong name" if named else "refused without a name"
    return "read" if _reads(content, found.codec, text) else f"READ AS {found.name}"


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
    found = detect_encoding(source(f"{HEADER}P,{name},Electronics,S,1,1\n".encode("cp1252")))
    assert (found.name, found.guessed) == ("windows-1252", True)


def test_words_far_down_in_a_file_count_as_much_as_those_at_its_beginning() -> None:
    rows = ["P,Miele®,Electronics,S,1,1\n"] * 20_000 + ["P,Наушники беспроводные,Electronics,S,1,1\n"] * 3
    content = HEADER.encode() + b"".join(row.encode("cp1252" if "®" in row else "cp1251") for row in rows)
    with pytest.raises(UnacceptableFile, match="windows-1251"):
        detect_encoding(source(content))


def test_a_guess_comes_with_three_words_to_check() -> None:
    found = detect_encoding(source(text_of("German", 100, 1).encode("cp1252")))
    assert found == Encoding("cp1252", "windows-1252", guessed=True, sample_words=found.sample_words)
    assert len(found.sample_words) == 3
    assert set(found.sample_words) <= set(WORDS["German"].split())
