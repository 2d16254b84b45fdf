"""The seller's side: the list of what the shop offers, and the editor of a listing."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.catalog import browsing, forms, gallery, service
from storefront.catalog.browsing import ALL_STATES
from storefront.catalog.details import description as accepted_description
from storefront.catalog.forms import ListingForm, PriceAndStockForm
from storefront.catalog.pictures import MAX_PER_LISTING
from storefront.catalog.service import Listing, SkuTaken, Subscribed
from storefront.errors import NotFound, Refused
from storefront.media import Media
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Tx

blueprint = Blueprint("listings", __name__, url_prefix="/sell/listings")


def own_shop(tx: Tx) -> Seller:
    """The shop of whoever is signed in. The policy "seller" has made sure that there is one."""
    shop = sellers.seller_of_user(tx, current_user.id)
    if shop is None:
        raise NotFound
    return shop


# The list -----------------------------------------------------------------------------


@blueprint.get("")
@policy("seller")
def index() -> ResponseReturnValue:
    """All listings of the shop, by state and by words."""
    state = request.args.get("state", "")
    state = state if state in ALL_STATES else ""
    words = request.args.get("q", "")[:100]
    page = browsing.page_number(request.args.get("page", ""))
    with current.store().read() as tx:
        shop = own_shop(tx)
        return render_template(
            "listings/index.html",
            shop=shop,
            ready=sellers.ready_to_sell(sellers.account_of(tx, shop.id)),
            results=browsing.shelf(tx, shop.id, state, words, page),
            counts=browsing.shelf_counts(tx, shop.id),
            state=state,
            words=words,
        )


@blueprint.get("/<listing_id>/row")
@policy("seller")
def row(listing_id: str) -> ResponseReturnValue:
    """One row of the list, as it is when nobody edits it."""
    found = _row(listing_id)
    return found if htmx.wanted() else htmx.redirect(url_for("listings.index"))


def _row(listing_id: str, note: str = "") -> Response:
    with current.store().read() as tx:
        shop = own_shop(tx)
        card = browsing.shelf_row(tx, shop.id, listing_id)
        ready = sellers.ready_to_sell(sellers.account_of(tx, shop.id))
    fragment = render_template("listings/_row.html", card=card, ready=ready, note=note)
    return make_response(fragment)


@blueprint.get("/<listing_id>/price")
@policy("seller")
def price(listing_id: str) -> ResponseReturnValue:
    """Price and stock of a listing, to be edited in its row or on a page of its own."""
    with current.store().read() as tx:
        listing = service.of_seller(tx, own_shop(tx).id, listing_id)
    values = forms.price_and_stock_of(listing)
    return _price_form(listing, PriceAndStockForm(currency=listing.currency, data=values))


@blueprint.post("/<listing_id>/price")
@policy("seller")
def save_price(listing_id: str) -> ResponseReturnValue:
    """Change price and stock."""
    with current.store().transaction() as tx:
        listing = service.of_seller(tx, own_shop(tx).id, listing_id)
        form = PriceAndStockForm(request.form, currency=listing.currency)
        if not form.validate() or not _saved_price(tx, listing, form):
            return _price_form(listing, form, 422)
    if htmx.wanted():
        return _row(listing_id, "Saved")
    flash(f"“{listing.title}” is saved.", "success")
    return htmx.redirect(url_for("listings.index"))


def _saved_price(tx: Tx, listing: Listing, form: PriceAndStockForm) -> bool:
    try:
        with tx.savepoint():
            service.set_price_and_stock(
                tx, listing, form.price_amount, form.stock_count, form.stock_count_seen
            )
    except Refused as error:
        _show_stock_conflict(tx, listing, form, error)
        return False
    return True


def _show_stock_conflict(tx: Tx, listing: Listing, form: PriceAndStockForm, error: Refused) -> None:
    """Tell the seller, and let the next try start from the stock of today."""
    today = service.of_seller(tx, listing.seller_id, listing.id).stock
    said = "without limit" if today is None else f"now {today}"
    form.stock.errors = [f"{error.message} It is {said}."]
    form.stock_seen.data = "" if today is None else str(today)


def _price_form(listing: Listing, form: PriceAndStockForm, status: int = 200) -> Response:
    return htmx.render(
        "listings/price.html",
        partial="listings/_row_edit.html",
        status=status,
        listing=listing,
        form=form,
    )


# The editor ---------------------------------------------------------------------------


@blueprint.get("/new")
@policy("seller")
def new() -> ResponseReturnValue:
    """An empty listing."""
    with current.store().read() as tx:
        shop = own_shop(tx)
    return _new_page(shop, ListingForm(currency=shop.currency, data=forms.NEW))


@blueprint.post("/new")
@policy("seller")
def create() -> ResponseReturnValue:
    """Keep a new listing as a draft; its pictures come next."""
    with current.store().transaction() as tx:
        shop = own_shop(tx)
        form = ListingForm(request.form, currency=shop.currency)
        if "preview" in request.form or not form.validate():
            return _new_page(shop, form, 200 if "preview" in request.form else 422)
        try:
            listing = service.create(tx, shop.id, shop.currency, form.details())
        except SkuTaken as error:
            form.sku.errors = [error.message]
            return _new_page(shop, form, 422)
    flash("Saved as a draft. Add pictures, then publish it.", "success")
    return htmx.redirect(url_for("listings.edit", listing_id=listing.id))


def _new_page(shop: Seller, form: ListingForm, status: int = 200) -> Response:
    return make_response(render_template("listings/new.html", shop=shop, form=form), status)


@blueprint.get("/<listing_id>")
@policy("seller")
def edit(listing_id: str) -> ResponseReturnValue:
    """Everything about one listing."""
    with current.store().read() as tx:
        listing = service.of_seller(tx, own_shop(tx).id, listing_id)
        return edit_page(tx, listing)


@blueprint.post("/<listing_id>")
@policy("seller")
def save(listing_id: str) -> ResponseReturnValue:
    """Change a listing, and publish it if the seller pressed that button."""
    with current.store().transaction() as tx:
        shop = own_shop(tx)
        listing = service.of_seller(tx, shop.id, listing_id)
        form = ListingForm(request.form, currency=shop.currency)
        if "preview" in request.form:
            return edit_page(tx, listing, form=form)
        if not form.validate() or not _saved(tx, listing, form):
            return edit_page(tx, listing, form=form, status=422)
        if request.form.get("then") == "publish":
            service.publish(tx, listing)
    flash("Saved." if "then" not in request.form else "Saved and published.", "success")
    return htmx.redirect(url_for("listings.edit", listing_id=listing_id))


def _saved(tx: Tx, listing: Listing, form: ListingForm) -> bool:
    try:
        with tx.savepoint():
            service.update(tx, listing, form.details(), form.stock_count_seen)
    except SkuTaken as error:
        form.sku.errors = [error.message]
        return False
    except Subscribed as error:
        form.billing.errors = [error.message]
        return False
    except Refused as error:
        _show_stock_conflict(tx, listing, form, error)
        return False
    return True


def edit_page(
    tx: Tx,
    listing: Listing,
    *,
    form: ListingForm | None = None,
    picture_problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    """The editor, with what was typed if it could not be saved."""
    shop = own_shop(tx)
    form = form or ListingForm(currency=listing.currency, data=forms.values_of(listing))
    page = render_template(
        "listings/edit.html",
        shop=shop,
        listing=listing,
        form=form,
        ready=sellers.ready_to_sell(sellers.account_of(tx, shop.id)),
        pictures=service.pictures(tx, listing.id),
        most_pictures=MAX_PER_LISTING,
        problems=picture_problems or [],
    )
    return make_response(page, status)


@blueprint.post("/preview")
@policy("seller")
def preview() -> ResponseReturnValue:
    """A description as shoppers will see it, for htmx."""
    text = accepted_description(request.form.get("description", ""))
    return render_template("listings/_preview.html", text=text)


# States -------------------------------------------------------------------------------


@blueprint.post("/<listing_id>/publish")
@policy("seller")
def publish(listing_id: str) -> ResponseReturnValue:
    """Show a listing to everybody."""
    with current.store().transaction() as tx:
        service.publish(tx, service.of_seller(tx, own_shop(tx).id, listing_id))
    return _state_changed(listing_id, "Published")


@blueprint.post("/<listing_id>/pause")
@policy("seller")
def pause(listing_id: str) -> ResponseReturnValue:
    """Stop selling a listing for a while."""
    with current.store().transaction() as tx:
        service.pause(tx, service.of_seller(tx, own_shop(tx).id, listing_id))
    return _state_changed(listing_id, "Paused")


def _state_changed(listing_id: str, note: str) -> Response:
    if htmx.wanted():
        return _row(listing_id, note)
    flash(f"{note}.", "success")
    if request.form.get("back") == "editor":
        return htmx.redirect(url_for("listings.edit", listing_id=listing_id))
    return htmx.redirect(url_for("listings.index"))


@blueprint.post("/<listing_id>/delete")
@policy("seller")
def delete(listing_id: str) -> ResponseReturnValue:
    """Remove a draft for good."""
    with current.store().transaction() as tx:
        listing = service.of_seller(tx, own_shop(tx).id, listing_id)
        pictures = service.pictures(tx, listing.id)
        service.delete(tx, listing)
    gallery.discard(Media(current.config().media_root), pictures)
    flash(f"The draft “{listing.title}” is deleted.", "success")
    return htmx.redirect(url_for("listings.index"))
