"""Nobody is sent to another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.security.redirects import safe_next
from tests.cast import PASSWORD, Cast
from tests.client import Browser

OURS = ["/", "/account", "/orders?page=2", "/listings/mug#reviews", "/%2f/evil.example", "/a/../b"]
THEIRS = [
    "", None, "account", "https://evil.example", "//evil.example", "///evil.example",
    "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "https:evil.example", "http:/evil",
    "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "\t//evil",
    " //evil.example", "/ /evil.example", "@evil.example", "//evil@127.0.0.1", "/\u2028/evil",
    "/\x00", "/é", "/" + "a" * 3000, "/sign-in", "/sign-out", "/sign-in?next=/", "///", "//",
]  # fmt: skip


@pytest.mark.parametrize("path", OURS)
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize("text", THEIRS)
def test_everything_else_leads_to_the_front_page(text: str | None) -> None:
    assert safe_next(text) == "/"


@given(st.text(alphabet="/\\:@?#.%\t\n\r evilhtps0", max_size=12))
def test_no_spelling_leaves_our_host(text: str) -> None:
    landed = urljoin("https://shop.example/sign-in", safe_next(text))
    assert urlsplit(landed).netloc == "shop.example"
    assert not safe_next(text).replace("\\", "/").startswith("//")


@pytest.mark.one_database
@pytest.mark.parametrize("text", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_signing_in_leads_nowhere_else(client: Browser, cast: Cast, text: str) -> None:
    bob = {"email": cast.user("Bob").email, "password": PASSWORD, "next": text}
    assert client.post("/sign-in", data=bob).location == "/"
    assert client.get("/sign-in", query_string={"next": text}).location == "/"
