"""Opening a shop and editing it."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from tests.cast import Cast
from tests.client import Browser

AsUser = Callable[[str], Browser]


def shop_of(services: Services, cast: Cast, owner: str = "Alice") -> Seller:
    """A person's shop."""
    with services.store.read() as tx:
        seller = sellers.seller_of_user(tx, cast.user(owner).id)
    assert seller is not None
    return seller


def test_a_shop_is_opened(as_user: AsUser, services: Services, cast: Cast) -> None:
    alice = as_user("Alice")
    answer = alice.submit(
        "/sell/open", "/sell/open", name=" Otter  & Oak ", currency="eur", shipping="4.50",
        countries=["DE", "AT"], story="Mugs.\r\nMade by hand.", primary_color="#1F6F5C",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/sell")
    shop = shop_of(services, cast)
    assert (shop.name, shop.slug, shop.currency) == ("Otter & Oak", "otter-oak", "eur")
    assert (shop.shipping_amount, shop.countries) == (450, ("AT", "DE"))
    assert shop.story == "Mugs.\nMade by hand."
    assert shop.primary_color == "#1f6f5c"
    page = alice.page("/sell")
    assert page.h1 == "Otter & Oak"
    assert "Your shop is open." in page.text
    assert alice.get("/sell/open").location == "/sell"


def test_one_person_has_one_shop(as_user: AsUser, services: Services, cast: Cast) -> None:
    cast.shop(name="The first")
    answer = as_user("Alice").post("/sell/open", data={
        "name": "The second", "currency": "usd", "shipping": "0",
        "primary_color": "#000000", "secondary_color": "#ffffff",
    })  # fmt: skip
    assert answer.status_code == 409
    assert shop_of(services, cast).name == "The first"


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["Otter & Oak", "Otter, Oak!", "otter oak"], ["otter-oak", "otter-oak-2", "otter-oak-3"]),
        (["Café Ünïcode"], ["cafe-unicode"]),
        (["器器", "茶碗"], ["shop", "shop-2"]),
    ],
)
def test_every_shop_has_an_address_of_its_own(
    cast: Cast, names: list[str], slugs: list[str]
) -> None:
    people = ("Alice", "Dora", "Emil")
    shops = [
        cast.shop(who, name=name, ready=False) for who, name in zip(people, names, strict=False)
    ]
    assert [shop.seller.slug for shop in shops] == slugs


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Please enter a name."),
        ("name", "x", "2 to 60 characters"),
        ("name", "x" * 61, "2 to 60 characters"),
        ("currency", "xyz", "Not a valid choice"),
        ("primary_color", "red", "A colour looks like"),
        ("primary_color", "#fff;} body{display:none", "A colour looks like"),
        ("secondary_color", "url(//evil)", "A colour looks like"),
        ("shipping", "-1", "is not an amount"),
        ("shipping", "1.234", "USD has 2 decimals"),
        ("shipping", "lots", "is not an amount"),
        ("shipping", "99999999", "what shipping costs"),
        ("countries", "XX", "not a valid choice"),
        ("story", "x" * 4001, "at most 4000 characters"),
        ("refund_policy", "x" * 4001, "at most 4000 characters"),
    ],
)
def test_what_does_not_make_sense_is_said_at_the_field(
    as_user: AsUser, field: str, value: str, said: str
) -> None:
    alice = as_user("Alice")
    answer = alice.submit("/sell/open", "/sell/open", **{"name": "A fine shop", field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert alice.get("/sell").location == "/sell/open"


def test_everything_but_currency_and_address_can_be_edited(
    as_user: AsUser, services: Services, cast: Cast
) -> None:
    before = cast.shop(name="Otter & Oak", currency="jpy", shipping="800").seller
    alice = as_user("Alice")
    assert alice.page("/sell/shop").form("/sell/shop")["shipping"] == "800"
    answer = alice.submit(
        "/sell/shop", "/sell/shop", name="Otter", story="**New**", shipping="900",
        countries=["JP"], currency="usd", slug="mine", user_id="mallory",
    )  # fmt: skip
    assert answer.location == "/sell/shop"
    after = shop_of(services, cast)
    assert (after.name, after.shipping_amount, after.countries) == ("Otter", 900, ("JP",))
    assert (after.currency, after.slug, after.user_id) == ("jpy", before.slug, before.user_id)


def test_one_seller_never_touches_anothers_shop(
    as_user: AsUser, services: Services, cast: Cast
) -> None:
    cast.shop("Alice", name="Otter & Oak")
    untouched = cast.shop("Dora", name="Dora's").seller
    as_user("Alice").submit("/sell/shop", "/sell/shop", name="Otter", id=untouched.id)
    assert shop_of(services, cast, "Dora") == untouched
