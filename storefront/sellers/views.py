"""Pages with which a seller runs a shop."""

from flask import Blueprint, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.errors import NotFound
from storefront.security.policies import policy
from storefront.sellers import checklist, colors, dashboard, forms, service, states
from storefront.sellers.service import Seller
from storefront.store import Tx
from storefront.users import service as users

blueprint = Blueprint("sellers", __name__)


@blueprint.get("/sell")
@policy("seller")
def home() -> ResponseReturnValue:
    """The seller's home: what is still to do, what happens in the shop."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        user = users.by_id(tx, seller.user_id)
        account = service.account_of(tx, seller.id)
        steps = checklist.steps(tx, user, seller) if user else []
        tiles = dashboard.tiles_of(current_app, tx, seller)
    return render_template(
        "sellers/home.html",
        seller=seller,
        account=account,
        ready=service.ready_to_sell(account),
        tone=states.WORDS[service.state_of(account)][1],
        why_not=service.why_not(account),
        needed=states.requirements_of(account) if account else None,
        steps=steps,
        next_step=checklist.next_step(steps),
        tiles=tiles,
    )


@blueprint.get("/sell/open")
@policy("signed_in")
def open_shop() -> ResponseReturnValue:
    """The form for a new shop; one person has one shop."""
    if current_user.has_shop:
        return htmx.redirect(url_for("sellers.home"))
    return render_template("sellers/open_shop.html", form=forms.new_shop())


@blueprint.post("/sell/open")
@policy("signed_in")
def create_shop() -> ResponseReturnValue:
    """Open the shop."""
    form = forms.OpenShopForm(request.form)
    if not form.validate():
        return make_response(render_template("sellers/open_shop.html", form=form), 422)
    with current.store().transaction() as tx:
        service.open_shop(tx, current_user.id, form.details(), form.currency.data)
    flash("Your shop is open. Here is what to do next.", "success")
    return htmx.redirect(url_for("sellers.home"))


@blueprint.get("/sell/shop")
@policy("seller")
def shop() -> ResponseReturnValue:
    """Everything that can be edited about the shop."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    return _shop_page(seller, forms.of_shop(seller))


@blueprint.post("/sell/shop")
@policy("seller")
def edit_shop() -> ResponseReturnValue:
    """Store the shop's details."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    form = forms.ShopForm(request.form, currency=seller.currency)
    if not form.validate():
        return _shop_page(seller, form, status=422)
    with current.store().transaction() as tx:
        service.edit_shop(tx, own_shop(tx), form.details())
    flash("Your shop is saved.", "success")
    return htmx.redirect(url_for("sellers.shop"))


@blueprint.get("/shops/<slug>/brand.css")
@policy("public")
def brand(slug: str) -> ResponseReturnValue:
    """The colours of a shop as a style sheet of its own: pages carry no inline style."""
    with current.store().read() as tx:
        seller = service.seller_by_slug(tx, slug)
    if seller is None:
        raise NotFound
    response = make_response(colors.style_sheet(seller.primary_color, seller.secondary_color))
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response.make_conditional(request)


def own_shop(tx: Tx) -> Seller:
    """The shop of the person who is signed in. Raises NotFound."""
    seller = service.seller_of_user(tx, current_user.id) if current_user.id else None
    if seller is None:
        raise NotFound
    return seller


def _shop_page(seller: Seller, form: forms.ShopForm, status: int = 200) -> Response:
    page = render_template("sellers/shop.html", seller=seller, form=form)
    return make_response(page, status)
