"""A shop's disputes, for its seller."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.disputes import page, service
from storefront.security.policies import policy
from storefront.sellers.views import own_shop

blueprint = Blueprint("seller_disputes", __name__)


@blueprint.get("/sell/disputes")
@policy("seller")
def index() -> ResponseReturnValue:
    """The shop's disputes by what they need, the nearest deadline first."""
    with current.store().read() as tx:
        context = page.board(tx, request.args, own_shop(tx).id)
    return render_template("disputes/of_shop.html", **context)


@blueprint.get("/sell/disputes/<dispute_id>")
@policy("seller")
def show(dispute_id: str) -> ResponseReturnValue:
    """One dispute of the shop."""
    with current.store().read() as tx:
        found = service.of_seller(tx, own_shop(tx).id, dispute_id)
        context = page.of_dispute(tx, found, to_operator=False)
    return render_template("disputes/sold.html", **context)
