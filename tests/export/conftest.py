"""What the tests about exports share."""

import pytest

from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from tests.cast import Cast


@pytest.fixture
def order(cast: Cast) -> Order:
    """Two mugs sold to Bob, one of them refunded."""
    mug = cast.listing(cast.shop(), title="=Mug, glazed in Zürich")
    sold = cast.order(mug, cast.user(), quantity=2)
    wish = Wish(1000, reverse_transfer=True, return_fee=True)
    refunds.request(cast.services, sold.id, wish, Author("a form", cast.operator().id))
    return cast.reread(sold)
