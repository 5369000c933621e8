"""Messages as a vendor reads them: every one of them, in one voice, with the limit and what it is held against."""

import re

import pytest

from pipeline.checking.conflicts import Holders, conflicts, errors_in_file
from pipeline.checking.rules import Categories
from pipeline.checking.survey import EarlierRow, StagedRecord
from pipeline.domain.characters import INVISIBLE
from pipeline.domain.columns import COLUMNS
from pipeline.domain.decisions import UploadMode
from pipeline.domain.errors import OUR_FAULT, RowError
from pipeline.domain.stored_products import StoredProduct
from tests.unit.files import CATEGORIES, record, records_of

FORMAT_OF_A_PRICE = "must be a number from 0.01 to 999999.99 with at most two decimals, such as 19.99"
MESSAGES = {
    "vendor_product_id=''": "Vendor product id must not be empty",
    "vendor_product_id='',price='',sku=''": "Vendor product id, SKU and Price must not be empty",
    "price='-10.00'": "Price must be at least 0.01",
    "price='0'": "Price must be at least 0.01",
    "price='1000000'": "Price must be at most 999999.99",
    "price='€ 5'": f"Price {FORMAT_OF_A_PRICE}",
    "compare_at_price='free'": f"Compare-at price {FORMAT_OF_A_PRICE}",
    "stock_quantity='-1'": "Stock quantity must be at least 0",
    "stock_quantity='1000001'": "Stock quantity must be at most 1000000",
    "stock_quantity='10.0'": "Stock quantity must be a whole number from 0 to 1000000, such as 25",
    "unit='a unit of more than twenty'": "Unit must have at most 20 characters; it has 26",
    "category='Elektronics'": 'Category must be one of the marketplace\'s; "Elektronics" is not',
    "category='Spaceships'": 'Category must be one of the marketplace\'s; "Spaceships" is not',
    "weight_kg='heavy'": "Weight must be a number of kilograms from 0 to 9999999.999 with at most three decimals,"
    " such as 0.25",
    "image_url='a.png'": "Image URL must be one web address that starts with http:// or https://,"
    " without blanks, commas or |",
    "image_url='https://a#https://b'": "Image URL must be one web address; it has several",
    "image_url='null'": "Image URL must be a web address; leave the cell empty if there is none",
    "compare_at_price='-'": f"Compare-at price {FORMAT_OF_A_PRICE}; leave the cell empty if there is none",
    "price='NULL'": f"Price {FORMAT_OF_A_PRICE}",
    "price='1,299'": f"Price {FORMAT_OF_A_PRICE}; this can be read as 1.299 or as 1299",
    "weight_kg='1,800'": "Weight must be a number of kilograms from 0 to 9999999.999 with at most three decimals,"
    " such as 0.25; this can be read as 1.800 or as 1800",
    "stock_quantity='10,5'": "Stock quantity must be a whole number from 0 to 1000000, such as 25",
    "price='1.2E+03'": f"Price {FORMAT_OF_A_PRICE}; write the number out, without E",
    "price='“19.99”'": f"Price {FORMAT_OF_A_PRICE}; take out the curly quotes",
    "price='\"19.99\"'": f"Price {FORMAT_OF_A_PRICE}; take out the quotation marks",
    "price='’19.99'": f"Price {FORMAT_OF_A_PRICE}; take out the apostrophe",
    "price='1\\x079'": f"Price {FORMAT_OF_A_PRICE}; it has U+0007 inside, which is invisible",
    "price='１９'": f"Price {FORMAT_OF_A_PRICE}; write the digits 0 to 9",
    "stock_quantity='1\u200b0'": "Stock quantity must be a whole number from 0 to 1000000, such as 25;"
    " it has U+200B ZERO WIDTH SPACE inside, which is invisible",
    "category='Elec\u00adtronics'": 'Category must be one of the marketplace\'s; "Elec\u00adtronics" is not;'
    " it has U+00AD SOFT HYPHEN inside, which is invisible",
    "category='Elec\ntronics'": 'Category must be one of the marketplace\'s; "Elec tronics" is not;'
    " it has a line break inside",
    "brand='a\\x07'": "Brand must not contain invisible control characters; it has U+0007",
}


def errors_for(**cells: str) -> list[RowError]:
    return errors_in_file(StagedRecord(record(**cells)), CATEGORIES)


