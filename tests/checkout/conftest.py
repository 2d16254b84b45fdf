"""What the tests of checkout share."""

import pytest

from storefront.current import Services
from tests.support.market import Market
from tests.support.stripe import Stripe


@pytest.fixture
def market(services: Services, sandbox: Stripe) -> Market:
    """Shops, listings, carts and orders."""
    return Market(services, sandbox)
