"""Sellers take their data with them, and have it deleted once nothing is open."""

import io
import json
import zipfile
from typing import Any

from PIL import Image

from storefront.sellers import service as sellers
from storefront.stored_data import service as stored_data
from tests.client import Browser
from tests.leaving.conftest import Stage

DELETE = "/sell/data/delete"


def add_picture(stage: Stage) -> None:
    content = io.BytesIO()
    Image.new("RGB", (200, 200), "teal").save(content, "PNG")
    content.seek(0)
    path = f"/sell/listings/{stage.listing.id}/pictures"
    assert stage.alice.post(path, data={"pictures": (content, "mug.png")}).status_code == 303


def archive(browser: Browser) -> tuple[dict[str, Any], list[str]]:
    """The tables of an archive, and the names of its pictures."""
    answer = browser.get("/sell/data/export")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        names = found.namelist()
        tables = {n[:-5]: json.loads(found.read(n)) for n in names if n.endswith(".json")}
        return tables, [name for name in names if name.startswith("pictures/")]


def test_the_archive_holds_what_is_the_sellers_and_nothing_of_anybody_else(stage: Stage) -> None:
    add_picture(stage)
    stage.sell()
    stage.refund(300)
    stage.cast.order(stage.listing, pay=False, buyer=stage.cast.user("Bob"))
    other = stage.cast.shop("Dora")
    stage.cast.order(stage.cast.listing(other))
    tables, pictures = archive(stage.alice)
    assert [order["number"] for order in tables["orders"]] == [stage.sold.number]
    assert [refund["amount"] for refund in tables["refunds"]] == [300]
    assert tables["shop"][0]["name"] == "Alice's shop"
    assert [each["title"] for each in tables["listings"]] == ["Speckled mug"]
    assert {entry["order_number"] for entry in tables["ledger"]} == {stage.sold.number}
    assert len(pictures) == len(tables["pictures"]) == 1
    text = json.dumps(tables)
    for secret in (stage.sold.token, "bob@example.com", other.account, "Dora", "cart_id", "token"):
        assert secret not in text, secret


def test_what_is_open_stands_in_the_way_and_is_said(stage: Stage) -> None:
    stage.sell()
    page = stage.alice.page("/sell/data").text
    assert "Disconnect it first" in page
    assert "not shipped" in page
    answer = stage.alice.post(DELETE, data={"name": "Alice's shop"})
    assert (answer.status_code, "Nothing was deleted" in answer.text) == (409, True)
    assert stage.alice.get("/sell").status_code == 200


def test_after_deleting_only_what_accounting_needs_is_left(stage: Stage) -> None:
    add_picture(stage)
    unsold = stage.cast.listing(stage.shop)
    stage.sell()
    stage.refund(1500)
    stage.leave("from here")
    wrong = stage.alice.post(DELETE, data={"name": "Alice"})
    assert (wrong.status_code, "as it is" in wrong.text) == (422, True)
    before = stage.in_the_books()
    answer = stage.alice.submit("/sell/data", DELETE, name="Alice's shop")
    assert (answer.status_code, answer.location) == (303, "/account")
    with stage.services.store.read() as tx:
        shop = sellers.seller_by_id(tx, stage.shop.seller.id)
        listings = tx.all("SELECT id, title, description FROM listings")
        pictures = tx.value("SELECT COUNT(*) FROM listing_pictures")
    assert shop is not None
    assert (shop.name, shop.story, shop.logo_key) == ("Closed shop", "", None)
    assert [row["id"] for row in listings] == [stage.listing.id] != [unsold.id]
    assert (listings[0]["title"], listings[0]["description"], pictures) == (
        "Deleted listing", "", 0,
    )  # fmt: skip
    assert not list(stage.services.config.media_root.rglob("*.webp"))
    assert stage.in_the_books() == before
    assert stage.differences() == 0
    assert stage.alice.get("/sell").location == "/sell/open"
    assert stage.alice.get(f"/shops/{stage.shop.seller.slug}").status_code == 404
    assert stage.alice.page(f"/orders/{stage.sold.token}")
    again = stage.alice.submit("/sell/open", "/sell/open", name="Once more", currency="usd")
    assert (again.status_code, "opens no other" in again.text) == (409, True)


def test_copies_of_what_is_at_stripe_are_deleted_with_the_shop(stage: Stage) -> None:
    store, account = stage.services.store, stage.shop.account
    stage.cast.sandbox.post("/v1/customers", {"email": "c@example.com"}, account=account)
    with store.transaction() as tx:
        stored_data.start(tx, account, ["customers"])
    stored_data.run_to_end(stage.services, [account], lambda _: None)
    stage.leave("from here")
    answer = stage.alice.submit("/sell/data", DELETE, name="Alice's shop")
    assert (answer.status_code, answer.location) == (303, "/account")
    with store.read() as tx:
        tables = ("stored_objects", "stored_fetches", "connected_accounts")
        assert [tx.value(f"SELECT COUNT(*) FROM {table}") for table in tables] == [0, 0, 0]
