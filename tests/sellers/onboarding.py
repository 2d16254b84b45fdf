"""Stripe's onboarding page without a browser: what a person does there."""

import re
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest

from tests.client import Browser

_SESSION = re.compile(r'name="session" value="(\w+)"')


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def set_up(browser: Browser, country: str = "US") -> str:
    """Press *Set up at Stripe*; the link to Stripe's page."""
    answer = browser.submit("/sell/connect", "/sell/account", country=country)
    assert answer.status_code == 303, answer.text
    return answer.location


def answer(link: str, decision: str = "provide") -> str:
    """Open the page and press a button; the path that Stripe sends the person back to."""
    with urlopen(link) as page:
        [session] = _SESSION.findall(page.read().decode())
    return _redirected(link, {"session": session, "decision": decision})


def open_again(link: str) -> str:
    """Open a link that is over; the path that it leads to."""
    return _redirected(link, None)


def _redirected(address: str, form: dict[str, str] | None) -> str:
    body = urlencode(form).encode() if form else None
    with pytest.raises(HTTPError) as redirected:
        build_opener(_Stay).open(Request(address, body))
    with redirected.value as answer:
        assert answer.status == 303, answer.read()
        return urlsplit(answer.headers["Location"]).path
