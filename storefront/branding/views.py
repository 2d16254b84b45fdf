"""The brand studio: how a shop looks, here, at Checkout and on a statement, side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.branding import forms, service
from storefront.branding.forms import BrandForm, PictureForm
from storefront.branding.repository import Look
from storefront.errors import Invalid, NotFound, StorefrontError
from storefront.media import Media
from storefront.merchants import service as merchants
from storefront.security.policies import policy
from storefront.sellers import colors, logos
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.sellers.views import own_shop
from storefront.store import Tx

blueprint = Blueprint("branding", __name__, url_prefix="/sell/brand")

Function = TypeVar("Function", bound=Callable[..., None])

SHEET_FIELDS = ("primary_color", "secondary_color", "font", "border_style")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the preview shows: as it is stored, or as it is being typed."""

    seller: Seller
    look: Look
    name: str
    sheet: dict[str, str]
    judgement: colors.Judgement
    statement: str


@blueprint.get("")
@policy("seller")
def studio() -> ResponseReturnValue:
    """The studio, with the look as it is."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        form = forms.of(seller, service.look(tx, seller.id))
    return _studio(form)


@blueprint.post("")
@policy("seller")
def change() -> ResponseReturnValue:
    """Change the look. The next Checkout has it."""
    form = BrandForm(request.form)
    if not form.validate():
        return _studio(form, status=422)
    with current.store().transaction() as tx:
        seller = own_shop(tx)
        primary, secondary = str(form.primary_color.data), str(form.secondary_color.data)
        service.change(tx, seller, form.look(seller), primary, secondary)
    flash("This is how your shop looks from now on.", "success")
    return htmx.redirect(url_for("branding.studio"))


@blueprint.get("/preview")
@policy("seller")
def preview() -> ResponseReturnValue:
    """The preview of what is being typed; what makes no sense yet is shown as it was."""
    with current.store().read() as tx:
        shown = _shown(tx, BrandForm(request.args))
    return render_template("branding/_preview.html", shown=shown)


@blueprint.get("/preview.css")
@policy("seller")
def sheet() -> ResponseReturnValue:
    """Colours, font and corners of the preview: pages carry no inline style."""
    with current.store().read() as tx:
        chosen = _shown(tx, BrandForm(request.args)).sheet
    response = make_response(service.preview_sheet(chosen))
    response.mimetype = "text/css"
    return response


@blueprint.post("/<kind>")
@policy("seller")
def change_picture(kind: str) -> ResponseReturnValue:
    """Store an uploaded logo or icon, re-encoded."""
    store_it = _of_kind(kind, {"logo": sellers.change_logo, "icon": service.change_icon})
    sent = request.files.get("picture")
    content = sent.stream.read(logos.MAX_UPLOAD + 1) if sent else b""
    store, media = current.store(), Media(current.config().media_root)
    with store.read() as tx:
        seller = own_shop(tx)
    try:
        if not content:
            raise Invalid("Please choose a picture first.")
        store_it(store, media, seller, content)
    except Invalid as error:
        return _studio(wrong={kind: error.message}, status=422)
    flash(f"Your {kind} is changed.", "success")
    return htmx.redirect(url_for("branding.studio"))


@blueprint.post("/<kind>/remove")
@policy("seller")
def remove_picture(kind: str) -> ResponseReturnValue:
    """Go without a logo, or without an icon."""
    remove = _of_kind(kind, {"logo": sellers.remove_logo, "icon": service.remove_icon})
    with current.store().transaction() as tx:
        remove(tx, own_shop(tx))
    flash(f"Your {kind} is removed.", "success")
    return htmx.redirect(url_for("branding.studio"))


@blueprint.post("/account")
@policy("seller")
def apply_to_account() -> ResponseReturnValue:
    """Give the seller's account at Stripe the same branding."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    try:
        service.apply_to_account(current.services(), seller)
        flash("Your account at Stripe has this branding now.", "success")
    except StorefrontError as error:
        flash(error.message, "warning")
    return htmx.redirect(url_for("branding.studio"))


def _of_kind(kind: str, functions: dict[str, Function]) -> Function:
    if kind not in functions:
        raise NotFound("A shop has a logo and an icon.")
    return functions[kind]


def _shown(tx: Tx, form: BrandForm) -> _Shown:
    seller = own_shop(tx)
    chosen = service.look(tx, seller.id)
    stored = forms.of(seller, chosen).data
    form.validate()
    values = {
        name: str(stored[name] if form[name].errors or not form[name].data else form[name].data)
        for name in stored
    }
    primary, secondary = values["primary_color"], values["secondary_color"]
    return _Shown(
        seller,
        chosen,
        name=(form.display_name.data or "").strip()[: service.NAME_LENGTH] or seller.name,
        sheet={name: values[name] for name in SHEET_FIELDS},
        judgement=colors.judge(primary, secondary),
        statement=merchants.statement_of(tx, seller.id, current.config().platform_name),
    )


def _studio(
    form: BrandForm | None = None, wrong: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    pictures = {kind: PictureForm() for kind in ("logo", "icon")}
    for kind, picture in pictures.items():
        picture.picture.id = f"{kind}-picture"
        picture.picture.errors = [wrong[kind]] if wrong and kind in wrong else []
    with current.store().read() as tx:
        seller = own_shop(tx)
        form = form or forms.of(seller, service.look(tx, seller.id))
        page = render_template(
            "branding/studio.html",
            form=form,
            shown=_shown(tx, form),
            pictures=pictures,
            account=sellers.account_of(tx, seller.id),
        )
    return page, status
