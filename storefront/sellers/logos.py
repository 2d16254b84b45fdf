"""Logos: decoded, set on a square, and encoded anew, so that nothing else in a file survives.

Stripe wants a PNG or JPEG of at least 128 by 128 pixels and at most 512 KB:
https://docs.stripe.com/get-started/account/branding
"""

import io
import warnings

from PIL import Image, ImageOps

from storefront.errors import Invalid

SMALLEST_SIDE = 128
MAX_BYTES = 512 * 1024
MAX_UPLOAD = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
_SIDES = (512, 384, 256, 192, SMALLEST_SIDE)
_FORMATS = ("PNG", "JPEG", "WEBP")


def encode(content: bytes, *, square: bool = False) -> bytes:
    """A square PNG of at most 512 KB. Raises Invalid, in words, for what cannot be one.

    An icon has to be `square` as it comes; a logo is set on a square.
    """
    if len(content) > MAX_UPLOAD:
        raise Invalid("This file is larger than 5 MB. Please choose a smaller one.")
    picture = _decode(content)
    if min(picture.size) < SMALLEST_SIDE:
        width, height = picture.size
        raise Invalid(f"This picture is {width} by {height} pixels; the least is 128 by 128.")
    if square and picture.width != picture.height:
        raise Invalid(
            f"An icon is square; this picture is {picture.width} by {picture.height} pixels."
        )
    largest = max(picture.size)
    sides = [side for side in _SIDES if side <= largest]
    return next(png for png in (_png(picture, side) for side in sides) if _fits(png))


def _decode(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid("This picture has too many pixels. Please make it smaller.")
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("This picture has too many pixels. Please make it smaller.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Invalid("This is no picture that we can read. Use a PNG, JPEG or WebP.") from error


def _png(picture: Image.Image, side: int) -> bytes:
    square = ImageOps.pad(picture, (side, side), Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
    target = io.BytesIO()
    square.save(target, "PNG", optimize=True)
    return target.getvalue()


def _fits(png: bytes) -> bool:
    return len(png) <= MAX_BYTES
