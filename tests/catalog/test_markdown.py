"""What sellers write is shown as text: nothing of it ever acts in a shopper's browser."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storefront.catalog import service
from storefront.templating import as_html
from tests.cast import Cast
from tests.client import Browser
from tests.support.pages import Page

CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:msgbox(1))",
    "![a](https://elsewhere.example/pixel.gif)",
    '![a](x "onerror=alert(1)")',
    '[a](https://x.example "onmouseover=alert(1)")',
    "<a href='#' hx-get='/sign-out' hx-trigger='load'>x</a>",
    "<div data-hx-post='/checkout/x' hx-on:click='alert(1)'>x</div>",
    "<form action='/sign-out' method='post'><button>x</button></form>",
    "<style>*{display:none}</style>",
    "<base href='https://elsewhere.example/'>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "```html\n<script>alert(1)</script>\n```",
    '<https://x.example/"onclick=alert(1)>',
    "[x]: javascript:alert(1)\n\n[x]",
    "# <script>\n\n## heading",
    "\u202eevil\u202c",
]
ALLOWED = {
    "p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4",
}  # fmt: skip


def assert_harmless(html: str) -> None:
    page = Page(f"<div id='shown'>{html}</div>", strict=False)
    for element in page.one("div", id="shown").iter():
        if element.get("id") == "shown":
            continue
        assert element.tag in ALLOWED, element.tag
        allowed = {"href", "rel", "title"} if element.tag == "a" else set()
        assert set(element.attrib) <= allowed, element.attrib
        if "href" in element.attrib:
            assert re.match(r"https?://|mailto:|[^:]*\Z", element.attrib["href"]), element.attrib


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_of_the_corpus_acts(text: str) -> None:
    assert_harmless(str(as_html(text)))


@given(st.text(max_size=300) | st.lists(st.sampled_from(CORPUS), max_size=4).map("".join))
@example("a" * 300 + "<")
def test_nothing_that_anybody_writes_acts(text: str) -> None:
    assert_harmless(str(as_html(text)))


@pytest.mark.one_database
def test_the_pages_show_it_as_text(cast: Cast, client: Browser) -> None:
    text = "\n\n".join(CORPUS)
    shop = cast.shop("Alice", ready=False, story=text, refund_policy=text)
    listing = cast.listing(shop, title="<b>Mug</b> {{ 7*7 }}", description=text)
    page = client.page(f"/listings/{listing.slug}")
    assert page.h1 == "<b>Mug</b> {{ 7*7 }}"
    assert "alert(1)" in page.text
    client.page("/shops/alices-shop")
    assert [each.get("src", "")[:8] for each in page.all("script")] == ["/vendor/", "/static/"]


def test_it_keeps_what_markdown_is_for() -> None:
    html = str(as_html("## Size\n\n- **300** ml\n- [care](https://x.example)"))
    assert "<h3>Size</h3>" in html
    assert "<strong>300</strong>" in html
    assert 'href="https://x.example"' in html
    assert 'rel="nofollow ugc noopener"' in html


def test_invisible_characters_do_not_reach_the_title(cast: Cast) -> None:
    listing = cast.listing(cast.shop(ready=False), title="Mug\u202e \u200bgum\x00  red")
    assert listing.title == "Mug gum red"
    with cast.services.store.read() as tx:
        assert service.visible(tx, listing.slug, None).title == "Mug gum red"
