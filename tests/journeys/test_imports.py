"""A seller imports a file, looks at what it does, and takes it back."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys.test_accessibility import faults
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

FILE = b"sku,title,category,price,stock\nM-1,Green mug,kitchen,12.50,7\nN-1,New bowl,home,20,3\n"
_DROP = """(content) => {
  const files = new DataTransfer();
  files.items.add(new File([content], "autumn.csv", { type: "text/csv" }));
  const how = { dataTransfer: files, bubbles: true, cancelable: true };
  document.querySelector("h1").dispatchEvent(new DragEvent("drop", how));
}"""


def import_and_undo(alice: Visitor) -> None:
    """From the comparison to the import and back."""
    alice.presses("Compare with my listings")
    alice.sees_heading("autumn.csv")
    alice.sees("Nothing is written yet.")
    alice.sees("$12.50")
    alice.follows("New 1")
    alice.sees("New bowl")
    alice.presses("Import")
    alice.sees("1 new listing, 1 changed")
    alice.opens_up("Undo this import")
    alice.presses("Undo the import")
    alice.sees("1 listing is as before, 1 deleted")
    alice.opens("/sell/listings")
    alice.sees("Blue mug")
    alice.does_not_see("New bowl")


def test_a_file_is_dropped_on_the_page(signed_in: Callable[..., Visitor], cast: Cast) -> None:
    """Anywhere on it, not only on the field."""
    cast.listing(cast.shop(), sku="M-1", title="Blue mug")
    alice = signed_in("Alice")
    alice.opens("/sell/listings")
    alice.follows("Import and export")
    alice.sees_heading("Import and export")
    alice.page.evaluate(_DROP, FILE.decode())
    alice.sees("autumn.csv")
    import_and_undo(alice)


def test_an_import_needs_no_script(signed_in: Callable[..., Visitor], cast: Cast) -> None:
    """A file is chosen; everything else is links and buttons."""
    cast.listing(cast.shop(), sku="M-1", title="Blue mug")
    alice = signed_in("Alice", java_script_enabled=False)
    alice.opens("/sell/listings/import")
    alice.attaches("File", {"name": "autumn.csv", "mimeType": "text/csv", "buffer": FILE})
    import_and_undo(alice)


def test_a_large_file_shows_how_far_it_has_come(
    signed_in: Callable[..., Visitor], cast: Cast, worker: Callable[[], None]
) -> None:
    """The page goes on by itself when the worker has done its part."""
    cast.shop()
    alice = signed_in("Alice")
    rows = "".join(f"S-{number},Mug {number},art,9,1\n" for number in range(501))
    file = f"sku,title,category,price,stock\n{rows}".encode()
    alice.opens("/sell/listings/import")
    alice.attaches("File", {"name": "many.csv", "mimeType": "text/csv", "buffer": file})
    alice.presses("Compare with my listings")
    alice.sees("0 of 501 rows are compared.")
    found = [*faults(alice)]
    worker()
    alice.sees("Nothing is written yet.")
    assert not [*found, *faults(alice)]
