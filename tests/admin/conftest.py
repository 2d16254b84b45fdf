"""What the tests of the operator's pages share."""

from collections.abc import Callable

import pytest

from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import Browser


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


@pytest.fixture
def paid(cast: Cast) -> Order:
    """A paid order of 10.00 at Alice's shop, with a fee of 1.00."""
    return cast.order(cast.listing(cast.shop()), cast.user("Bob"))
