"""Downloads are saved, never shown, under a name that is safe in a header and on a disk."""

import re
from email.message import Message
from urllib.parse import unquote

import pytest

from pipeline.outcome.attachments import file_attachment, report_attachment, safe_name

_FORM = re.compile(r"attachment; filename=\"([ !#-\[\]-~]+)\"(?:; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+))?")


@pytest.mark.parametrize(
    ("name", "in_ascii", "as_it_is"),
    [
        ("products.csv", "products.csv", "products.csv"),
        ("Größe.csv", "Gro_e.csv", "Größe.csv"),
        ("商品.csv", "__.csv", "商品.csv"),
        ('a"; filename="b.html', "a__ filename=_b.html", "a__ filename=_b.html"),
        ("a\r\nSet-Cookie: b.csv", "a Set-Cookie_ b.csv", "a Set-Cookie_ b.csv"),
        ("../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd"),
        ("..\\a.csv", "_a.csv", "_a.csv"),
        ("\u202egnp.csv", "gnp.csv", "gnp.csv"),
        ("100%41.csv", "100_41.csv", "100_41.csv"),
        ("..", "file.csv", "file.csv"),
        ("\u200b\n", "file.csv", "file.csv"),
        ("\ud800.csv", "csv", "csv"),
    ],
)
def test_a_name_is_safe_in_a_header(name: str, in_ascii: str, as_it_is: str) -> None:
    form = _FORM.fullmatch(file_attachment(name).disposition)
    assert form is not None
    assert (form[1], unquote(form[2] or form[1])) == (in_ascii, as_it_is)


def test_programs_read_the_name_that_was_sent() -> None:
    message = Message()
    message["Content-Disposition"] = file_attachment("Größe 1.csv").disposition.replace("filename=", "ascii=")
    assert message.get_filename() == "Größe 1.csv"


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 1000 + ".csv")
    assert (len(name) <= 255, name.endswith("x.csv")) == (True, True)


def test_a_vendors_file_is_bytes_and_a_report_is_csv() -> None:
    assert file_attachment("page.html").content_type == "application/octet-stream"
    report = report_attachment("errors/VEND001/UPLOAD_1_errors.csv")
    assert (report.file_name, report.content_type) == ("UPLOAD_1_errors.csv", "text/csv; charset=utf-8")
