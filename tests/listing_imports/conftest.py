"""What the tests of imports share."""

import io

import pytest
from PIL import Image

from tests.client import HTMX


@pytest.fixture(params=["plain", "htmx"])
def headers(request: pytest.FixtureRequest) -> dict[str, str]:
    """The headers of a form sent by the browser itself, and of one sent by htmx."""
    return HTMX if request.param == "htmx" else {}


@pytest.fixture
def png() -> bytes:
    """A picture."""
    content = io.BytesIO()
    Image.new("RGB", (200, 200), "teal").save(content, "PNG")
    return content.getvalue()
