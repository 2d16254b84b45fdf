"""How a shop looks where shoppers pay: `branding_settings` of each Checkout Session.

They work for every account, whoever may change its settings at Stripe; the account's own branding
is updated besides, where Stripe lets the platform do it.
https://docs.stripe.com/payments/checkout/customization/appearance
"""

from typing import Any, Final

from storefront.branding import repository
from storefront.branding.repository import Look
from storefront.current import Services
from storefront.errors import Invalid, Refused
from storefront.media import Media
from storefront.sellers import checkout_logos, colors, logos
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Store, Tx
from storefront.stripe_gateway.failures import StripeFailure

SANS, SERIF, MONOSPACE = "sans-serif", "serif", "monospace"
FONTS: Final = {
    "default": SANS, "be_vietnam_pro": SANS, "bitter": SERIF, "chakra_petch": SANS,
    "hahmlet": SERIF, "inconsolata": MONOSPACE, "inter": SANS, "lato": SANS, "lora": SERIF,
    "m_plus_1_code": MONOSPACE, "montserrat": SANS, "noto_sans": SANS, "noto_sans_jp": SANS,
    "noto_serif": SERIF, "nunito": SANS, "open_sans": SANS, "pridi": SERIF, "pt_sans": SANS,
    "pt_serif": SERIF, "raleway": SANS, "roboto": SANS, "roboto_slab": SERIF,
    "source_sans_pro": SANS, "titillium_web": SANS, "ubuntu_mono": MONOSPACE,
    "zen_maru_gothic": SANS,
}  # fmt: skip
"""Stripe's fonts for Checkout, each with the kind that stands in where it is not installed."""

RADII: Final = {"rounded": "8px", "pill": "999px", "rectangular": "0"}
"""Stripe's border styles, and how round a button is with each."""

NAME_LENGTH = 60
_BATCH = 5

look = repository.look


def font_name(font: str) -> str:
    """How a font is called."""
    if font == "default":
        return "Stripe's own"
    return font.replace("_", " ").title().replace("Pt ", "PT ").replace("M Plus", "M PLUS")


def font_stack(font: str) -> str:
    """What a style sheet says for a font."""
    kind = FONTS[font]
    return "system-ui, sans-serif" if font == "default" else f'"{font_name(font)}", {kind}'


def preview_sheet(look: dict[str, str]) -> str:
    """A style sheet for the preview of a look, whose values have been checked."""
    page, button = look["primary_color"], look["secondary_color"]
    values = {
        "pay-ground": page, "pay-ink": colors.ink(page),
        "pay-button": button, "pay-button-ink": colors.ink(button),
        "pay-radius": RADII[look["border_style"]], "pay-font": font_stack(look["font"]),
    }  # fmt: skip
    lines = "".join(f"  --{name}: {value};\n" for name, value in values.items())
    return f".brand-preview {{\n{lines}}}\n{colors.style_sheet(page, button)}"


def known_font(text: str) -> str:
    """One of Stripe's fonts. Raises Invalid."""
    if text not in FONTS:
        raise Invalid("Please choose a font from the list.")
    return text


def known_border(text: str) -> str:
    """One of Stripe's border styles. Raises Invalid."""
    if text not in RADII:
        raise Invalid("Please choose how round buttons are.")
    return text


def display_name(text: str) -> str:
    """The name above the payment, on one line; empty for the shop's own. Raises Invalid."""
    name = " ".join(text.split())
    if len(name) > NAME_LENGTH:
        raise Invalid(f"Please use at most {NAME_LENGTH} characters.")
    return name


def change(tx: Tx, seller: Seller, chosen: Look, primary: str, secondary: str) -> None:
    """Change colours, font, border and name. The next Checkout has them. Raises Invalid."""
    known_font(chosen.font)
    known_border(chosen.border_style)
    sellers.change_colors(tx, seller, primary, secondary)
    repository.set_look(tx, chosen)


def change_icon(store: Store, media: Media, seller: Seller, content: bytes) -> None:
    """Re-encode and store an icon. Raises Invalid."""
    key = media.save(logos.encode(content, square=True), ".png")
    with store.transaction() as tx:
        repository.set_icon(tx, seller.id, key)


def remove_icon(tx: Tx, seller: Seller) -> None:
    """Go without an icon."""
    repository.set_icon(tx, seller.id, None)


def session_settings(tx: Tx, seller: Seller) -> dict[str, Any]:
    """`branding_settings` of a session. Stripe takes a logo or an icon, never both."""
    chosen = look(tx, seller.id)
    settings: dict[str, Any] = {
        "display_name": chosen.display_name or seller.name,
        "background_color": seller.primary_color,
        "button_color": seller.secondary_color,
        "font_family": chosen.font,
        "border_style": chosen.border_style,
    }
    for name, file in (("logo", seller.stripe_logo_id), ("icon", chosen.stripe_icon_id)):
        if file and "logo" not in settings:
            settings[name] = {"type": "file", "file": file}
    return settings


def upload_missing(services: Services) -> int:
    """Upload the icons that Stripe lacks; how many. What fails is tried again later."""
    with services.store.read() as tx:
        missing = repository.icons_to_upload(tx, _BATCH)
    return sum(_upload(services, row["seller_id"], row["icon_key"]) for row in missing)


def _upload(services: Services, seller_id: str, icon_key: str) -> int:
    file_id = checkout_logos.upload(services, "icon", icon_key)
    if file_id is None:
        return 0
    with services.store.transaction() as tx:
        repository.note_stripe_icon(tx, seller_id, icon_key, file_id)
    return 1


def apply_to_account(services: Services, seller: Seller) -> None:
    """Set the branding of the seller's account at Stripe, for its mails and receipts.

    Raises Refused where Stripe leaves that to the seller alone, or does not answer.
    """
    with services.store.read() as tx:
        account, chosen = sellers.account_of(tx, seller.id), look(tx, seller.id)
    if account is None:
        raise Refused("Connect your shop to Stripe first.")
    branding = {
        "primary_color": seller.primary_color,
        "secondary_color": seller.secondary_color,
        "icon": chosen.stripe_icon_id,
        "logo": seller.stripe_logo_id,
    }
    given = {name: value for name, value in branding.items() if value}
    try:
        services.gateway.update_branding(account.stripe_account_id, given)
    except StripeFailure as failure:
        raise Refused(
            "Stripe lets only you change the branding of your account: edit it in Stripe, under"
            " Settings, Branding. Checkout has your look already."
        ) from failure
