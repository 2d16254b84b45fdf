"""The demo's pictures: valid, of the right size, and the same every time."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from demo.drawing.palettes import PALETTES
from demo.pictures import KINDS, logo, picture


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_a_square_webp(kind: str) -> None:
    image = Image.open(BytesIO(picture(kind, "clay", 1)))
    assert (image.format, image.size) == ("WEBP", (1200, 1200))
    small = image.convert("RGB").resize((100, 100))
    assert len(small.getcolors(100 * 100) or []) > 1000, "more than a grey box"


@pytest.mark.parametrize("palette", sorted(PALETTES))
def test_a_name_always_gives_the_same_picture(palette: str) -> None:
    assert picture("vase", palette, 7) == picture("vase", palette, 7)


def test_kind_palette_and_seed_all_change_the_picture() -> None:
    pictures = {
        picture(kind, palette, seed)
        for kind in ("mug", "bowl")
        for palette in ("clay", "ink")
        for seed in (1, 2)
    }
    assert len(pictures) == 8


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        picture("unicorn", "clay", 1)


@pytest.mark.parametrize("palette", sorted(PALETTES))
def test_a_logo_is_a_small_square_png(palette: str) -> None:
    drawn = logo("Otter & Oak", palette)
    image = Image.open(BytesIO(drawn))
    assert (image.format, image.size) == ("PNG", (512, 512))
    assert len(drawn) < 100_000
    assert drawn == logo("Otter & Oak", palette)
