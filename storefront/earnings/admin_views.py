"""A seller's earnings as the seller sees them, for the operator."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.earnings import page, spans
from storefront.errors import NotFound
from storefront.payouts import service as payouts
from storefront.security.policies import policy
from storefront.sellers import service as sellers

blueprint = Blueprint("seller_earnings", __name__)

PAYOUTS = 10


@blueprint.get("/admin/sellers/<seller_id>/earnings")
@policy("operator")
def show(seller_id: str) -> ResponseReturnValue:
    """One seller's money by currency, sales over time and newest payouts."""
    with current.store().read() as tx:
        seller = sellers.seller_by_id(tx, seller_id)
        if seller is None:
            raise NotFound("There is no such seller.")
        currency = page.known_currency(tx, seller, request.args.get("currency", ""))
        context = {
            **page.money(tx, seller),
            **page.sales(tx, seller, request.args.get("span", spans.DAYS), currency),
            "payouts": payouts.of_seller(tx, seller.id)[:PAYOUTS],
        }
    return render_template("earnings/of_seller.html", **context)
