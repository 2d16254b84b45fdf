"""Stored files: under our names, for ever, and harmless."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from storefront.errors import NotFound
from storefront.media import Media, content_type, variant
from tests.client import Browser


def test_it_keeps_content_under_a_random_name(tmp_path: Path) -> None:
    media = Media(tmp_path)
    first, second = media.save(b"one", ".png"), media.save(b"one", ".png")
    assert first != second
    with media.open(first) as file:
        assert file.read() == b"one"


def test_it_keeps_other_sizes_beside_it(tmp_path: Path) -> None:
    media = Media(tmp_path)
    key = media.save(b"large", ".webp", variants={"600": b"small"})
    assert media.path(variant(key, "600")).read_bytes() == b"small"
    assert not list(tmp_path.rglob("*.part"))


def test_it_refuses_kinds_that_a_browser_might_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no kind"):
        Media(tmp_path).save(b"<svg/>", ".svg")


@given(st.text(max_size=60) | st.from_regex(r"[./\\%0a-f]{1,60}\.(webp|png|html)"))
def test_no_other_text_is_a_key(text: str) -> None:
    with pytest.raises(NotFound):
        Media(Path("/")).path(text)


@pytest.mark.one_database
def test_it_is_served_to_stay_and_to_do_nothing(app: Flask, client: Browser) -> None:
    media = Media(client.config.media_root)
    key = media.save(b"RIFF", ".webp")
    response = client.get(f"/media/{key}", buffered=True)
    assert response.data == b"RIFF"
    assert response.mimetype == content_type(key) == "image/webp"
    assert response.cache_control.immutable
    assert response.cache_control.public
    assert response.cache_control.max_age == 31536000
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.vary


@pytest.mark.one_database
@pytest.mark.parametrize(
    "key", ["", "x", "..%2f..%2fetc%2fpasswd", "0" * 32 + ".webp", "0" * 32 + ".html"]
)
def test_it_finds_nothing_else(client: Browser, key: str) -> None:
    assert client.get(f"/media/{key}").status_code == 404
