"""The mail beside the notification: precise, the same as HTML and as text, and safe against hostile names."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from pipeline.domain.failures import Failure, FailureCode
from pipeline.domain.guards import GuardCode, GuardExample, GuardFinding
from pipeline.outcome.corrected import Corrected
from pipeline.outcome.mail_events import addresses_to_stop
from pipeline.outcome.mails import is_address, mail_content
from pipeline.outcome.notifications import Cause, Outcome
from pipeline.stages.mail_templates import Reader, as_html, as_text

READER = Reader(
    vendor_name="Tech & <b>Gear</b>",
    address="contact@techgear.com",
    uploads_link="https://shop.example/uploads",
    report_link="https://shop.example/r/token",
    report_days=7,
    stop_link="https://shop.example/mail/token",
)
NO_HEADER, OUR_FAULT = (
    Failure(FailureCode.MISSING_COLUMNS, "No header."),
    Failure(FailureCode.PROCESSING_FAILED, "Ours."),
)
CAUSES = (
    Cause("INVALID_PRICE", 1312, "price"),
    Cause("INVALID_CATEGORY", 5, "category", "Electronix & <b>Co</b>", "Electronics"),
    Cause("MISSING_REQUIRED_FIELDS", 1, "sku,price"),
)


def outcome(**changes: object) -> Outcome:
    defaults: dict[str, object] = {
        "upload_id": "UPLOAD_1",
        "file_name": "products.csv",
        "status": "partial",
        "total_records": 28040,
        "valid_records": 26722,
        "error_records": 1318,
        "causes": CAUSES,
        "report_link": READER.report_link,
    }
    return Outcome(**(defaults | changes))  # type: ignore[arg-type]


class PrintedPage(HTMLParser):
    """The visible words of a page, its links, and the names of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self._is_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs
        self._is_style = tag == "style"
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.words += data.split()


def html_words(**changes: object) -> str:
    return " ".join(PrintedPage(as_html(mail_content(outcome(**changes)), READER)).words)


def text_words(**changes: object) -> str:
    return " ".join(as_text(mail_content(outcome(**changes)), READER).split())


# ---------------------------------------------------------------- the subject


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "products.csv: 26,722 of 28,040 rows accepted, 1,318 to correct"),
        ({"dry_run": True}, "Dry run: products.csv: 26,722 of 28,040 rows accepted, 1,318 to correct"),
        (
            {"status": "completed", "valid_records": 28040, "error_records": 0},
            "products.csv: all 28,040 rows are accepted",
        ),
        ({"status": "completed", "total_records": 1, "valid_records": 1}, "products.csv: the one row is accepted"),
        ({"status": "failed", "valid_records": 0}, "products.csv: none of 28,040 rows accepted"),
        ({"status": "failed", "total_records": 1, "valid_records": 0}, "products.csv: the one row needs a correction"),
        ({"status": "failed", "failure": NO_HEADER}, "products.csv: not accepted"),
        (
            {"status": "failed", "failure": OUR_FAULT},
            "products.csv: we could not finish it",
        ),
    ],
)
def test_the_subject_says_what_became_of_which_file(changes: dict[str, object], subject: str) -> None:
    assert mail_content(outcome(**changes)).subject == subject


@pytest.mark.parametrize(
    ("file_name", "display"),
    [
        ("a.csv\r\nBcc: all@shop.example", "a.csv Bcc: all@shop.example"),
        ("a\u2028b\u0085c.csv", "a b c.csv"),
        ("\u202egnp.exe\u202c.csv", "gnp.exe.csv"),
        ("\u200e\u2066\u2069", "Your file"),
        ("   ", "Your file"),
        ("long " * 40 + "spring-2027.csv", "long long long long long long long long lon… spring-2027.csv"),
        ("מוצרים.csv", "\u2068מוצרים.csv\u2069"),
        ("Café 咖啡 🙂.csv", "Café 咖啡 🙂.csv"),
    ],
)
def test_a_file_name_stays_on_its_line_and_turns_nothing(file_name: str, display: str) -> None:
    letter = mail_content(outcome(file_name=file_name))
    assert (letter.file_name, letter.subject.partition(": 26,722")[0]) == (display, display)
    assert len(letter.subject) < 150


# ---------------------------------------------------------------- the body


