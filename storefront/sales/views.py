"""The seller's list of orders: views, a period and a search, in an address that can be shared."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.sales import service, words
from storefront.sales.filters import Filters
from storefront.security.policies import policy
from storefront.sellers.views import own_shop

blueprint = Blueprint("sales", __name__)


@blueprint.get("/sell/orders")
@policy("seller")
def index() -> ResponseReturnValue:
    """A shop's orders; to htmx the list alone."""
    filters = Filters.from_address(request.args)
    with current.store().read() as tx:
        found = service.find(tx, filters.query(own_shop(tx).id))
    path = url_for("sales.index")
    answer = htmx.render(
        "sales/index.html",
        partial="sales/_found.html",
        path=path,
        filters=filters,
        found=found,
        views=words.VIEWS,
        empty_words=words.empty(filters),
    )
    if htmx.wanted():
        answer.headers["HX-Replace-Url"] = filters.address(
            path, before=filters.before, after=filters.after
        )
    return answer
