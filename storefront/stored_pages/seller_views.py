"""What is stored of a seller's own Stripe data, for that seller alone."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.errors import NotFound
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.views import own_shop
from storefront.store import Tx
from storefront.stored_data import words
from storefront.stored_pages import service
from storefront.stored_pages.views import context_of

blueprint = Blueprint("seller_stored_pages", __name__)


@blueprint.get("/sell/stripe-data")
@policy("seller")
def index() -> ResponseReturnValue:
    """The shop's own payments, payouts and customers at Stripe."""
    with current.store().read() as tx:
        account_id = _own_account(tx)
        context = context_of(tx, account_id) if account_id else {"stored": None}
    return render_template("stored_pages/own.html", **context)


@blueprint.get("/sell/stripe-data/<object_id>")
@policy("seller")
def show(object_id: str) -> ResponseReturnValue:
    """One object of the shop's own."""
    with current.store().read() as tx:
        account_id = _own_account(tx)
        if account_id is None:
            raise NotFound("No such object is stored.")
        shown = service.shown(tx, service.account(tx, account_id), object_id)
    return render_template("stored_pages/own_object.html", shown=shown, kinds=words.KIND_OF_ONE)


def _own_account(tx: Tx) -> str | None:
    account = sellers.account_of(tx, own_shop(tx).id)
    return account.stripe_account_id if account else None
