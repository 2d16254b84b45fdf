"""A browser without JavaScript, as small as the story needs it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from demo.settings import Problem

Fields = list[tuple[str, str]]
Files = list[tuple[str, str, bytes]]
"""Field, file name, content."""

Values = Mapping[str, str | list[str]]

_NOT_SENT = {"submit", "button", "reset", "image", "file"}


@dataclass
class Form:
    """A form and what it would send if nothing were changed."""

    action: str
    fields: Fields = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether there is a field of this name."""
        return any(name == found for found, _ in self.fields)


class Page(HTMLParser):
    """A page that was loaded: its address, its links, its forms."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Collect links, forms and fields."""
        said = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in said:
            self.links.append(urljoin(self.url, said["href"]))
        elif tag == "form":
            self.forms.append(Form(urljoin(self.url, said.get("action", ""))))
        elif self.forms and tag in {"input", "select", "textarea", "option"}:
            self._field(tag, said)

    def handle_data(self, data: str) -> None:
        """Collect what a person reads."""
        self.words += data.split()

    def _field(self, tag: str, said: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, said.get("name", "")
        if tag == "option" and "selected" in said:
            fields.append((self._select, said.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "input" and name and _is_sent(said):
            fields.append((name, said.get("value", "on")))

    @property
    def text(self) -> str:
        """Everything that a person reads."""
        return " ".join(self.words)

    def form(self, *endings: str) -> Form:
        """The first form whose action ends so. Raises Problem."""
        for form in self.forms:
            if urlsplit(form.action).path.endswith(endings):
                return form
        raise Problem(f"{self.url} has no form for {' or '.join(endings)}: {self.text[:300]}")

    def link(self, part: str) -> str:
        """The first link with this in its address. Raises Problem."""
        for link in self.links:
            if part in link:
                return link
        raise Problem(f"{self.url} has no link to {part}: {self.text[:300]}")


class Browser:
    """Somebody's browser, with cookies of its own."""

    def __init__(self, home: str) -> None:
        self.home = home
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        """Load a page, wherever redirects lead."""
        return self._load(Request(urljoin(self.home, path)))  # noqa: S310 - our own addresses

    def submit(self, form: Form, values: Values | None = None, files: Files | None = None) -> Page:
        """Send a form with some fields filled in, and files where it takes them."""
        values = values or {}
        fields = [(name, value) for name, value in form.fields if name not in values]
        for name, value in values.items():
            fields += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        body, kind = _multipart(fields, files) if files else (urlencode(fields).encode(), None)
        request = Request(form.action, body)  # noqa: S310 - our own addresses
        request.add_header("Content-Type", kind or "application/x-www-form-urlencoded")
        parts = urlsplit(form.action)
        request.add_header("Origin", f"{parts.scheme}://{parts.netloc}")
        return self._load(request)

    def _load(self, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Page(answer.url, answer.read().decode())
        except HTTPError as error:
            page = Page(request.full_url, error.read().decode(errors="replace"))
            raise Problem(f"{request.full_url} answered {error.code}: {page.text[:600]}") from None


def _is_sent(said: dict[str, Any]) -> bool:
    kind = said.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return "checked" in said
    return kind not in _NOT_SENT


def _multipart(fields: Fields, files: Files) -> tuple[bytes, str]:
    border = secrets.token_hex(16)
    start = f'--{border}\r\nContent-Disposition: form-data; name="'
    parts = [f'{start}{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    for name, filename, content in files:
        head = f'{start}{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode())
        parts.append(content + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"
