"""Checkout shows the shop's name, colours and logo."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from storefront.media import Media
from storefront.sellers import service as sellers
from tests.cast import Cast
from tests.support.stripe import Stripe


def _logo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (256, 256), "#335577").save(target, "PNG")
    return target.getvalue()


def test_a_logo_reaches_checkout(cast: Cast, worker: Callable[[], None]) -> None:
    shop = cast.shop(name="Otter & Oak")
    media = Media(cast.services.config.media_root)
    sellers.change_logo(cast.services.store, media, shop.seller, _logo())
    worker()
    order = cast.order(cast.listing(shop), pay=False)
    session = cast.sandbox.get(f"/v1/checkout/sessions/{order.stripe_checkout_session_id}")
    branding = session["branding_settings"]
    file = cast.sandbox.get(f"/v1/files/{branding['logo']['file']}")
    assert file["purpose"] == "business_logo"
    assert branding["icon"] is None
    assert branding["display_name"] == "Otter & Oak"
    assert branding["background_color"] == shop.seller.primary_color
    assert branding["button_color"] == shop.seller.secondary_color


@pytest.mark.one_database
def test_stripe_being_silent_delays_the_logo_only(
    cast: Cast, sandbox: Stripe, worker: Callable[[], None]
) -> None:
    shop = cast.shop()
    worker()
    media = Media(cast.services.config.media_root)
    sellers.change_logo(cast.services.store, media, shop.seller, _logo())
    sandbox.fault("drop_request", "/v1/files")
    worker()
    order = cast.order(cast.listing(shop), pay=False)
    session = cast.sandbox.get(f"/v1/checkout/sessions/{order.stripe_checkout_session_id}")
    assert session["branding_settings"]["logo"] is None
    worker()
    again = cast.order(cast.listing(shop), pay=False)
    session = cast.sandbox.get(f"/v1/checkout/sessions/{again.stripe_checkout_session_id}")
    assert session["branding_settings"]["logo"]["type"] == "file"
