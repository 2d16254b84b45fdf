"""A shop's colours."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.errors import Invalid
from storefront.sellers import colors
from tests.cast import Cast
from tests.client import Browser

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.one_database
def test_the_style_sheet_holds_colours_and_nothing_else(client: Browser, cast: Cast) -> None:
    shop = cast.shop(primary_color="#204a5c", secondary_color="#ffd98e", ready=False)
    answer = client.get(f"/shops/{shop.seller.slug}/brand.css")
    assert answer.mimetype == "text/css"
    assert re.findall(r"(--[\w-]+): (.*);", answer.text) == [
        ("--brand", "#204a5c"),
        ("--brand-ink", "#ffffff"),
        ("--brand-2", "#ffd98e"),
        ("--brand-2-ink", "#000000"),
    ]
    assert "no-store" not in answer.headers["Cache-Control"]
    again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.one_database
def test_an_absent_shop_has_no_colours(client: Browser) -> None:
    assert client.get("/shops/absent/brand.css").status_code == 404


@given(COLORS)
def test_text_on_any_colour_can_be_read(background: str) -> None:
    assert colors.contrast(background, colors.ink(background)) >= 4.5


@given(COLORS, COLORS)
def test_contrast_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert colors.contrast(one, other) == colors.contrast(other, one)
    assert 1 <= colors.contrast(one, other) <= 21.001
    assert colors.judge(one, other).good is (colors.contrast(one, other) >= 3)


def test_contrast_is_what_wcag_says() -> None:
    assert colors.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colors.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#1234567", "#١٢٣٤٥٦", "#123456;"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        colors.color(text)
