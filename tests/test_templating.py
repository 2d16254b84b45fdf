"""What templates can use: safe Markdown, times for people, addresses of static files."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.clock import display_day, display_time
from storefront.templating import as_html, icon
from tests.client import Browser
from tests.support.pages import Page

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/pixel.png)",
    '<a href="/" hx-get="/admin" hx-trigger="load">x</a>',
    "<div style='position:fixed'>x</div>",
    '"><svg onload=alert(1)>',
    "[x](https://evil.example 'title')",
    "```\n<script>\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_runs_nothing_and_loads_nothing(text: str) -> None:
    page = Page(str(as_html(text)))
    body = page.one("body")
    for element in body.iter():
        assert element.tag in {
            "body", "p", "a", "strong", "em", "ul", "ol", "li", "code", "pre", "h3", "h4",
            "blockquote", "br",
        }  # fmt: skip
        assert set(element.attrib) <= {"href", "rel"}
        assert element.get("href", "https:").startswith(("https:", "http:", "mailto:"))


@given(st.text(max_size=200))
def test_any_text_becomes_clean_html(text: str) -> None:
    html = str(as_html(text))
    assert not re.search(r"<(script|img|svg|iframe|style|object|form|input)", html, re.I)


def test_markdown_looks_as_meant() -> None:
    html = str(as_html("# Title\n\nSome **bold** words.\n\n- one\n- two"))
    assert "<h3>Title</h3>" in html
    assert "<strong>bold</strong>" in html
    assert html.count("<li>") == 2


def test_a_link_says_that_we_do_not_vouch_for_it() -> None:
    link = Page(str(as_html("[site](https://example.com)"))).one("a")
    assert link.get("href") == "https://example.com"
    assert set((link.get("rel") or "").split()) == {"nofollow", "ugc", "noopener"}


def test_times_are_for_people() -> None:
    assert display_time("2026-01-05T09:07:00.000000Z") == "5 Jan 2026, 09:07 UTC"
    assert display_day("2026-01-05T09:07:00.000000Z") == "5 Jan 2026"


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("search")
    assert 'width="18"' in icon("search", 18)


@pytest.mark.one_database
@pytest.mark.parametrize("tag", ["link", "script"])
def test_static_files_are_kept_for_a_year_under_their_version(client: Browser, tag: str) -> None:
    page = client.page("/sign-in")
    addresses = [
        address
        for element in page.all(tag)
        if (address := element.get("href") or element.get("src") or "").startswith(
            ("/static/", "/vendor/")
        )
    ]
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "immutable" not in client.get(address.partition("?")[0]).headers["Cache-Control"]
