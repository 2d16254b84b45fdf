"""A browser without JavaScript: it sends what browsers send, and reads every page it gets.

Each HTML page that a test loads is checked (tests/support/pages.py). Unsafe requests carry
the headers of a same-origin form, and the token of the newest page that had one.
"""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.config import Config
from tests.support.pages import Page, lint

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SAFE = {"GET", "HEAD", "OPTIONS"}

HTMX = {"HX-Request": "true"}
"""Headers that make a request one of htmx's."""


class Browser(FlaskClient):
    """The test client of the application."""

    application: Flask

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = ""
        self.lints = True

    @property
    def config(self) -> Config:
        """The application's settings."""
        config: Config = self.application.extensions["storefront"].config
        return config

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request to PUBLIC_URL, as its own pages would."""
        kwargs.setdefault("base_url", self.config.public_url)
        kwargs.setdefault("buffered", True)  # read to the end, so that served files are closed
        if kwargs.get("method", "GET") not in _SAFE:
            self._as_a_form_of_ours(kwargs)
        response = super().open(*args, **kwargs)
        response.request.environ["wsgi.input"].close()  # a large upload is a temporary file
        if self.lints:
            lint(response)
        self._remember_token(response)
        return response

    def page(self, path: str, **kwargs: Any) -> Page:
        """The page behind an address, which must answer 200."""
        response = self.get(path, **kwargs)
        assert response.status_code == 200, f"{path}: {response.status} {response.location}"
        return Page(response.text)

    def submit(self, path: str, action: str, **values: Any) -> TestResponse:
        """Load a page, fill the form with this action, and send it."""
        fields: dict[str, Any] = dict(self.page(path).form(action))
        return self.post(action, data=fields | values)

    def _as_a_form_of_ours(self, kwargs: dict[str, Any]) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.config.public_url}
        kwargs["headers"] = headers | dict(kwargs.get("headers") or {})
        data = kwargs.get("data")
        if self.token and (data is None or isinstance(data, dict)):
            kwargs["data"] = {"csrf_token": self.token} | (data or {})

    def _remember_token(self, response: TestResponse) -> None:
        if response.mimetype == "text/html" and (found := _TOKEN.search(response.text)):
            self.token = found[1]