@pytest.mark.parametrize("words_of", [html_words, text_words])
def test_both_parts_say_the_same(words_of: Callable[[], str]) -> None:
    words = words_of()
    for text in (
        "products.csv",
        "26,722 of 28,040 rows accepted, 1,318 to correct",
        "The accepted products are in the catalogue.",
        "28,040",
        "26,722 95.2%",
        "1,318 4.7%",
        "What to correct first",
        "Invalid price in price",
        "Invalid category in category",
        "Electronix & <b>Co</b>",
        "Missing required fields in sku, price",
        "7 days",
        "UPLOAD_1",
        "contact@techgear.com is the address of Tech & <b>Gear</b> for product uploads.",
        "Stop these emails",
    ):
        assert text in words
    assert [words.index(each) for each in ("1,312", "5 ", "Missing")] == sorted(
        words.index(each) for each in ("1,312", "5 ", "Missing")
    )


def test_both_parts_have_the_same_links() -> None:
    upload = "https://shop.example/uploads/UPLOAD_1"
    links = [upload, f"{upload}/fix.csv", READER.report_link, READER.stop_link]
    letter = mail_content(outcome())
    assert PrintedPage(as_html(letter, READER)).links == links
    assert [line for line in as_text(letter, READER).splitlines() if line.startswith("https:")] == links


@pytest.mark.parametrize(
    ("file_format", "rejected", "form", "word"),
    [
        ("csv", 1318, "fix.csv", "Fix file (CSV)"),
        ("csv.zip", 1318, "fix.csv", "Fix file (CSV)"),
        (None, 1318, "fix.csv", "Fix file (CSV)"),
        ("xlsx", 1318, "fix.xlsx", "Fix file (Excel)"),
        ("xlsx", 100_001, "fix.csv", "Fix file (CSV)"),
    ],
)
def test_the_fix_file_is_offered_in_the_form_in_which_the_vendor_sends(
    file_format: str | None, rejected: int, form: str, word: str
) -> None:
    letter = mail_content(outcome(file_format=file_format, error_records=rejected, total_records=200_000))
    html, text = PrintedPage(as_html(letter, READER)), as_text(letter, READER)
    assert html.links[1] == f"https://shop.example/uploads/UPLOAD_1/{form}"
    assert word in " ".join(html.words)
    assert word in text


def test_no_fix_file_is_offered_where_nothing_is_to_be_corrected() -> None:
    letter = mail_content(outcome(**SOUND, report_link=None, file_format="xlsx"))
    assert "fix." not in as_text(letter, READER)
    assert not any("fix." in link for link in PrintedPage(as_html(letter, READER)).links)


ABOVE = (Corrected("UPLOAD_0", "spring.csv", rejected=11, corrected=10),)
SOUND = {"status": "completed", "total_records": 10, "valid_records": 10, "error_records": 0, "causes": ()}


def test_a_correction_says_what_is_left_where() -> None:
    letter = mail_content(outcome(**SOUND), ABOVE)
    assert letter.sentence == "Every product is in the catalogue. In spring.csv, 1 row is left to correct."
    html, text = PrintedPage(as_html(letter, READER)), as_text(letter, READER)
    line = "Corrects spring.csv. 10 of 11 rejected rows are corrected, 1 is left."
    assert line.replace("csv.", "csv .") in " ".join(html.words)
    assert line in text
    assert "https://shop.example/uploads/UPLOAD_0" in html.links
    assert "https://shop.example/uploads/UPLOAD_0" in text.splitlines()


def test_the_last_correction_leaves_nothing_to_do_anywhere() -> None:
    chain = (Corrected("UPLOAD_0", "spring_corrected.csv", 1, 1), Corrected("UPLOAD_00", "spring.csv", 11, 11))
    letter = mail_content(outcome(**SOUND), chain)
    assert letter.sentence == "There is nothing left to do: every product is in the catalogue."
    words = " ".join(as_text(letter, READER).split())
    assert "Corrects spring_corrected.csv. The rejected row is corrected." in words
    assert "That corrects spring.csv. All 11 rejected rows are corrected." in words


def test_a_dry_run_of_corrections_counts_nothing() -> None:
    words = " ".join(as_text(mail_content(outcome(**SOUND, dry_run=True), ABOVE), READER).split())
    assert "Tries corrections of spring.csv. They count there only when they are sent without the dry run." in words
    assert "10 of 11" not in words


