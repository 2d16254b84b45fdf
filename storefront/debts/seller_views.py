"""What a shop owes the marketplace, for its seller."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.debts import service
from storefront.security.policies import policy
from storefront.sellers.views import own_shop

blueprint = Blueprint("seller_debts", __name__)

PAGE_SIZE = 25


@blueprint.get("/sell/debts")
@policy("seller")
def index() -> ResponseReturnValue:
    """The shop's debts, those that are still owed first."""
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        seller = own_shop(tx)
        found = service.page(tx, seller.id, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        owed = service.owed(tx, seller.id)
    return render_template(
        "debts/of_shop.html",
        found=found[:PAGE_SIZE],
        owed=owed,
        page=number,
        more=len(found) > PAGE_SIZE,
    )
