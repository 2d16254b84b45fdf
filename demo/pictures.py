"""Pictures for the demo's listings and shops, drawn by code.

The same kind, palette and seed give the same bytes every time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from demo.drawing import cloth, goods, paper, pots, toys
from demo.drawing.canvas import Canvas, Dice
from demo.drawing.emblems import emblem
from demo.drawing.palettes import PALETTES, Palette

Drawing = Callable[[Palette, Dice], Canvas]

KINDS: Final[dict[str, Drawing]] = {
    "basket": goods.basket,
    "blanket": cloth.blanket,
    "bottle": goods.bottle,
    "bowl": pots.bowl,
    "camera": toys.camera,
    "candle": goods.candle,
    "car": toys.car,
    "cards": paper.cards,
    "clock": toys.clock,
    "cushion": cloth.cushion,
    "jar": goods.jar,
    "lamp": goods.lamp,
    "mug": pots.mug,
    "notebook": paper.notebook,
    "plant": pots.plant,
    "plates": pots.plates,
    "print": paper.art_print,
    "rings": toys.rings,
    "soap": cloth.soap,
    "spoons": cloth.spoons,
    "teapot": pots.teapot,
    "tin": goods.tin,
    "tote": cloth.tote,
    "vase": pots.vase,
}


def picture(kind: str, palette: str, seed: int) -> bytes:
    """A picture of a kind of thing in a shop's palette, 1200 by 1200, as WebP.

    Raises KeyError for a kind not in KINDS or a palette not in PALETTES.
    """
    return KINDS[kind](PALETTES[palette], Dice(f"{kind}/{palette}/{seed}")).picture()


def logo(name: str, palette: str) -> bytes:
    """A shop's logo, 512 by 512, as PNG: an emblem that the name chooses, in the palette's colours.

    Raises KeyError for a palette not in PALETTES.
    """
    return emblem(PALETTES[palette], Dice(f"logo/{name}"))
