"""Files in the formats and encodings that sellers have, and what is said of all others."""

import json
from collections.abc import Callable

import pytest

from storefront.listing_imports.reading import MAX_BYTES, MAX_ROWS
from tests.cast import Cast
from tests.client import Browser
from tests.listing_imports import files

pytestmark = pytest.mark.one_database

TABLE = "SKU,Title,Category,Price,Stock\nN-1,Schüssel “blau”,kitchen,20.00,3\n"
OBJECT = {"sku": "N-1", "title": "Schüssel “blau”", "category": "kitchen", "price": "20.00"}
ROWS = [OBJECT | {"stock": 3}]


@pytest.fixture
def alice(cast: Cast, as_user: Callable[[str], Browser]) -> Browser:
    """A seller."""
    cast.shop(ready=False)
    return as_user("Alice")


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (TABLE.encode(), "CSV, UTF-8"),
        (TABLE.encode("utf-8-sig"), "CSV, UTF-8"),
        (TABLE.encode("utf-16"), "CSV, UTF-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "CSV, UTF-16"),
        (TABLE.encode("cp1252"), "CSV, Windows-1252"),
        (TABLE.replace("\n", "\r\n").encode(), "CSV, UTF-8"),
        (TABLE.replace("\n", "\r\n,,,,\r\n").encode(), "CSV, UTF-8"),
        (TABLE.replace(",", ";").encode("cp1252"), "CSV with semicolons, Windows-1252"),
        (TABLE.replace(",", "\t").encode(), "TSV, UTF-8"),
        (TABLE.replace("Stock\n", "Stock,,\n").encode() + b",,,,,,\n", "CSV, UTF-8"),
        (json.dumps(ROWS).encode(), "JSON, UTF-8"),
        (json.dumps(ROWS, ensure_ascii=False, indent=2).encode("utf-8-sig"), "JSON, UTF-8"),
        (json.dumps(ROWS[0], indent=2).encode(), "JSON, UTF-8"),
        (json.dumps(ROWS[0]).encode() + b"\n\n", "newline-delimited JSON, UTF-8"),
        (json.dumps(ROWS[0]).encode("utf-16"), "newline-delimited JSON, UTF-16"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_read_whatever_wrote_it(alice: Browser, content: bytes, read_as: str) -> None:
    address = files.compare(alice, content)
    assert f"read as {read_as}" in alice.page(address).text
    assert "Schüssel “blau”" in files.view(alice, address, "new")


def test_pasted_rows_are_a_file_too(alice: Browser) -> None:
    answer = alice.submit(files.IMPORT, files.IMPORT, pasted=TABLE.replace(",", "\t"))
    page = alice.page(answer.location)
    assert page.h1 == "Pasted rows"
    assert "1 row, read as TSV" in page.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty."),
        (b" \n\n", "This file is empty."),
        (b"title,category,price,stock\n", "columns but no rows"),
        (b"title,category,price\nA,kitchen,1\n", "The column “stock” is missing."),
        (b"title,colour\nA,blue\n", "We do not know the column “colour”. The columns are: handle"),
        (b"sku,prise\nA,1\n", "column “prise”. Did you mean “price”?"),
        (b"sku,price,Price \nA,1,2\n", "The column “price” is there twice."),
        (b"Blue mug,kitchen,12,3\n", "the first row names them"),
        (b"sku,description\nA," + b"x" * 140_000, "Row 2 cannot be read."),
        (b"PK\x03\x04\x00\x00", "We cannot tell the encoding of this file. Save it as “CSV UTF-8”"),
        (b"sku,title\nA,\x81\n", "Save it as “CSV UTF-8”"),
        (TABLE.encode("utf-16-le"), "Save it as “CSV UTF-8”"),
        (b'[{"sku": "A"}, {"sku": ]', "no valid JSON: Expecting value in line 1, column 24"),
        (b'{"sku": "A"}\n{"sku": \n', "Row 2 is no valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'[{"sku": ' + b"1" * 5000 + b"}]", "a number that is too long"),
        (b"[1, 2]", "Row 1 is not an object"),
        (b'[{"sku": "A", "colour": "blue"}]', "We do not know the column “colour”."),
        (b'[{"sku": "A", "Price": "1", "price": "2"}]', "The column “price” is there twice."),
    ],
)
def test_it_says_what_is_wrong_with_a_file(alice: Browser, content: bytes, said: str) -> None:
    assert said in files.refusal(alice, content)
    assert "Nothing imported yet" in alice.page(files.IMPORT).text


def test_a_quotation_mark_that_never_closes_is_found(alice: Browser) -> None:
    address = files.compare(alice, 'sku,price\n"A,1\nB,2\n')
    assert "This row ends before this column." in files.view(alice, address, "wrong")


def test_nothing_chosen_and_nothing_pasted_is_said(alice: Browser) -> None:
    answer = alice.submit(files.IMPORT, files.IMPORT)
    assert answer.status_code == 422
    assert "Choose a file, or paste some rows." in answer.text


def test_what_is_too_large_is_refused(alice: Browser) -> None:
    assert "larger than 10 MB" in files.refusal(alice, b"sku\n" + b"x" * MAX_BYTES, 413)
    assert files.send(alice, b"x" * 25 * 1024 * 1024).status_code == 413
    assert alice.post(files.IMPORT, data={"pasted": "x" * 1_100_000}).status_code == 413
    rows = "".join(f"S-{number},5\n" for number in range(MAX_ROWS + 1))
    assert "more than 10,000 rows" in files.refusal(alice, f"sku,stock\n{rows}")
    assert "Nothing imported yet" in alice.page(files.IMPORT).text
