"""What shoppers see: the front page with its search, a listing, a shop, and pictures."""

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx, media, money
from storefront.catalog import browsing, gallery, service, words
from storefront.catalog.browsing import SORTS, Filters
from storefront.catalog.categories import CATEGORIES
from storefront.catalog.service import Listing, Picture
from storefront.errors import NotFound
from storefront.media import Media
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Tx

blueprint = Blueprint("catalog", __name__)
blueprint.add_app_template_filter(gallery.picture_url, "picture_url")
blueprint.add_app_template_filter(words.stock_note, "stock_note")
blueprint.add_app_template_filter(words.per, "per")
blueprint.add_app_template_filter(words.per_short, "per_short")
blueprint.add_app_template_filter(money.plain, "money_plain")

_YEAR = 365 * 24 * 3600


@blueprint.get("/")
@policy("public")
def index() -> ResponseReturnValue:
    """Everything that can be bought, filtered and sorted; to htmx the results alone."""
    with current.store().read() as tx:
        currencies = browsing.currencies(tx)
        filters = Filters.from_address(request.args, currencies)
        results = browsing.browse(tx, filters)
    response = htmx.render(
        "catalog/index.html",
        partial="catalog/_found.html",
        filters=filters,
        results=results,
        currencies=currencies,
        categories=CATEGORIES,
        sorts=SORTS,
    )
    if htmx.wanted():
        response.headers["HX-Push-Url"] = filters.address(page=results.page)
    return response


@blueprint.get("/listings/<slug>")
@policy("public")
def listing(slug: str) -> ResponseReturnValue:
    """One listing, with what a shopper wants to know; to htmx the gallery alone."""
    with current.store().read() as tx:
        own = _own_shop_id(tx)
        found = service.visible(tx, slug, own)
        pictures = service.pictures(tx, found.id)
        shown = _chosen(pictures, request.args.get("picture", ""))
        if htmx.wanted():
            return render_template(
                "catalog/_gallery.html", listing=found, pictures=pictures, shown=shown
            )
        shop = _shop_of(tx, found)
        return render_template(
            "catalog/listing.html",
            listing=found,
            category=CATEGORIES.get(found.category, ""),
            offer=service.for_sale(tx, [found.id])[found.id],
            pictures=pictures,
            shown=shown,
            shop=shop,
            is_own=own == shop.id,
            others=browsing.others_of_shop(tx, shop.id, found.id),
            delivery=words.delivery(
                shop, requires_shipping=found.requires_shipping, billing=found.billing
            ),
            refunds=words.in_short(shop.refund_policy),
            stock_note=words.stock_note(found.stock, always=True),
        )


def _shop_of(tx: Tx, listing: Listing) -> Seller:
    shop = sellers.seller_by_id(tx, listing.seller_id)
    if shop is None:
        raise NotFound
    return shop


def _chosen(pictures: list[Picture], number: str) -> Picture | None:
    """The picture that an address asks for, counted from 1; the first by default."""
    index = browsing.page_number(number) - 1
    if not pictures:
        return None
    return pictures[index] if index < len(pictures) else pictures[0]


@blueprint.get("/shops/<slug>")
@policy("public")
def shop(slug: str) -> ResponseReturnValue:
    """A shop in its colours: story, policies and what it sells."""
    with current.store().read() as tx:
        found = sellers.seller_by_slug(tx, slug)
        if found is None:
            raise NotFound("There is no shop at this address.")
        is_own = _own_shop_id(tx) == found.id
        page = browsing.page_number(request.args.get("page", ""))
        return render_template(
            "catalog/shop.html",
            shop=found,
            is_own=is_own,
            is_open=sellers.ready_to_sell(sellers.account_of(tx, found.id)),
            results=browsing.of_shop(tx, found.id, page, own=is_own),
            delivery=words.delivery(found, requires_shipping=True),
        )


@blueprint.get("/media/<key>")
@policy("public")
def picture(key: str) -> ResponseReturnValue:
    """An uploaded file. It never changes, and no browser runs anything in it."""
    kind = media.content_type(key)
    path = Media(current.config().media_root).path(key)
    response = send_file(path, mimetype=kind, max_age=_YEAR, etag=key)
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _own_shop_id(tx: Tx) -> str | None:
    if not (current_user.is_authenticated and current_user.has_shop):
        return None
    own = sellers.seller_of_user(tx, current_user.id)
    return own.id if own else None
