"""Pictures that sellers upload: decoded, turned upright, and encoded anew as WebP.

Nothing of the uploaded file survives but its pixels: no EXIF (which may hold a place), no
colour profile tricks, no trailing HTML. https://pillow.readthedocs.io/en/stable/reference/Image.html
describes MAX_IMAGE_PIXELS and the errors.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from storefront.errors import Invalid

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PER_LISTING = 8
LARGE, SMALL = 1200, 600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture in two sizes, both WebP. `width` and `height` are the large one's."""

    large: bytes
    small: bytes
    width: int
    height: int


def encode(content: bytes) -> Encoded:
    """Re-encode an uploaded picture. Raises Invalid, in words, for what is none."""
    if len(content) > MAX_BYTES:
        raise Invalid("This picture is larger than 10 MB. Please choose a smaller one.")
    large = _decode(content)
    large.thumbnail((LARGE, LARGE * 2), Image.Resampling.LANCZOS)
    small = large.copy()
    small.thumbnail((SMALL, SMALL * 2), Image.Resampling.LANCZOS)
    return Encoded(_webp(large), _webp(small), *large.size)


def _decode(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _upright(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("This picture has too many pixels. Please make it smaller.") from error
    except UnidentifiedImageError as error:
        raise Invalid("This is not a picture. Please choose a JPEG, PNG or WebP file.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Invalid("This picture is damaged. Please save it again and retry.") from error


def _upright(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    picture.draft("RGB", (LARGE, LARGE))  # JPEG: decode no more pixels than are needed
    upright = ImageOps.exif_transpose(picture)
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    return upright.convert("RGBA" if has_alpha else "RGB")


def _webp(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    clean.save(target, "WEBP", quality=_QUALITY, method=4)
    return target.getvalue()
