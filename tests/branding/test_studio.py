"""The brand studio: pictures, colours, letters, and the Checkout that looks like the preview."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from storefront.branding import service as branding
from storefront.catalog import service as catalog
from storefront.current import Services
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
Worker = Callable[[], None]


def shop_of(services: Services) -> Seller:
    """Alice's shop as it is now."""
    with services.store.read() as tx:
        seller = sellers.seller_by_slug(tx, "alices-shop")
    assert seller is not None
    return seller


def picture(width: int, height: int, kind: str = "PNG") -> io.BytesIO:
    """A picture to upload."""
    content = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(content, kind)
    content.seek(0)
    return content


def of_checkout(cast: Cast, sandbox: Stripe) -> dict[str, Any]:
    """`branding_settings` of a new Checkout Session of Alice's."""
    with cast.services.store.read() as tx:
        listing_id = tx.value("SELECT id FROM listings")
    with cast.services.store.read() as tx:
        listing = catalog.of_seller(tx, shop_of(cast.services).id, listing_id)
    order = cast.order(listing, pay=False)
    session = sandbox.get(f"/v1/checkout/sessions/{order.stripe_checkout_session_id}")
    return dict(session["branding_settings"])


def test_what_is_chosen_is_what_checkout_is_told(
    cast: Cast, sandbox: Stripe, as_user: AsUser
) -> None:
    cast.listing(cast.shop())
    answer = as_user("Alice").submit(
        "/sell/brand", "/sell/brand", display_name=" Otter  & Oak ", primary_color="#102030",
        secondary_color="#ffeedd", font="lora", border_style="pill",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/sell/brand")
    told = of_checkout(cast, sandbox)
    assert told["display_name"] == "Otter & Oak"
    assert (told["background_color"], told["button_color"]) == ("#102030", "#ffeedd")
    assert (told["font_family"], told["border_style"]) == ("lora", "pill")


def test_an_icon_is_shown_where_there_is_no_logo(
    services: Services, cast: Cast, sandbox: Stripe, as_user: AsUser, worker: Worker
) -> None:
    cast.listing(cast.shop())
    alice = as_user("Alice")
    alice.post("/sell/brand/icon", data={"picture": (picture(200, 200), "icon.png")})
    worker()
    told = of_checkout(cast, sandbox)
    file = sandbox.get(f"/v1/files/{told['icon']['file']}")
    assert (file["purpose"], told["logo"]) == ("business_icon", None)
    alice.post("/sell/brand/logo", data={"picture": (picture(200, 200), "logo.png")})
    worker()
    told = of_checkout(cast, sandbox)
    assert (told["icon"], told["logo"]["type"]) == (None, "file")
    alice.submit("/sell/brand", "/sell/brand/logo/remove")
    assert of_checkout(cast, sandbox)["icon"]["type"] == "file"
    alice.submit("/sell/brand", "/sell/brand/icon/remove")
    with services.store.read() as tx:
        assert branding.look(tx, shop_of(services).id).icon_key is None


@pytest.mark.one_database
def test_an_icon_that_is_no_square_is_refused(as_user: AsUser, cast: Cast) -> None:
    cast.shop()
    sent = {"picture": (picture(300, 200), "icon.png")}
    answer = as_user("Alice").post("/sell/brand/icon", data=sent)
    assert (answer.status_code, "this picture is 300 by 200 pixels" in answer.text) == (422, True)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("primary_color", "red", "A colour looks like"),
        ("primary_color", "#fff;} body{display:none", "A colour looks like"),
        ("secondary_color", "url(//evil)", "A colour looks like"),
        ("font", "comic_sans", "Not a valid choice"),
        ("border_style", "wavy", "Not a valid choice"),
        ("display_name", "x" * 61, "at most 60 characters"),
    ],
)
def test_what_checkout_cannot_show_is_said_at_the_field(
    as_user: AsUser, services: Services, cast: Cast, field: str, value: str, said: str
) -> None:
    cast.shop()
    before = shop_of(services)
    answer = as_user("Alice").submit("/sell/brand", "/sell/brand", **{field: value})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert shop_of(services) == before


