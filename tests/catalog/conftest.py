"""What the tests of listings share."""

import pytest

from tests.client import HTMX


@pytest.fixture(params=["plain", "htmx"])
def headers(request: pytest.FixtureRequest) -> dict[str, str]:
    """The headers of a form sent by the browser itself, and of one sent by htmx."""
    return HTMX if request.param == "htmx" else {}
