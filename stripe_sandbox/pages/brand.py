"""Whose look a hosted page has: the session's, the merchant of record's, or the platform's."""

from dataclasses import dataclass

from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

_RADIUS = {"pill": "999px", "rectangular": "0", "rounded": "8px"}
_SERIFS = frozenset({"bitter", "hahmlet", "lora", "noto_serif", "pridi", "pt_serif", "roboto_slab"})
_MONOSPACES = frozenset({"inconsolata", "m_plus_1_code", "ubuntu_mono"})
_DARK_TEXT, _LIGHT_TEXT = "#101418", "#ffffff"


@dataclass(frozen=True)
class Brand:
    """Name, picture and colours of a page."""

    name: str
    picture: str | None
    picture_is_logo: bool
    background: str
    button: str
    border_style: str
    font: str

    def stylesheet(self) -> str:
        """Custom properties; a served file, because pages carry no inline style."""
        properties = {
            "--brand-background": self.background,
            "--brand-text": readable_on(self.background),
            "--brand-button": self.button,
            "--brand-button-text": readable_on(self.button),
            "--brand-radius": _RADIUS.get(self.border_style, "8px"),
            "--brand-font": _kind_of(self.font),
        }
        lines = "".join(f"  {name}: {value};\n" for name, value in properties.items())
        return f":root {{\n{lines}}}\n"


def brand_of(sandbox: Sandbox, session: JSON) -> Brand:
    """The session's own settings come first, then the account in whose name it sells."""
    sold = session.get("_intent") or session.get("_terms") or {}
    merchant = sold.get("on_behalf_of") or session["_account"]
    return brand_of_account(sandbox, merchant, session["branding_settings"])


def brand_of_account(sandbox: Sandbox, account: str, given: JSON | None = None) -> Brand:
    """The look of an account, as far as ``given`` says nothing else."""
    merchant, own = sandbox.store.get(account), given or {}
    settings = merchant["settings"]["branding"]
    picture, is_logo = _picture(own, settings)
    return Brand(
        name=own.get("display_name")
        or merchant["settings"]["dashboard"]["display_name"]
        or "Checkout",
        picture=picture,
        picture_is_logo=is_logo,
        background=_full(own.get("background_color") or settings["primary_color"] or "#f4f5f7"),
        button=_full(own.get("button_color") or settings["secondary_color"] or "#2f5bd0"),
        border_style=own.get("border_style") or "rounded",
        font=own.get("font_family") or "default",
    )


def _kind_of(font: str) -> str:
    """The kind of a font; nothing is loaded from another host."""
    if font in _SERIFS:
        return "serif"
    return "monospace" if font in _MONOSPACES else "system-ui, sans-serif"


def _picture(own: JSON, settings: JSON) -> tuple[str | None, bool]:
    for name in ("logo", "icon"):
        image = own.get(name)
        if image:
            return image.get("url") or f"/_sandbox/files/{image['file']}", name == "logo"
    for name in ("logo", "icon"):
        if settings[name]:
            return f"/_sandbox/files/{settings[name]}", name == "logo"
    return None, False


def _full(color: str) -> str:
    """``#abc`` as ``#aabbcc``."""
    digits = color.removeprefix("#")
    return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}".lower()


def _luminance(color: str) -> float:
    """Relative luminance (WCAG 2)."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def readable_on(background: str) -> str:
    """Black or white, whichever stands out more."""
    light = _luminance(background)
    on_dark, on_light = (1.05) / (light + 0.05), (light + 0.05) / (_luminance(_DARK_TEXT) + 0.05)
    return _LIGHT_TEXT if on_dark >= on_light else _DARK_TEXT