def test_a_file_that_was_not_accepted_says_why_and_counts_nothing() -> None:
    changes = {"status": "failed", "total_records": None, "valid_records": 0, "error_records": 0, "causes": ()}
    why = 'The columns are missing: price (closest: "Prise").'
    for words in (
        html_words(**changes, failure=Failure(FailureCode.MISSING_COLUMNS, why)),
        text_words(**changes, failure=Failure(FailureCode.MISSING_COLUMNS, why)),
    ):
        assert why in words
        assert "Rows in the file" not in words
        assert "What to correct first" not in words


def test_what_was_not_checked_is_told_too() -> None:
    changes = {"status": "failed", "failure": OUR_FAULT, "valid_records": 26000}
    assert "Not checked" in html_words(**changes)
    assert "Not checked 722 2.5%" in text_words(**changes)


def test_names_are_no_html() -> None:
    hostile = '<img src="https://spy.example/x.png"><script>alert(1)</script>'
    letter = mail_content(outcome(file_name=hostile[:50], causes=[Cause("INVALID_CATEGORY", 1, "category", hostile)]))
    assert PrintedPage(as_html(letter, READER)).elements.isdisjoint({"img", "script"})


def test_the_text_has_no_line_that_a_cell_wrote() -> None:
    letter = mail_content(
        outcome(causes=[Cause("INVALID_CATEGORY", 1, "category", "Toys\nStatus: all is well\u2028ok")])
    )
    assert '"Toys Status: all is well ok"' in as_text(letter, READER)


def test_the_mail_fetches_nothing_and_suits_old_programs() -> None:
    html = as_html(mail_content(outcome()), READER)
    display = PrintedPage(html)
    assert display.elements.isdisjoint({"img", "link", "script", "iframe", "object", "form", "svg"})
    assert not {name for name, _ in display.attributes} & {"src", "background", "srcset"}
    assert "url(" not in html
    assert "@import" not in html
    assert len(html) < 60_000  # some programs cut a mail off at 102 KB
    assert "prefers-color-scheme: dark" in html


# ---------------------------------------------------------------- to whom


@pytest.mark.parametrize("address", ["contact@techgear.com", "a.b+c@mail.shop.co.uk", "x@xn--mller-kva.example"])
def test_an_address_is_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b", "a@b.example, c@d.example", "A <a@b.example>", "a@b.example\nBcc: c@d.example",
     "a@b.example\n", "mü@b.example", "a b@c.example", f"{'a' * 65}@b.example", f"a@{'b.' * 130}example"],
)  # fmt: skip
def test_what_is_not_one_address_gets_no_mail(address: str) -> None:
    assert not is_address(address)


TO = [{"emailAddress": "A@b.example"}]


@pytest.mark.parametrize(
    ("event", "stops"),
    [
        ({"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": TO}}, ["bounced"]),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Transient", "bouncedRecipients": TO}}, []),
        ({"eventType": "Complaint", "complaint": {"complainedRecipients": TO}}, ["complained"]),
        ({"eventType": "Delivery", "delivery": {"recipients": ["A@b.example"]}}, []),
    ],
)
def test_what_comes_back_for_good_stops_the_address(event: dict[str, object], stops: list[str]) -> None:
    assert addresses_to_stop(event) == [("A@b.example", reason) for reason in stops]


def test_examples_of_what_a_guard_has_stopped() -> None:
    examples = (GuardExample(3, "S-<1>", "1299.00", "12.99"), GuardExample(1204, "S-2", "5.00", "0.50"))
    found = GuardFinding(GuardCode.PRICE_CLIFF, 40, 41, examples)
    stopped = Failure(FailureCode.CONFIRMATION_NEEDED, "This file would …", guards=(found,))
    changes = {"status": "failed", "total_records": None, "failure": stopped, "causes": ()}
    html, text = html_words(**changes), text_words(**changes)
    assert (
        "Prices that would change very much Row 3 S-<1> 1299.00 → 12.99 Row 1,204 S-2 5.00 → 0.50 and 38 more" in html
    )
    assert (
        "Prices that would change very much * Row 3, S-<1>: 1299.00 -> 12.99 * Row 1,204, S-2: 5.00 -> 0.50 and 38 more"
    ) in text
