"""Addresses of listings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.slugs import MAX_LENGTH, another, slug_of
from tests.cast import Cast


@given(st.text(max_size=200))
def test_any_title_gives_an_address(title: str) -> None:
    slug = slug_of(title, "listing")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug, re.ASCII)
    assert len(slug) <= MAX_LENGTH
    assert slug_of(slug, "listing") == slug
    assert another(slug) != slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Speckled Müg, 300 ml", "speckled-mug-300-ml"), ("湯呑み", "listing"), ("--", "listing")],
)
def test_it_reads_like_the_title(title: str, slug: str) -> None:
    assert slug_of(title, "listing") == slug


def test_equal_titles_get_different_addresses(cast: Cast) -> None:
    shop, other = cast.shop("Alice", ready=False), cast.shop("Charlie", ready=False)
    slugs = {cast.listing(each, title="A mug").slug for each in (shop, other, shop)}
    assert len(slugs) == 3
    assert "a-mug" in slugs
