"""Stripe's consent page without a browser: what a person does there."""

from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from tests.client import Browser


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def set_out(browser: Browser) -> str:
    """Press *Connect with Stripe*; the address at Stripe."""
    answer = browser.submit("/sell/connect", "/sell/connect")
    assert answer.status_code == 303, answer.text
    return answer.location


def agree(there: str, name: str = "Otter & Oak", email: str = "alice@example.com") -> str:
    """Make an account and agree; the path that Stripe sends the person back to."""
    form = {
        "decision": "create", "business_name": name, "email": email, "country": "US",
        "currency": "usd",
    }  # fmt: skip
    return _decide(there, form)


def choose(there: str, account: str) -> str:
    """Agree with an account that exists; the way back."""
    return _decide(there, {"decision": "existing", "account": account})


def refuse(there: str) -> str:
    """Say no; the way back."""
    return _decide(there, {"decision": "deny"})


def parameters(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _decide(there: str, form: dict[str, str]) -> str:
    request = Request(there, urlencode(form).encode(), method="POST")
    with pytest.raises(HTTPError) as redirected:
        build_opener(_Stay).open(request)
    with redirected.value as answer:
        assert answer.status == 303, answer.read()
        back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"
