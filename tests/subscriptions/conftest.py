"""What the tests about subscriptions share."""

import pytest

from tests.cast import Cast
from tests.subscriptions.club import Club


@pytest.fixture
def club(cast: Cast) -> Club:
    """Alice's clay club: 9.00 a month."""
    return Club(cast)
