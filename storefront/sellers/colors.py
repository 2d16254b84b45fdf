"""The two colours of a shop: readable text on them, and a judgement in words.

Contrast as WCAG 2.2 defines it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import re
from dataclasses import dataclass

from storefront.errors import Invalid

DARK_INK, LIGHT_INK = "#000000", "#ffffff"
"""One of the two has a contrast of at least 4.5 to any colour; a softer black would not."""

ENOUGH_FOR_CONTROLS = 3.0

_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a button of one colour stands out from a page of the other."""

    ratio: float
    good: bool
    words: str


def color(text: str) -> str:
    """A colour in the one form that we keep, `#rrggbb`. Raises Invalid."""
    lowered = text.strip().lower()
    if not _COLOR.fullmatch(lowered):
        raise Invalid("A colour looks like #1f6f5c: a hash and six hexadecimal digits.")
    return lowered


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink(background: str) -> str:
    """The text colour that is easier to read on a background."""
    return max((DARK_INK, LIGHT_INK), key=lambda text: contrast(text, background))


def judge(page: str, button: str) -> Judgement:
    """Whether a button stands out from the page behind it."""
    ratio = contrast(page, button)
    good = ratio >= ENOUGH_FOR_CONTROLS
    said = f"The button's contrast to the page is {ratio:.1f} to 1"
    if good:
        return Judgement(ratio, good, f"{said}: easy to see.")
    return Judgement(
        ratio,
        good,
        f"{said}: many people will hardly see the button. Aim for {ENOUGH_FOR_CONTROLS:.0f} to 1"
        " or more, by making one of the two much lighter or darker.",
    )


def style_sheet(primary: str, secondary: str) -> str:
    """What sets a shop's colours on everything inside `.brand`."""
    return (
        ".brand {\n"
        f"  --brand: {primary};\n  --brand-ink: {ink(primary)};\n"
        f"  --brand-2: {secondary};\n  --brand-2-ink: {ink(secondary)};\n"
        "}\n"
    )


def _luminance(text: str) -> float:
    red, green, blue = (_linear(int(text[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
