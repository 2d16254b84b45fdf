"""Sending files of listings, and what comes of it."""

import io
import re
from typing import Any

from werkzeug.test import TestResponse

from storefront.catalog import bulk
from storefront.catalog.service import Listing
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.support.pages import Page

IMPORT = "/sell/listings/import"
EXPORT = "/sell/listings/export"
NEW_ROW = "sku,title,category,price,stock\nN-1,New bowl,kitchen,20,3\n"


def send(browser: Browser, content: str | bytes, name: str = "stock.csv") -> TestResponse:
    """Choose a file and compare it."""
    encoded = content.encode() if isinstance(content, str) else content
    return browser.post(IMPORT, data={"file": file(encoded, name)})


def file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """A file as the test client sends it."""
    return io.BytesIO(content), name


def compare(browser: Browser, content: str | bytes, name: str = "stock.csv") -> str:
    """The address of a file's comparison, which must be possible."""
    answer = send(browser, content, name)
    assert answer.status_code == 303, Page(answer.text).text
    return str(answer.location)


def refusal(browser: Browser, content: str | bytes, status: int = 422) -> str:
    """What the page says about a file that cannot be read."""
    answer = send(browser, content)
    assert answer.status_code == status, answer.location
    return Page(answer.text).words("div", id="problem")


def counts(browser: Browser, address: str) -> dict[str, int]:
    """How many rows each tab has, without the empty ones."""
    tabs = browser.page(address).words("nav", aria_label="Rows")
    found = re.findall(r"(\D+) (\d+) ?", tabs)
    return {label: int(number) for label, number in found if number != "0"}


def view(browser: Browser, address: str, name: str) -> str:
    """The words of the rows in a tab."""
    return browser.page(f"{address}?view={name}").words("tbody")


def commit(browser: Browser, address: str, **headers: Any) -> TestResponse:
    """Press the button that imports."""
    action = f"{address}/commit"
    return browser.post(action, data=browser.page(address).form(action), headers=headers)


def imported(browser: Browser, content: str | bytes, name: str = "stock.csv") -> str:
    """Compare and import a file; its address."""
    address = compare(browser, content, name)
    assert commit(browser, address).status_code == 303
    return address


def undone(browser: Browser, address: str) -> str:
    """Undo an import; its address."""
    assert browser.submit(address, f"{address}/undo").status_code == 303
    return address


def listings(cast: Cast, shop: Shop) -> list[Listing]:
    """Everything that a shop offers, in the order in which it was written."""
    return [each for part in bulk.every(cast.services.store, shop.seller.id) for each in part]
