"""The check of pages itself: it finds what it says it finds."""

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from tests.support.pages import BadPage, lint

GOOD = """<!doctype html><html lang="en"><head><title>Title</title></head><body><main><h1>Head</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="">
<label for="name">Name</label><input id="name" name="name"><button>Go</button></form>
<img src="/p.webp" alt=""></main></body></html>"""


def answer(html: str) -> TestResponse:
    body = [html.encode()]
    headers = [("Content-Type", "text/html; charset=utf-8")]
    request = EnvironBuilder("/page").get_request()
    return TestResponse(iter(body), "200 OK", Headers(headers), request)


def test_a_good_page_passes() -> None:
    lint(answer(GOOD))


@pytest.mark.parametrize(
    ("good", "bad", "finds"),
    [
        ("<h1>Head</h1>", "", "0 h1"),
        ("<h1>Head</h1>", "<h1>A</h1><h1>B</h1>", "2 h1"),
        ("<title>Title</title>", "<title> · </title>", "no title"),
        ('<html lang="en">', "<html>", "no language"),
        ('<label for="name">Name</label>', "", "without a label"),
        (' action="/x"', "", "without action"),
        (' method="post"', "", "without method"),
        ('<input type="hidden" name="csrf_token" value="">', "", "csrf_field"),
        ('<img src="/p.webp" alt="">', '<img src="/p.webp">', "without alt"),
        ('<img src="/p.webp" alt="">', '<img src="//evil.example/p" alt="">', "loads"),
        ("<main>", '<main id="name">', "2 times"),
        ("<main>", '<main style="color:red">', "style"),
        ("<main>", '<main onclick="x()">', "onclick"),
        ("<main>", "<main><script>x()</script>", "inline script"),
        ("<main>", '<main><a href="javascript:x()">x</a>', "javascript"),
        ("</main>", "</div></main>", "not HTML"),
        ("<main>", "<main><p><div></div></p>", "not HTML"),
    ],
)
def test_a_fault_is_found(good: str, bad: str, finds: str) -> None:
    assert good in GOOD
    with pytest.raises(BadPage, match=finds):
        lint(answer(GOOD.replace(good, bad, 1)))
