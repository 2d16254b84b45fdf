"""Packing slips: what is printed, and what is not."""

from collections.abc import Callable

import pytest

from storefront.catalog.service import Listing
from tests.cast import Cast
from tests.client import Browser
from tests.journeys.scenery import ADDRESS

pytestmark = pytest.mark.one_database


@pytest.fixture
def mug(cast: Cast) -> Listing:
    return cast.listing(cast.shop(name="Otter & Oak"), title="Blue <mug>", requires_shipping=True)


@pytest.fixture
def alice(mug: Listing, as_user: Callable[[str], Browser]) -> Browser:
    assert mug
    return as_user("Alice")


def test_a_slip_shows_shop_address_and_pieces_and_prices_only_if_wanted(
    alice: Browser, cast: Cast, mug: Listing
) -> None:
    order = cast.order(mug, quantity=2, shipping=ADDRESS)
    path = f"/sell/orders/{order.id}/slip"
    assert path in alice.page(f"/sell/orders/{order.id}").links().values()
    plain = alice.page(path).text
    for words in ("Otter & Oak", f"Order {order.number}", "5 Harbor Street", "Blue <mug>"):
        assert words in plain, plain
    assert "$" not in plain
    priced = alice.page(f"{path}?prices=yes").text
    for words in ("$10.00", "$20.00", "$5.00", "$25.00"):
        assert words in priced


def test_a_selection_has_a_slip_for_each_with_the_same_words(
    alice: Browser, cast: Cast, mug: Listing
) -> None:
    first, second = cast.order(mug, shipping=ADDRESS), cast.order(mug, shipping=ADDRESS)
    chosen = f"/sell/slips?order={first.id}&order={second.id}&order={first.id}"
    answer = alice.get(f"{chosen}&message=Thank+you,%0A<b>Otter</b>")
    assert answer.text.count('<article class="slip"') == 2
    assert answer.text.count('<p class="slip-message">Thank you,\n&lt;b&gt;') == 2
    long = alice.get(f"{chosen}&message={'x' * 400}").text
    assert f">{'x' * 300}<" in long
    assert alice.get("/sell/slips").location == "/sell/orders?view=to_ship"