@pytest.mark.parametrize("cells", MESSAGES)
def test_a_message_names_the_field_and_the_limit(cells: str) -> None:
    wrong = dict(re.findall(r"(\w+)='([^']*)'", cells.replace("\\x07", "\x07")))
    (error,) = errors_for(**wrong)
    assert error.message == MESSAGES[cells]
    assert error.value == (None if "must not be empty" in error.message else next(iter(wrong.values())))


def test_a_duplicate_in_the_file_names_the_row_and_the_sheet_row_of_the_earlier_record() -> None:
    content = (
        "vendor_product_id,product_name,category,sku,price,stock_quantity\n"
        '1,"two\nlines",Clothing,S1,1,1\n\n2,b,Clothing,S2,1,1\n3,c,Clothing,S2,1,1\n1,d,Clothing,S4,1,1\n'
    )
    errors_by_row = [errors_in_file(staged, CATEGORIES) for staged in records_of(content)]
    assert [[(error.message, error.conflict) for error in errors] for errors in errors_by_row] == [
        [],
        [],
        [("SKU must be unique; row 2 (Excel row 4) of this file has the same one", {"row_number": 2})],
        [("Vendor product id must be unique; row 1 (Excel row 2) of this file has the same one", {"row_number": 1})],
    ]


def test_a_record_that_was_staged_without_the_sheet_row_names_the_row() -> None:
    (error,) = errors_in_file(StagedRecord(record(), EarlierRow(7)), CATEGORIES)
    assert error.message == "SKU must be unique; row 7 of this file has the same one"


HELD = Holders(None, StoredProduct(4711, "VEND001", "P-1", "SKU-1", "UPLOAD_1", 15, {}, (), 16))


def test_ones_own_product_is_named_with_its_upload_and_row() -> None:
    (error,) = conflicts(record(), HELD, mode=UploadMode.CREATE, key="vendor_product_id", vendor_id="VEND001")
    product = "your product 4711, from row 15 (Excel row 16) of upload UPLOAD_1,"
    assert error.message == f"SKU must be unique; {product} has the same one"
    assert error.conflict == {"upload_id": "UPLOAD_1", "product_id": 4711}


def test_of_another_vendors_product_nothing_is_told_but_that_there_is_one() -> None:
    (error,) = conflicts(record(), HELD, mode=UploadMode.CREATE, key="vendor_product_id", vendor_id="VEND002")
    assert (error.message, error.conflict) == ("SKU must be unique; another vendor's product has the same one", None)


def test_no_message_lists_the_categories_or_grows_longer_than_one_reads() -> None:
    many = Categories([f"Category {n}" for n in range(1000)])
    (error,) = errors_in_file(StagedRecord(record(category="Spaceships of all kinds " * 4)), many)
    assert len(error.message) < 200
    assert "Category 3" not in error.message


HOSTILE = [
    "x",
    "9",
    "9,",
    "\n",
    "\u2028",
    "\u202e",
    "é\xad",
    "a\U000e0020",
    "\x07",
    "#N/A ",
    "1E+",
    "“",
    "Err:502",
    "[",
]


@pytest.mark.parametrize("length", [1, 60, 5_000])
@pytest.mark.parametrize("piece", [*HOSTILE, *INVISIBLE[-20:]])
def test_messages_are_short_and_on_one_line_whatever_the_value(piece: str, length: int) -> None:
    value = f"1{piece * length}2E+12"
    for error in errors_for(**dict.fromkeys(COLUMNS, value)):
        assert len(error.message) <= 210  # with the longest name of a character, EGYPTIAN HIEROGLYPH INSERT AT …
        assert len(error.message.splitlines()) == 1


def test_what_breaks_our_own_code_is_our_fault() -> None:
    broken = record(category="x")
    broken.values["category"] = 5  # type: ignore[assignment]
    assert errors_in_file(StagedRecord(broken), CATEGORIES) == [OUR_FAULT]


def test_no_message_has_jargon_or_ends_in_a_full_stop() -> None:
    for message in [*MESSAGES.values(), OUR_FAULT.message]:
        assert not re.search(r"\b(null|regex|pattern|invalid|parse|validation|string|float|int|cast)\b", message, re.I)
        assert not message.endswith(".")
        assert message[0].isupper()