def test_the_preview_follows_what_is_typed_and_ignores_what_makes_no_sense(
    as_user: AsUser, cast: Cast
) -> None:
    cast.shop(primary_color="#f4f1ea")
    alice = as_user("Alice")
    typed = "?display_name=Otter&primary_color=%23102030&secondary_color=nonsense&font=lora"
    fragment = alice.get(f"/sell/brand/preview{typed}", headers=HTMX).text
    assert '<span id="preview-pay-name">Otter</span>' in fragment
    sheet = alice.get(f"/sell/brand/preview.css{typed}")
    assert sheet.mimetype == "text/css"
    assert "--pay-ground: #102030" in sheet.text
    assert '--pay-font: "Lora", serif' in sheet.text
    assert "nonsense" not in sheet.text


def test_stripe_gets_the_branding_of_the_account_where_it_lets_us(
    cast: Cast, sandbox: Stripe, as_user: AsUser
) -> None:
    shop = cast.shop(primary_color="#102030")
    alice = as_user("Alice")
    alice.submit("/sell/brand", "/sell/brand/account")
    assert "has this branding now" in alice.page("/sell/brand").text
    account = sandbox.get(f"/v1/accounts/{shop.account}")
    assert account["settings"]["branding"]["primary_color"] == "#102030"


def test_where_stripe_does_not_let_us_it_says_where_to_edit_it(
    cast: Cast, sandbox: Stripe, as_user: AsUser
) -> None:
    cast.shop()
    sandbox.fault("status", "/v1/accounts", status=403)
    alice = as_user("Alice")
    alice.submit("/sell/brand", "/sell/brand/account")
    assert "edit it in Stripe" in alice.page("/sell/brand").text


@pytest.mark.one_database
def test_the_page_judges_the_colours_in_words(as_user: AsUser, cast: Cast) -> None:
    cast.shop(primary_color="#f4f1ea", secondary_color="#1f6f5c")
    alice = as_user("Alice")
    assert "to 1: easy to see." in alice.page("/sell/brand").text
    alice.submit("/sell/brand", "/sell/brand", secondary_color="#e8e4da")
    assert "many people will hardly see the button" in alice.page("/sell/brand").text


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_becomes_a_small_square_png(
    as_user: AsUser, services: Services, cast: Cast, kind: str
) -> None:
    cast.shop()
    alice = as_user("Alice")
    answer = alice.post("/sell/brand/logo", data={"picture": (picture(900, 400, kind), "../x.php")})
    assert answer.location == "/sell/brand"
    seller = shop_of(services)
    stored = alice.get(seller.logo_url)
    assert stored.mimetype == "image/png"
    assert len(stored.data) <= 512 * 1024
    with Image.open(io.BytesIO(stored.data)) as logo:
        assert logo.format == "PNG"
        assert logo.width == logo.height
        assert logo.width >= 128
    assert seller.logo_url in alice.page("/sell/brand").html
    alice.submit("/sell/brand", "/sell/brand/logo/remove")
    assert shop_of(services).logo_url == ""


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Please choose a picture first."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no picture"),
        (b"GIF89a not really", "no picture"),
        (picture(300, 300).getvalue()[:900], "no picture"),
        (picture(127, 300).getvalue(), "the least is 128 by 128"),
        (b"\x89PNG" + b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_logo_is_refused(
    as_user: AsUser, services: Services, cast: Cast, content: bytes, said: str
) -> None:
    cast.shop()
    answer = as_user("Alice").post(
        "/sell/brand/logo", data={"picture": (io.BytesIO(content), "logo.png")}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert shop_of(services).logo_key is None


@pytest.mark.one_database
def test_a_picture_that_unfolds_to_gigabytes_is_refused(as_user: AsUser, cast: Cast) -> None:
    cast.shop()
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    bomb.seek(0)
    answer = as_user("Alice").post("/sell/brand/logo", data={"picture": (bomb, "logo.png")})
    assert answer.status_code == 422
    assert "too many pixels" in answer.text
