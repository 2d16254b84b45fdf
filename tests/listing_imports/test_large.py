"""Large files are the worker's; the page says how far it has come."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.listing_imports import service
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.listing_imports import files
from tests.support.pages import Page

AsUser = Callable[[str], Browser]
COUNT = 1001
ROWS = "".join(f"S-{number},Mug {number},art,9,{number}\n" for number in range(COUNT))
FILE = f"sku,title,category,price,stock\n{ROWS}"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop."""
    return cast.shop(ready=False)


@pytest.fixture
def alice(shop: Shop, as_user: AsUser) -> Browser:
    """Its owner."""
    return as_user(shop.owner.name)


def steps(services: Services) -> Iterator[None]:
    """The worker's steps, one at a time."""
    with services.store.read() as tx:
        (running,) = service.repository.running(tx)
    while service._advance(services, running):
        yield


def test_a_large_file_is_compared_in_steps_and_written_as_one(
    cast: Cast, shop: Shop, alice: Browser, services: Services, worker: Callable[[], None]
) -> None:
    address = files.compare(alice, FILE)
    page = alice.page(address)
    assert "0 of 1,001 rows are compared" in page.text
    assert page.links()["Refresh"] == address
    seen = [_progress(alice, address) for _ in steps(services)]
    assert seen == ["500", "1000", "1001"]
    assert alice.get(f"{address}/progress", headers=HTMX).headers["HX-Redirect"] == address
    assert files.counts(alice, address) == {"New": COUNT}
    assert files.listings(cast, shop) == []

    last = alice.page(f"{address}?view=new&page=11")
    assert "Mug 1000" in last.words("tbody")
    files.commit(alice, address)
    assert "1,001 rows, all at once or none of them" in alice.page(address).text
    assert files.listings(cast, shop) == []
    worker()
    assert [each.sku for each in files.listings(cast, shop)] == [f"S-{n}" for n in range(COUNT)]

    assert alice.submit(address, f"{address}/undo").status_code == 303
    assert "Being undone" in alice.page(address).text
    worker()
    assert files.listings(cast, shop) == []
    assert files.counts(alice, address) == {"Deleted": COUNT}


def _progress(browser: Browser, address: str) -> str:
    fragment = browser.get(f"{address}/progress", headers=HTMX)
    bar = Page(fragment.text).one("progress")
    assert bar.get("max") == str(COUNT)
    return str(bar.get("value"))


def test_whoever_asks_for_the_progress_without_htmx_gets_the_page(alice: Browser) -> None:
    address = files.compare(alice, files.NEW_ROW)
    assert alice.get(f"{address}/progress").location == address


def test_several_at_once_write_once(
    cast: Cast, shop: Shop, alice: Browser, services: Services
) -> None:
    address = files.compare(alice, "sku,title,category,price,stock\n" + "".join(
        f"S-{number},Mug,art,9,1\n" for number in range(50)
    ))  # fmt: skip
    import_id = address.rpartition("/")[2]

    def press(_: int) -> None:
        service.commit(services, shop.seller.id, import_id, 1)
        service.run_due(services)
        services.store.close() if services.store.dialect == "sqlite" else None

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(press, range(4)))
    assert len(files.listings(cast, shop)) == 50
    assert "50 new listings" in alice.page(address).text


@pytest.mark.one_database
def test_a_comparison_waits_for_a_week(
    alice: Browser, services: Services, worker: Callable[[], None]
) -> None:
    forgotten, done = files.compare(alice, files.NEW_ROW), files.imported(alice, files.NEW_ROW)
    with time_machine.travel(clock.now() + timedelta(days=8), tick=True):
        worker()
        service.clean_up(services)
    assert alice.get(forgotten).status_code == 404
    assert alice.get(done).status_code == 200


@pytest.mark.one_database
def test_ten_comparisons_wait_at_most(alice: Browser) -> None:
    addresses = [files.compare(alice, files.NEW_ROW) for _ in range(11)]
    assert [alice.get(each).status_code for each in addresses] == [404] + [200] * 10
    assert len(re.findall("Nothing written yet", alice.page(files.IMPORT).text)) == 10
