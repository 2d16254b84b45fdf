"""Uploaded pictures: only their pixels survive, and only if they are pictures."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storefront.catalog import pictures
from storefront.errors import Invalid

ORIENTATION, GPS = 0x0112, 0x8825


def image(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, "red").save(target, kind, **options)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_it_makes_two_sizes_of_webp(kind: str) -> None:
    encoded = pictures.encode(image((3000, 1500), kind))
    large, small = opened(encoded.large), opened(encoded.small)
    assert (large.format, small.format) == ("WEBP", "WEBP")
    assert (large.size, small.size) == ((1200, 600), (600, 300))
    assert (encoded.width, encoded.height) == large.size


def test_it_leaves_small_pictures_small() -> None:
    assert opened(pictures.encode(image((320, 200))).large).size == (320, 200)


def test_it_turns_pictures_upright_and_forgets_where_they_were_taken() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    encoded = pictures.encode(image((400, 200), exif=exif))
    for content in (encoded.large, encoded.small):
        assert opened(content).size == (200, 400)
        assert not opened(content).getexif()
        assert b"EXIF" not in content


def test_it_keeps_transparency() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(target, "PNG")
    assert opened(pictures.encode(target.getvalue()).large).mode == "RGBA"


def test_it_copies_nothing_that_hides_behind_the_pixels() -> None:
    polyglot = image((60, 60), comment=b"<script>alert(1)</script>") + b"<script>alert(2)</script>"
    assert b"script" not in pictures.encode(polyglot).large


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a picture"),
        (b"<!doctype html><script>alert(1)</script>", "not a picture"),
        (b"GIF89a<script>alert(1)</script>", "not a picture"),
        (image((800, 800))[:900], "damaged"),
        (image((800, 800), "PNG")[:900], "damaged"),
        (image((20, 20), "BMP"), "not a picture"),
        (b"\xff" * (pictures.MAX_BYTES + 1), "larger than 10 MB"),
    ],
    ids=["empty", "svg", "html", "html-as-gif", "cut-jpeg", "cut-png", "bmp", "too-large"],
)
def test_it_says_what_is_wrong_with_a_file(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        pictures.encode(content)


@pytest.mark.parametrize("side", [8_000, 30_000])
def test_it_refuses_more_pixels_than_memory_should_hold(side: int) -> None:
    bomb = image((side, side), "PNG", "1")
    assert len(bomb) < pictures.MAX_BYTES
    with pytest.raises(Invalid, match="too many pixels"):
        pictures.encode(bomb)


@given(st.binary(max_size=200), st.integers(0, 600))
def test_it_never_fails_in_any_other_way(noise: bytes, at: int) -> None:
    content = image((40, 40))
    with suppress(Invalid):
        pictures.encode(content[:at] + noise + content[at + len(noise) :])
