"""The colours of a shop's pictures: every shop looks like itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from demo.drawing.canvas import Colour


@dataclass(frozen=True)
class Palette:
    """Colours by what they are used for; the lists are alternatives."""

    walls: tuple[Colour, ...]
    tables: tuple[Colour, ...]
    things: tuple[Colour, ...]
    light: Colour
    dark: Colour
    accent: Colour
    wood: Colour = (190, 141, 94)
    leaf: Colour = (86, 122, 88)


def _colour(code: str) -> Colour:
    red, green, blue = bytes.fromhex(code)
    return red, green, blue


def _colours(codes: str) -> tuple[Colour, ...]:
    return tuple(_colour(code) for code in codes.split())


PALETTES: Final[dict[str, Palette]] = {
    "clay": Palette(
        walls=_colours("f0dccb e8c4a8 dfe0d2 f3e6d3 d9a98b"),
        tables=_colours("d8b092 e9d3bd c99a78 b98465"),
        things=_colours("c4623f f2e4d0 8a4b36 d99a4e 6f7f6a 3f4a4f"),
        light=_colour("fbf1e2"),
        dark=_colour("4a2c25"),
        accent=_colour("d9893f"),
    ),
    "moss": Palette(
        walls=_colours("dbe3d3 c3d0bb eee9db aebfa8 e6dcc4"),
        tables=_colours("cbb994 a9b59b d9cfb4 b39b74"),
        things=_colours("3f6151 e9e2cd 7f9a72 c9a14a 2f4540 b5694b"),
        light=_colour("f7f4e6"),
        dark=_colour("24372f"),
        accent=_colour("d2a94e"),
    ),
    "ink": Palette(
        walls=_colours("d7deea bccadf f0e4dc 9fb3d1 e7e9f0"),
        tables=_colours("c9b8ab aab6cc dfd6cf 8696b4"),
        things=_colours("2d4470 f3ede4 e58f6b 6f8fc0 1f2b45 efc36a"),
        light=_colour("fbf7f0"),
        dark=_colour("1d2a44"),
        accent=_colour("ee9a6f"),
    ),
    "berry": Palette(
        walls=_colours("f1d9dc e3c0c8 efe6dc d7a9b7 e7dcea"),
        tables=_colours("d6b4a8 c795a2 e8d5cb b1788a"),
        things=_colours("8f2f4f f6e9e2 d76a78 4b2a4a e8b4a0 6d8a86"),
        light=_colour("fdf3ee"),
        dark=_colour("47203a"),
        accent=_colour("e0826f"),
    ),
    "sea": Palette(
        walls=_colours("cfe3e3 a9d0d2 f1ead9 bcd9cf e3eef0"),
        tables=_colours("dcc9a6 9fc0c2 e9dec8 c2a882"),
        things=_colours("1f6f7a f4efe2 e9b44c 7fb7b2 174a5b e3765a"),
        light=_colour("fbf8ee"),
        dark=_colour("143b48"),
        accent=_colour("f0b955"),
    ),
    "night": Palette(
        walls=_colours("3b3f55 2f3a4a 54506a 454a44 5a4650"),
        tables=_colours("6d5a55 4a4656 7c6a5c 3f4a52"),
        things=_colours("e0b36a f1e7d8 b9644f 8fa39a 5f6fa0 d98f8f"),
        light=_colour("fbf2e0"),
        dark=_colour("1f2130"),
        accent=_colour("f0c172"),
    ),
}
